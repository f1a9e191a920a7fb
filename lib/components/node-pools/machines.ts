/** Machines of a pool: what an instance type has, before anything is reserved. */

import { Size } from "#lib/core/size";
import type { InstanceFacts } from "#lib/imports/instance-types/facts";
import { awsInstanceTypes } from "#lib/imports/instance-types/index";
import type { AcceleratorModel, Architecture, NodeShape } from "#lib/kube/node-pool";
import { type AcceleratorName, acceleratorOf } from "./accelerators";
import { isProvisioned, type KarpenterAwsPoolSettings, type NodePoolSettings, type StaticPoolSettings } from "./schema";

/** One kind of machine of a pool. */
export interface Machine extends NodeShape {
  /** Name of the instance type; of a static pool, its own. */
  readonly name: string;
  readonly architecture: Architecture;
  /** Model of its accelerators. @default none */
  readonly accelerator?: AcceleratorModel;
}

/** Every kind of machine of a pool; its nominal amounts, which limits count in. */
export function machinesOf(settings: NodePoolSettings): Machine[] {
  return isProvisioned(settings) ? awsMachines(settings) : [staticMachine(settings)];
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

function staticMachine({ node }: StaticPoolSettings): Machine {
  const { cpu, memory, scratch, architecture, accelerators, rdma } = node;
  return { name: "node", cpu, memory, scratch, pods: KUBELET_PODS, architecture, ...equipment(accelerators), ...(rdma && { rdma }) };
}

/** Resource of EFA interfaces. Source: Amazon, EFA device plugin. */
const EFA = "vpc.amazonaws.com/efa";

function awsMachines({ instanceTypes, rootVolume }: KarpenterAwsPoolSettings): Machine[] {
  return instanceTypes.map((type) => {
    const own = typeof type === "string" ? listed(type, awsInstanceTypes()[type]) : type;
    const { efa, accelerators, ...rest } = own;
    return { ...rest, scratch: rootVolume, ...equipment(accelerators), ...(efa && { rdma: { resource: EFA, count: efa } }) };
  });
}

type AwsType = Exclude<KarpenterAwsPoolSettings["instanceTypes"][number], string>;

function listed(name: string, facts: InstanceFacts): AwsType {
  const { cpu, memoryMib, arch = "amd64", accelerators, pods = KUBELET_PODS, rdma } = facts;
  return {
    name,
    cpu,
    memory: Size.mebibytes(memoryMib),
    architecture: arch,
    pods,
    ...(accelerators && { accelerators: { type: accelerators[0] as AcceleratorName, count: accelerators[1] } }),
    ...(rdma && { efa: rdma }),
  };
}

function equipment(accelerators: AwsType["accelerators"]): Pick<Machine, "accelerator" | "accelerators"> {
  return accelerators === undefined
    ? { accelerators: 0 }
    : { accelerators: accelerators.count, accelerator: acceleratorOf(accelerators.type) };
}
