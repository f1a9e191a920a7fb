/** Stage `compute`: the node pools that workloads are placed on, and what makes their nodes. */

import type { Construct } from "constructs";
import { AwsNodePool, Karpenter } from "#lib/components/karpenter/index";
import { NodePool, type NodePoolProps, provisioned } from "#lib/components/node-pools/index";
import type { Environment } from "#lib/environment/spec";
import type { INodePool } from "#lib/kube/node-pool";
import type { FoundationChart } from "./foundation";
import { StageChart } from "./stage-chart";

/** Every node pool of the environment, by name. */
export type NodePools = ReadonlyMap<string, INodePool>;

/** Node pools, and Karpenter where pools have it make their nodes. */
export class ComputeChart extends StageChart {
  /** Pools by the name that the environment gives them. */
  public readonly pools: NodePools;
  /** Absent where the environment has none. */
  public readonly karpenter?: Karpenter;

  public constructor(
    scope: Construct,
    environment: Environment,
    private readonly foundation: FoundationChart,
  ) {
    super(scope, "compute");
    const { karpenter, nodePools = {} } = environment;
    if (karpenter) {
      const { name: namespace } = foundation.ensureNamespace({ name: "karpenter", source: "karpenter" });
      this.karpenter = new Karpenter(this, "Karpenter", { ...karpenter, namespace, source: "karpenter" });
    }
    this.pools = new Map(Object.entries(nodePools).map(([name, props]) => [name, this.addPool(name, props)]));
  }

  private addPool(name: string, props: NodePoolProps): NodePool {
    const source = `nodePools.${name}`;
    const { name: namespace } = this.foundation.ensureNamespace({ name: "beamstack-system", source: "nodePools" });
    const pool = new NodePool(this, `Pool-${name}`, { ...props, name, namespace, source });
    if (props.type === "karpenter-aws" && this.karpenter) {
      const nodes = new AwsNodePool(this, `AwsPool-${name}`, { pool: provisioned(name, props), karpenter: this.karpenter, source });
      pool.node.addDependency(nodes);
    }
    return pool;
  }
}
