/** A node pool: the role by which workloads are placed, and a record of its capacity. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { GpuService, IGpuPlatform } from "#lib/kube/gpu-platform";
import type { INodePool } from "#lib/kube/node-pool";
import { namespaceOf, ownerOf, setOwner } from "#lib/kube/ownership";
import { prefixed } from "#lib/kube/prefix";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { nodePoolProblems } from "./checks";
import { acceleratorResource } from "./machines";
import { nodePoolsPin } from "./pin";
import { NO_FACTS, type PoolFacts, poolFacts, sharingKey, sharingOf, withoutResource } from "./pool-facts";
import { poolRecord } from "./pool-record";
import { nodeRequirements } from "./requirements";
import { isProvisioned, type NodePoolProps, type NodePoolSettings, nodePoolSchema } from "./schema";
import { nodesOf, servedNodes } from "./simulated-nodes";

/** Name of a pool and namespace of its record. */
export interface NodePoolPlace {
  readonly name: string;
  /** Namespace of the record. @default "beamstack-system" */
  readonly namespace?: string;
  /** Software of its GPUs. @default somebody else's */
  readonly gpus?: IGpuPlatform;
  /** Image of its nodes. @default unknown */
  readonly nodeImage?: string;
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
  public readonly accelerator: INodePool["accelerator"];
  public readonly topology: NonNullable<INodePool["topology"]>;
  public readonly simulatedNodes: INodePool["simulatedNodes"];
  /** What the software of its GPUs does; absent without GPUs, or where it is somebody else's. */
  public readonly accelerated: GpuService | undefined;

  public constructor(scope: Construct, id: string, props: NodePoolProps & NodePoolPlace) {
    super(scope, id);
    const { name, namespace = namespaceOf(this) ?? prefixed(scope, POOLS_NAMESPACE), gpus, nodeImage, ...own } = props;
    setOwner(this, nodePoolsPin.name);
    const settings = settingsOf(this, nodePoolSchema, own as NodePoolProps, { checks: nodePoolProblems });
    this.name = name;
    this.accelerated = isSound(this) && gpus ? serve(this, gpus, settings, nodeImage) : undefined;
    const facts = factsOf(this, settings);
    this.nodeSelector = facts.nodeSelector;
    this.tolerations = facts.tolerations;
    this.shapes = facts.shapes;
    this.capacity = facts.capacity;
    this.architecture = facts.architecture ?? "amd64";
    this.accelerator = facts.accelerator;
    this.topology = facts.topology ?? [];
    const nodes = isSound(this) ? nodesOf(name, settings) : [];
    this.simulatedNodes = this.accelerated ? servedNodes(nodes, this.accelerated) : nodes;
    if (!isSound(this)) return;
    new k8s.KubeConfigMap(this, "Record", {
      metadata: { name: `node-pool-${name}`, namespace },
      data: { "pool.json": poolRecord(name, settings) },
    });
    addRequirements(this, nodeRequirements(name, settings, this.accelerated?.nodeLabels));
  }
}

/** Facts of a pool; where its GPUs are given by claims, without their resource. */
function factsOf(pool: Pick<NodePool, "name" | "accelerated"> & Construct, settings: NodePoolSettings): PoolFacts {
  if (!isSound(pool)) return NO_FACTS;
  const facts = poolFacts(pool.name, settings);
  return pool.accelerated?.by === "claim" ? withoutResource(facts) : facts;
}

/** The software of NVIDIA GPUs takes their pools into its care. */
function serve(pool: NodePool, gpus: IGpuPlatform, settings: NodePoolSettings, image: string | undefined): GpuService | undefined {
  if (acceleratorResource(settings) !== "nvidia.com/gpu") return undefined;
  const sharing = sharingOf(settings);
  return gpus.serve({
    name: pool.name,
    source: ownerOf(pool).source,
    ...(sharing && { sharing, sharingKey: sharingKey(settings) }),
    ...(image !== undefined && { image }),
    onDemand: isProvisioned(settings),
  });
}
