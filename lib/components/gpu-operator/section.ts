/** Section `gpus` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/gpu-operator/index";
import { GpuOperator } from "./gpu-operator";
import { gpuOperatorPin } from "./pin";
import { NAMESPACE } from "./readiness";
import { gpusSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Software for NVIDIA GPUs: driver, container toolkit, device plugin and metrics, by NVIDIA's GPU operator. @default not installed: nodes must bring it */
    gpus: typeof gpusSchema;
  }
}

/** Why the pods need the level "privileged". */
const NODE_ACCESS = {
  level: "privileged",
  reason: "driver, container toolkit and device plugin change the kernel and the container runtime of their node",
} as const;

/** Pods on each node with GPUs: driver, toolkit, device plugin, MPS, feature discovery (two), MIG manager, validator, metrics. */
const PODS_PER_NODE = 9;

/** Where the operator stands. */
const HOME = { namespace: NAMESPACE, path: [] } as const;

/** NVIDIA's GPU operator. */
export const gpus = section({
  key: "gpus",
  stage: "compute",
  pin: gpuOperatorPin,
  crds: definitions,
  schema: gpusSchema,
  gives: ["gpuPlatform"],
  foreign: ({ existing }) => foreignOperator(existing, HOME),
  build(settings, site) {
    const { scope, home } = operatorPart(site, settings.existing, HOME);
    site.namespace(home.name, [], { podSecurity: NODE_ACCESS, podsPerNode: PODS_PER_NODE });
    const gpuOperator = new GpuOperator(scope, "GpuOperator", settings);
    gpuOperator.operator.node.addDependency(home);
    site.give("gpuPlatform", "gpus", gpuOperator);
  },
});
