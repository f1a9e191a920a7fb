/** A pool whose nodes Karpenter creates in EC2. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { NodePoolSpec } from "#lib/imports/karpenter/index";
import type { EC2NodeClassSpec } from "#lib/imports/karpenter-aws/index";
import { networkStartupTaints } from "#lib/kube/network-settings";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import type { ProvisionedPool } from "#lib/kube/provisioning";
import { poolProblems } from "./checks";
import { nodeClassSpec } from "./node-class";
import { nodePoolSpec } from "./node-pool";
import { karpenterPin } from "./pin";
import type { KarpenterSettings } from "./schema";

/** Props of an {@link AwsNodePool}. */
export interface AwsNodePoolProps {
  readonly pool: ProvisionedPool;
  /** Karpenter, which creates the nodes. */
  readonly karpenter: { readonly settings: KarpenterSettings };
}

/** NodePool and EC2NodeClass of one pool. */
export class AwsNodePool extends Construct {
  public constructor(scope: Construct, id: string, { pool, karpenter }: AwsNodePoolProps) {
    super(scope, id);
    setOwner(this, karpenterPin.name);
    addProblems(this, poolProblems(pool, karpenter.settings, ownerOf(this).source));
    const metadata = { name: pool.name };
    const nodeClass = new ApiObject(this, "NodeClass", {
      apiVersion: "karpenter.k8s.aws/v1",
      kind: "EC2NodeClass",
      metadata,
      spec: nodeClassSpec(pool, karpenter.settings) satisfies EC2NodeClassSpec,
    });
    const nodePool = new ApiObject(this, "NodePool", {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata,
      spec: nodePoolSpec(pool, networkStartupTaints(this)) satisfies NodePoolSpec,
    });
    nodePool.addDependency(nodeClass);
  }
}
