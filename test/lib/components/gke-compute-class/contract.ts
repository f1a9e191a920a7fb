/** Compute classes of GKE in the contract suite: their settings with one pool. */

import {
  ComputeClass,
  GkeComputeClasses,
  type GkeComputeClassProps,
  gkeComputeClassPin,
  gkeComputeClassSchema,
} from "#lib/components/gke-compute-class/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";

const A100 = { name: "nvidia-a100-40gb", resource: "nvidia.com/gpu", memory: Size.gibibytes(40) };

const POOL = {
  name: "training",
  machines: [{ name: "a2-highgpu-8g", accelerators: 8, accelerator: A100 }],
  architecture: "amd64",
  capacityTypes: ["reserved", "spot"],
  reservations: [{ name: "a100", project: "shared" }],
  zones: ["europe-west4-a"],
  labels: { "beamstack-iac/node-pool": "training" },
  taints: [{ key: "example.com/team", value: "a", effect: "NoSchedule" }],
  rootVolume: Size.gibibytes(200),
  diskType: "pd-ssd",
  maxPods: 64,
  removeAfter: Duration.minutes(10),
  placementPolicy: "compact",
} as const;

const gkeComputeClass = contractEntry<GkeComputeClassProps>({
  title: "GkeComputeClasses",
  pin: gkeComputeClassPin,
  schema: gkeComputeClassSchema,
  build: (scope, props) => {
    const { settings } = new GkeComputeClasses(scope, "Subject", props);
    new ComputeClass(scope, "Pool", { pool: POOL, settings });
  },
  smallest: {},
  variants: {
    image: { image: "ubuntu_containerd" },
    serviceAccount: { serviceAccount: "nodes@team.iam.gserviceaccount.com" },
    gpuDriver: { gpuDriver: "latest" },
    kmsKey: { kmsKey: "projects/p/locations/l/keyRings/r/cryptoKeys/k" },
  },
  refused: { "spec.wrong-value": { serviceAccount: "nodes" } },
});

/** What the contract suite tries. */
export const entries = [gkeComputeClass];
