/** Machines of a pool: what an instance type has, before anything is reserved. */

import { Size } from "#lib/core/size";
import type { InstanceFacts } from "#lib/imports/instance-types/facts";
import type { AcceleratorModel, Architecture, NodeShape } from "#lib/kube/node-pool";
import { type AcceleratorName, acceleratorOf } from "./accelerators";
import { PROVIDERS } from "./providers";
import { type DescribedSettings, isProvisioned, type NodePoolSettings, type ProvisionedSettings } from "./schema";

/** One kind of machine of a pool. */
export interface Machine extends NodeShape {
  /** Name of the instance type; of a pool that describes its nodes, "node". */
  readonly name: string;
  readonly architecture: Architecture;
  /** Model of its accelerators. @default none */
  readonly accelerator?: AcceleratorModel;
}

/** Every kind of machine of a pool; its nominal amounts, which limits count in. */
export function machinesOf(settings: NodePoolSettings): Machine[] {
  return isProvisioned(settings) ? provisionedMachines(settings) : [describedMachine(settings)];
}

/** Every accelerator of the pool's nodes, without duplicates. */
export function acceleratorsOf(settings: NodePoolSettings): AcceleratorModel[] {
  const models = machinesOf(settings).flatMap(({ accelerator }) => accelerator ?? []);
  return [...new Map(models.map((model) => [model.name, model])).values()];
}

/** Resource name of the pool's accelerators. */
export function acceleratorResource(settings: NodePoolSettings): string | undefined {
  return acceleratorsOf(settings)[0]?.resource;
}

/** Source: the kubelet's default of `maxPods`. */
const KUBELET_PODS = 110;

function describedMachine({ node }: DescribedSettings): Machine {
  const { cpu, memory, scratch, architecture, accelerators, rdma } = node;
  return { name: "node", cpu, memory, scratch, pods: KUBELET_PODS, architecture, ...equipment(accelerators), ...(rdma && { rdma }) };
}

/** Resource of EFA interfaces. Source: Amazon, EFA device plugin. */
const EFA = "vpc.amazonaws.com/efa";

function provisionedMachines(settings: ProvisionedSettings): Machine[] {
  const catalogue = PROVIDERS[settings.type].types();
  const maxPods = "maxPods" in settings ? settings.maxPods : KUBELET_PODS;
  return settings.instanceTypes.map((type: string | DescribedType) => {
    const { efa, accelerators, pods = maxPods, ...rest } = typeof type === "string" ? listed(type, catalogue[type]) : type;
    return { ...rest, pods, scratch: settings.rootVolume, ...equipment(accelerators), ...(efa && { rdma: { resource: EFA, count: efa } }) };
  });
}

interface Accelerators {
  readonly type: AcceleratorName | AcceleratorModel;
  readonly count: number;
}

/** An instance type in the words of the file. */
interface DescribedType {
  readonly name: string;
  readonly cpu: number;
  readonly memory: Size;
  readonly architecture: Architecture;
  readonly accelerators?: Accelerators | undefined;
  readonly pods?: number;
  readonly efa?: number | undefined;
}

function listed(name: string, facts: InstanceFacts | undefined): DescribedType {
  if (!facts) throw new Error(`no instance type ${name}: the schema allows listed names only`);
  const { cpu, memoryMib, arch = "amd64", accelerators, pods, rdma } = facts;
  return {
    name,
    cpu,
    memory: Size.mebibytes(memoryMib),
    architecture: arch,
    ...(pods !== undefined && { pods }),
    ...(accelerators && { accelerators: { type: accelerators[0] as AcceleratorName, count: accelerators[1] } }),
    ...(rdma && { efa: rdma }),
  };
}

function equipment(accelerators: Accelerators | undefined): Pick<Machine, "accelerator" | "accelerators"> {
  return accelerators === undefined
    ? { accelerators: 0 }
    : { accelerators: accelerators.count, accelerator: acceleratorOf(accelerators.type) };
}
