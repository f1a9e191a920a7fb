/** Section `nodePools` of the environment file. */

import { section } from "#lib/environment/section";
import { prefixed } from "#lib/kube/prefix";
import { isSound } from "#lib/kube/problems";
import { NodePool, POOLS_NAMESPACE } from "./node-pool";
import { nodePoolsPin } from "./pin";
import { provisioned } from "./provisioned";
import { isProvisioned, nodePoolsSchema } from "./schema";

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
  uses: ["nodeProvisioner"],
  build(pools, site) {
    const namespace = prefixed(site.chart, POOLS_NAMESPACE);
    site.namespace(namespace, []);
    for (const [name, settings] of Object.entries(pools)) {
      const scope = site.part([name], { namespace });
      const pool = new NodePool(scope, "Pool", { ...settings, name });
      site.give("nodePool", name, pool);
      if (!isProvisioned(settings) || !isSound(pool)) continue;
      const provisioner = site.all("nodeProvisioner").get(settings.type);
      if (provisioner) pool.node.addDependency(provisioner.addPool(scope, provisioned(name, settings)));
      else if (!site.offers("nodeProvisioner")) site.report([name], withoutProvisioner(settings.type));
    }
  },
});

function withoutProvisioner(type: string) {
  return {
    id: "node-pools.no-provisioner",
    got: `a pool of type ${JSON.stringify(type)} in an environment without Karpenter`,
    allowed: "static pools, or an environment with the section karpenter",
    fix: 'add karpenter: { clusterName, nodes: { image, identity } }, or give the pool the type "static"',
  };
}
