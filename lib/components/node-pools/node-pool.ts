/** A node pool: the record of what the environment counts on, and the role by which workloads are placed on it. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { INodePool } from "#lib/kube/node-pool";
import { setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { nodePoolProblems } from "./checks";
import { nodePoolsPin } from "./pin";
import { NO_FACTS, poolFacts } from "./pool-facts";
import { poolRecord } from "./pool-record";
import type { NodePoolProps } from "./props";

/** Name of a pool, where its record goes, and which line asked for it. */
export interface NodePoolPlace {
  readonly name: string;
  readonly namespace: string;
  /** Path in the environment file that asked for it. @default the construct's path */
  readonly source?: string;
}

/** A pool that workloads can be placed on, and its record: a ConfigMap that says what the environment counts on. */
export class NodePool extends Construct implements INodePool {
  public readonly name: string;
  public readonly nodeSelector: INodePool["nodeSelector"];
  public readonly tolerations: INodePool["tolerations"];
  public readonly shapes: INodePool["shapes"];
  public readonly capacity: INodePool["capacity"];

  public constructor(scope: Construct, id: string, props: NodePoolProps & NodePoolPlace) {
    super(scope, id);
    const { name, namespace, source, ...own } = props;
    setOwner(this, nodePoolsPin.name, source);
    const problems = nodePoolProblems(own, source ?? this.node.path);
    addProblems(this, problems);
    const { nodeSelector, tolerations, shapes, capacity } = problems.length === 0 ? poolFacts(name, own) : NO_FACTS;
    this.name = name;
    this.nodeSelector = nodeSelector;
    this.tolerations = tolerations;
    this.shapes = shapes;
    this.capacity = capacity;
    if (problems.length > 0) return;
    new k8s.KubeConfigMap(this, "Record", {
      metadata: { name: `node-pool-${name}`, namespace },
      data: { "pool.json": poolRecord(name, own) },
    });
  }
}
