/** Flavors and topologies: node pools as Kueue sees them. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { ResourceFlavorSpec, TopologySpec } from "#lib/imports/kueue/index";
import type { INodePool } from "#lib/kube/node-pool";
import { setOwner } from "#lib/kube/ownership";
import { kueuePin } from "./pin";

/** Props of a {@link Topology}. */
export interface TopologyProps {
  readonly name: string;
  /** Labels of the nodes, from the widest level to the narrowest. */
  readonly levels: readonly string[];
}

/** Levels of a data center, so that the pods of a job can be placed near to each other. */
export class Topology extends Construct {
  public readonly name: string;

  public constructor(scope: Construct, id: string, { name, levels }: TopologyProps) {
    super(scope, id);
    setOwner(this, kueuePin.name);
    this.name = name;
    const spec: TopologySpec = { levels: levels.map((nodeLabel) => ({ nodeLabel })) };
    new ApiObject(this, "Resource", { apiVersion: "kueue.x-k8s.io/v1beta2", kind: "Topology", metadata: { name }, spec });
  }
}

/** Props of a {@link Flavor}. */
export interface FlavorProps {
  readonly pool: INodePool;
  /** Topology of the pool's nodes. @default unknown */
  readonly topology?: Topology;
}

/** A node pool as a resource flavor of the same name. Kueue adds selector and tolerations to the pods that it admits on it. */
export class Flavor extends Construct {
  public readonly name: string;

  public constructor(scope: Construct, id: string, { pool, topology }: FlavorProps) {
    super(scope, id);
    setOwner(this, kueuePin.name);
    this.name = pool.name;
    const spec: ResourceFlavorSpec = {
      nodeLabels: { ...pool.nodeSelector },
      ...(pool.tolerations.length > 0 && { tolerations: pool.tolerations.map((toleration) => ({ ...toleration })) }),
      ...(topology && { topologyName: topology.name }),
    };
    new ApiObject(this, "Resource", { apiVersion: "kueue.x-k8s.io/v1beta2", kind: "ResourceFlavor", metadata: { name: pool.name }, spec });
    this.node.addDependency(pool, ...(topology ? [topology] : []));
  }
}
