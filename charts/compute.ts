/** Stage `compute`: the node pools that workloads are placed on. */

import type { Construct } from "constructs";
import { NodePool, type NodePoolProps } from "#lib/components/node-pools/index";
import type { Environment } from "#lib/environment/spec";
import type { INodePool } from "#lib/kube/node-pool";
import type { FoundationChart } from "./foundation";
import { StageChart } from "./stage-chart";

/** Every node pool of the environment, by name. */
export type NodePools = ReadonlyMap<string, INodePool>;

/** Node pools. */
export class ComputeChart extends StageChart {
  /** Pools by the name that the environment gives them. */
  public readonly pools: NodePools;

  public constructor(scope: Construct, environment: Environment, foundation: FoundationChart) {
    super(scope, "compute");
    const named = Object.entries(environment.nodePools ?? {});
    this.pools = new Map(named.map(([name, props]) => [name, this.addPool(name, props, foundation)]));
  }

  private addPool(name: string, props: NodePoolProps, foundation: FoundationChart): NodePool {
    const source = `nodePools.${name}`;
    const { name: namespace } = foundation.ensureNamespace({ name: "beamstack-system", source: "nodePools" });
    return new NodePool(this, `Pool-${name}`, { ...props, name, namespace, source });
  }
}
