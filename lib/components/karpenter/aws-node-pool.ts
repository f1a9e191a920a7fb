/** A pool whose nodes Karpenter creates in EC2. */

import { Construct } from "constructs";
import type { EC2NodeClassSpec } from "#lib/imports/karpenter-aws/index";
import { addNodesOnDemand } from "#lib/kube/nodes-on-demand";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import type { ReservableNodes } from "#lib/kube/provisioning";
import { poolProblems } from "./checks";
import { nodeClassSpec } from "./node-class";
import { karpenterPin } from "./pin";
import type { KarpenterSettings } from "./schema";

/** Props of an {@link AwsNodePool}. */
export interface AwsNodePoolProps {
  readonly pool: ReservableNodes;
  /** Karpenter, which creates the nodes. */
  readonly karpenter: { readonly settings: KarpenterSettings };
}

/** NodePool and EC2NodeClass of one pool. */
export class AwsNodePool extends Construct {
  public constructor(scope: Construct, id: string, { pool, karpenter }: AwsNodePoolProps) {
    super(scope, id);
    setOwner(this, karpenterPin.name);
    addProblems(this, poolProblems(pool, karpenter.settings, ownerOf(this).source));
    const spec = nodeClassSpec(pool, karpenter.settings) satisfies EC2NodeClassSpec;
    addNodesOnDemand(this, pool, { group: "karpenter.k8s.aws", version: "v1", kind: "EC2NodeClass", spec: { ...spec } });
  }
}
