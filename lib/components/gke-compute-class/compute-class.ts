/** The ComputeClass of a pool. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { ComputeClassSpec } from "#lib/imports/gke-compute-class/index";
import { setOwner } from "#lib/kube/ownership";
import type { RankedNodes } from "#lib/kube/provisioning";
import { gkeComputeClassPin } from "./pin";
import type { GkeComputeClassSettings } from "./schema";

/** Props of a {@link ComputeClass}. */
export interface ComputeClassProps {
  readonly pool: RankedNodes;
  readonly settings: GkeComputeClassSettings;
}

type Priority = NonNullable<ComputeClassSpec["priorities"]>[number];

/** Names of GKE for accelerators that it calls otherwise. Source: Google, "GPUs in GKE", `cloud.google.com/gke-accelerator`. */
const GKE_NAMES: Readonly<Record<string, string>> = {
  "nvidia-t4": "nvidia-tesla-t4",
  "nvidia-v100-16gb": "nvidia-tesla-v100",
  "nvidia-a100-40gb": "nvidia-tesla-a100",
};

/** The ComputeClass of one pool: machine types in order, and how their nodes are made. */
export class ComputeClass extends Construct {
  public constructor(scope: Construct, id: string, { pool, settings }: ComputeClassProps) {
    super(scope, id);
    setOwner(this, gkeComputeClassPin.name);
    const { image, serviceAccount } = settings;
    const spec: ComputeClassSpec = {
      priorities: pool.capacityTypes.flatMap((type) => prioritiesOf(type, pool, settings)),
      nodePoolAutoCreation: { enabled: true },
      // GKE would add nodes of any other type, which the pool does not count on.
      whenUnsatisfiable: "DoNotScaleUp",
      activeMigration: { optimizeRulePriority: false },
      autoscalingPolicy: { consolidationDelayMinutes: pool.removeAfter.seconds / 60 },
      nodePoolConfig: {
        imageType: image,
        ...(serviceAccount && { serviceAccount }),
        nodeLabels: { ...pool.labels },
        ...(pool.taints.length > 0 && { taints: pool.taints.map((taint) => ({ ...taint })) }),
      },
    };
    new ApiObject(this, "Resource", { apiVersion: "cloud.google.com/v1", kind: "ComputeClass", metadata: { name: pool.name }, spec });
  }
}

/** One rule for each machine type; reserved capacity has one for each reservation. */
function prioritiesOf(type: RankedNodes["capacityTypes"][number], pool: RankedNodes, settings: GkeComputeClassSettings): Priority[] {
  const purchases =
    type === "reserved" ? pool.reservations.map((one) => reserved(one, pool.zones)) : [{ spot: type === "spot", ...zonesOf(pool) }];
  return pool.machines.flatMap((machine) => purchases.map((purchase) => ({ ...machineRule(machine, pool, settings), ...purchase })));
}

/** Zones of a specific reservation stand beside its name; GKE refuses `location.zones` there. */
function reserved({ name, project }: RankedNodes["reservations"][number], zones: readonly string[]): Partial<Priority> {
  return {
    reservations: {
      affinity: "Specific",
      specific: [{ name, ...(project && { project }), ...(zones.length > 0 && { zones: [...zones] }) }],
    },
  };
}

function zonesOf({ zones }: RankedNodes): Partial<Priority> {
  return zones.length > 0 ? { location: { zones: [...zones] } } : {};
}

function machineRule(
  machine: RankedNodes["machines"][number],
  pool: RankedNodes,
  { gpuDriver, kmsKey }: GkeComputeClassSettings,
): Priority {
  const { accelerator, accelerators } = machine;
  return {
    machineType: machine.name,
    maxPodsPerNode: pool.maxPods,
    ...(accelerator && {
      gpu: { type: GKE_NAMES[accelerator.name] ?? accelerator.name, count: accelerators, driverVersion: gpuDriver },
    }),
    storage: {
      bootDiskType: pool.diskType,
      bootDiskSize: pool.rootVolume.bytes / 1024 ** 3,
      ...(kmsKey && { bootDiskKMSKey: kmsKey }),
    },
    ...(pool.placementPolicy && { placement: { policyName: pool.placementPolicy } }),
  };
}
