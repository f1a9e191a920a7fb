/** Section `nodePools` of the environment file. */

import type { Construct } from "constructs";
import { type Site, section } from "#lib/environment/section";
import { prefixed } from "#lib/kube/prefix";
import { isSound } from "#lib/kube/problems";
import { NodePool, POOLS_NAMESPACE } from "./node-pool";
import { nodePoolsPin } from "./pin";
import { sharingOf } from "./pool-facts";
import { PROVIDERS } from "./providers";
import { provisioned } from "./provisioned";
import { isCreated, isProvisioned, type NodePoolSettings, nodePoolsSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Node pools by name: workloads are placed on them by this name. @default none: workloads go to any node without taints */
    nodePools: typeof nodePoolsSchema;
  }
  interface DeclaredAt {
    nodePools: "nodePool";
  }
}

/** Node pools. */
export const nodePools = section({
  key: "nodePools",
  stage: "compute",
  pin: nodePoolsPin,
  schema: nodePoolsSchema,
  declares: { nodePool: "" },
  uses: ["nodeProvisioner", "gpuPlatform"],
  build(pools, site) {
    const namespace = prefixed(site.chart, POOLS_NAMESPACE);
    site.namespace(namespace, []);
    const [gpus] = site.all("gpuPlatform").values();
    for (const [name, settings] of Object.entries(pools)) {
      const scope = site.part([name], { namespace });
      const nodeImage = site.all("nodeProvisioner").get(settings.type)?.nodeImage;
      const pool = new NodePool(scope, "Pool", { ...settings, name, ...(gpus && { gpus }), ...(nodeImage !== undefined && { nodeImage }) });
      site.give("nodePool", name, pool);
      if (isCreated(settings) && isSound(pool)) provision(site, { scope, pool, settings, isServed: gpus !== undefined });
    }
  },
});

/** A pool whose nodes are made on demand. */
interface CreatedPool {
  readonly scope: Construct;
  readonly pool: NodePool;
  readonly settings: Parameters<typeof provisioned>[1];
  /** Does the environment have software of its GPUs? */
  readonly isServed: boolean;
}

function provision(site: Site, { scope, pool, settings, isServed }: CreatedPool): void {
  const { name, accelerated } = pool;
  if (!isServed && isShared(settings) && !site.offers("gpuPlatform", "gpus")) site.report([name, "sharing"], SHARING_WITHOUT_SOFTWARE);
  const provisioner = site.all("nodeProvisioner").get(settings.type);
  if (provisioner) pool.node.addDependency(provisioner.addPool(scope, provisioned(name, settings, accelerated)));
  else if (!site.offers("nodeProvisioner", sectionOf(settings.type))) site.report([name], withoutProvisioner(settings.type));
}

function isShared(settings: NodePoolSettings): boolean {
  return isProvisioned(settings) && sharingOf(settings) !== undefined;
}

const SHARING_WITHOUT_SOFTWARE = {
  id: "node-pools.sharing-without-software",
  got: "shared GPUs on nodes that are created on demand, in an environment without gpus",
  allowed: "sharing with the section gpus, whose device plugin the labels of the nodes configure",
  fix: "add the section gpus, or remove sharing",
};

type ProvisionedType = Exclude<NodePoolSettings["type"], "static" | "plain">;

/** Section that brings the provisioner. */
function sectionOf(type: ProvisionedType): string {
  return type === "cluster-api" ? "clusterApi" : PROVIDERS[type].section;
}

function withoutProvisioner(type: ProvisionedType) {
  const key = sectionOf(type);
  return {
    id: "node-pools.no-provisioner",
    got: `a pool of type ${JSON.stringify(type)} in an environment without ${key}`,
    allowed: `static pools, or an environment with the section ${key}`,
    fix: `add the section ${key}, or give the pool the type "static"`,
  };
}
