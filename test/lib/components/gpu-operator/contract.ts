/** The GPU operator in the contract suite. */

import type { Construct } from "constructs";
import { GpuOperator, type GpusProps, gpuOperatorPin, gpusSchema } from "#lib/components/gpu-operator/index";
import { NodePool } from "#lib/components/node-pools/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { contractEntry } from "../../../contract/entry";
import { gpuAlertCases } from "./alert-cases";

/** A pool with GPUs of the operator, and a pod on it. */
function withPool(scope: Construct, gpus: GpuOperator): void {
  const pool = new NodePool(scope, "Pool", {
    name: "gpu",
    namespace: "beamstack-system",
    type: "static",
    nodes: 1,
    node: { cpu: 8, memory: Size.gibibytes(64), accelerators: { type: "nvidia-h100-80gb", count: 2 } },
    gpus,
    nodeImage: "al2023",
  });
  const { resource } = pool.capacity;
  new HardenedWorkload(scope, "Pod", {
    name: "any",
    namespace: "any",
    kind: { type: "job", deadline: Duration.minutes(1) },
    containers: [
      {
        image: gpuOperatorPin.images.operator,
        requests: { cpu: 1, memory: Size.gibibytes(1), ...(resource !== undefined && { extended: { [resource]: 1 } }) },
      },
    ],
    pool,
  });
}

const gpuOperator = contractEntry<GpusProps>({
  title: "GpuOperator",
  pin: gpuOperatorPin,
  schema: gpusSchema,
  build: (scope, props) => withPool(scope, new GpuOperator(scope, "Subject", props)),
  smallest: { software: { owner: "image", image: "al2023" } },
  variants: {
    existing: { existing: true },
    software: { software: { owner: "nobody", runtimeClass: "other" } },
    allocation: { allocation: "dra" },
    extendedResource: { allocation: "dra", extendedResource: true },
    nodeFeatureDiscovery: { nodeFeatureDiscovery: "existing" },
    sharedMemory: { sharedMemory: Size.gibibytes(16) },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
  },
  refused: {
    "spec.wrong-value": { sharedMemory: 8 as never },
    "gpus.extended-resource-of-device-plugin": { extendedResource: true },
    "gpus.two-owners": { software: { owner: "operator" } },
    "gpus.other-image": { software: { owner: "image", image: "gke" } },
    "operators.without-effect-on-existing": { existing: true, nodeFeatureDiscovery: "existing" },
  },
  alerts: gpuAlertCases,
});

/** What the contract suite tries. */
export const entries = [gpuOperator];
