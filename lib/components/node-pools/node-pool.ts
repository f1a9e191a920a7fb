/** A node pool: the role by which workloads are placed, and a record of its capacity. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { INodePool } from "#lib/kube/node-pool";
import { namespaceOf, setOwner } from "#lib/kube/ownership";
import { prefixed } from "#lib/kube/prefix";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { nodePoolProblems } from "./checks";
import { nodePoolsPin } from "./pin";
import { NO_FACTS, poolFacts } from "./pool-facts";
import { poolRecord } from "./pool-record";
import { nodeRequirements } from "./requirements";
import { type NodePoolProps, nodePoolSchema } from "./schema";
import { nodesOf } from "./simulated-nodes";

/** Name of a pool and namespace of its record. */
export interface NodePoolPlace {
  readonly name: string;
  /** Namespace of the record. @default "beamstack-system" */
  readonly namespace?: string;
}

/** Namespace of the records of all pools. */
export const POOLS_NAMESPACE = "beamstack-system";

/** A pool for the placement of workloads, and its record: a ConfigMap with the capacity that the environment relies on. */
export class NodePool extends Construct implements INodePool {
  public readonly name: string;
  public readonly nodeSelector: INodePool["nodeSelector"];
  public readonly tolerations: INodePool["tolerations"];
  public readonly shapes: INodePool["shapes"];
  public readonly capacity: INodePool["capacity"];
  public readonly architecture: NonNullable<INodePool["architecture"]>;
  public readonly accelerator?: NonNullable<INodePool["accelerator"]>;
  public readonly topology: NonNullable<INodePool["topology"]>;
  public readonly simulatedNodes: INodePool["simulatedNodes"];

  public constructor(scope: Construct, id: string, props: NodePoolProps & NodePoolPlace) {
    super(scope, id);
    const { name, namespace = namespaceOf(this) ?? prefixed(scope, POOLS_NAMESPACE), ...own } = props;
    setOwner(this, nodePoolsPin.name);
    const settings = settingsOf(this, nodePoolSchema, own as NodePoolProps, { checks: nodePoolProblems });
    const facts = isSound(this) ? poolFacts(name, settings) : NO_FACTS;
    this.name = name;
    this.nodeSelector = facts.nodeSelector;
    this.tolerations = facts.tolerations;
    this.shapes = facts.shapes;
    this.capacity = facts.capacity;
    this.architecture = facts.architecture ?? "amd64";
    if (facts.accelerator) this.accelerator = facts.accelerator;
    this.topology = facts.topology ?? [];
    this.simulatedNodes = isSound(this) ? nodesOf(name, settings) : [];
    if (!isSound(this)) return;
    new k8s.KubeConfigMap(this, "Record", {
      metadata: { name: `node-pool-${name}`, namespace },
      data: { "pool.json": poolRecord(name, settings) },
    });
    addRequirements(this, nodeRequirements(name, settings));
  }
}
