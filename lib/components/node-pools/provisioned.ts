/** Settings of a pool for its provisioner. */

import type { GpuService } from "#lib/kube/gpu-platform";
import { NODE_POOL_LABEL } from "#lib/kube/node-pool";
import type { MachineNodes, NodeShares, NodesOnDemand, ProvisionedPool, RankedNodes } from "#lib/kube/provisioning";
import { formatCores } from "#lib/kube/quantity";
import { acceleratorResource, acceleratorsOf, machinesOf } from "./machines";
import { offeredResource, piecesOf, selectorOf, shapeOf, sharingOf, taintsOf } from "./pool-facts";
import type {
  ClusterApiPoolSettings,
  GkeComputeClassPoolSettings,
  KarpenterPoolSettings,
  NodePoolSettings,
  ProvisionedSettings,
} from "./schema";
import { quantities } from "./simulated-nodes";

/** Settings of the pool for its provisioner. */
export function provisioned(name: string, props: ProvisionedSettings | ClusterApiPoolSettings, gpus?: GpuService): ProvisionedPool {
  const pool = ofType(name, props);
  return gpus ? { ...pool, labels: { ...pool.labels, ...gpus.nodeLabels }, gpuDriver: gpus.driver } : pool;
}

function ofType(name: string, props: ProvisionedSettings | ClusterApiPoolSettings): ProvisionedPool {
  if (props.type === "cluster-api") return machineNodes(name, props);
  return props.type === "gke-compute-class" ? rankedNodes(name, props) : nodesOnDemand(name, props);
}

/** Settings of a pool of Karpenter; each provider takes what it knows of its own type. */
export function nodesOnDemand(name: string, props: KarpenterPoolSettings): NodesOnDemand {
  const { type: _, limits, ...own } = props;
  return {
    ...own,
    ...commonOf(name, props),
    instanceTypes: machinesOf(props).map((machine) => machine.name),
    taints: taintsOf(props),
    limits: limitQuantities(limits, offeredResource(props), piecesOf(props)),
    ...(sharingOf(props) && { shares: sharesOf(props) }),
  };
}

/** What nodes offer instead of whole GPUs, by instance type. */
function sharesOf(props: KarpenterPoolSettings): NodeShares[] {
  const machines = machinesOf(props);
  const [whole, resource] = [acceleratorResource(props), offeredResource(props)];
  if (whole === undefined || resource === undefined) return [];
  return [...new Set(machines.map(({ accelerators }) => accelerators))].map((gpus) => ({
    instanceTypes: machines.filter(({ accelerators }) => accelerators === gpus).map(({ name }) => name),
    gpus,
    capacity: { [resource]: `${gpus * piecesOf(props)}`, [whole]: "0" },
  }));
}

/** GKE sets the taints of accelerators itself. */
function rankedNodes(name: string, props: GkeComputeClassPoolSettings): RankedNodes {
  const { type: _, limits: _limits, instanceTypes: _types, ...own } = props;
  const machines = machinesOf(props).map((machine) => ({
    name: machine.name,
    accelerators: machine.accelerators,
    ...(machine.accelerator && { accelerator: machine.accelerator }),
  }));
  return { ...own, ...commonOf(name, props), machines };
}

function machineNodes(name: string, props: ClusterApiPoolSettings): MachineNodes {
  const { kind, nodes, infrastructure, bootstrap, zones } = props;
  const machines = machinesOf(props);
  const [accelerator] = acceleratorsOf(props);
  return {
    ...commonOf(name, props),
    labels: { ...selectorOf(name, props) },
    taints: taintsOf(props),
    kind,
    nodes,
    infrastructure,
    bootstrap,
    zones,
    capacity: Object.assign({}, ...machines.map((machine) => quantities(props, shapeOf(props, machine)))),
    ...(accelerator && { accelerator }),
  };
}

function commonOf(name: string, props: NodePoolSettings): Pick<ProvisionedPool, "name" | "architecture" | "labels"> {
  return { name, architecture: machinesOf(props)[0]?.architecture ?? "amd64", labels: { [NODE_POOL_LABEL]: name } };
}

function limitQuantities(
  { cpu, memory, accelerators = 0 }: ProvisionedSettings["limits"],
  resource: string | undefined,
  pieces: number,
): Record<string, string> {
  return { cpu: formatCores(cpu), memory: `${memory}`, ...(resource && { [resource]: `${accelerators * pieces}` }) };
}
