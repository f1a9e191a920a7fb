/** Rules on Kafka's props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { joinPath, show } from "#lib/core/schema";
import { nameProblems } from "#lib/kube/name-problems";
import { placementProblems } from "#lib/kube/placement";
import { copiesOf, nodesWith } from "./replicas";
import { isReserved } from "./reserved-settings";
import type { KafkaClusterSettings, KafkaClusters } from "./schema";

/** Names of Services start with a letter, and `<cluster>-<pool>-<id>` is a host name of 63 characters at most. Source: Strimzi 1.2.0, KafkaResources.java. */
const NAME = { thing: "cluster", most: 32 };

/** Problems of a cluster; `path` is its path in the file. */
export function kafkaClusterProblems(name: string, settings: KafkaClusterSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "kafka.cluster-name", path }),
    ...roleProblems(settings, path),
    ...replicaProblems(settings, path),
    ...namespaceProblems(settings, path),
    ...reservedSettings(settings, path),
    ...podProblems(settings, path),
  ];
}

/** Objects of node pools have the names of the pools, so that clusters in one namespace cannot share them. */
export function poolNameProblems(clusters: KafkaClusters, path: string): Problem[] {
  const first = new Map<string, string>();
  return Object.entries(clusters).flatMap(([cluster, { namespace, nodePools }]) =>
    Object.keys(nodePools).flatMap((pool) => {
      const known = first.get(`${namespace}/${pool}`);
      if (known === undefined) first.set(`${namespace}/${pool}`, cluster);
      return known === undefined ? [] : [poolTwice(pool, known, joinPath(path, ["clusters", cluster, "nodePools", pool]))];
    }),
  );
}

function poolTwice(pool: string, cluster: string, path: string): Problem {
  return {
    id: "kafka.pool-name-twice",
    path,
    got: `the name ${pool}, which a node pool of the cluster ${cluster} in the same namespace has`,
    allowed: "names of node pools that are unique in their namespace",
    fix: "rename one of the two, or give the cluster a namespace of its own",
  };
}

/** Production survives the loss of a controller, and of a broker. */
export function productionProblems(settings: KafkaClusterSettings, path: string): Problem[] {
  const controllers = nodesWith(settings, "controller");
  const { replicationFactor } = copiesOf(settings);
  return [
    ...(controllers < 3
      ? [
          {
            id: "kafka.too-few-controllers",
            path: `${path}.nodePools`,
            got: `${controllers} controllers in production`,
            allowed: "at least 3: a majority of them must remain when one is lost",
            fix: "raise the replicas of a node pool with the role controller to 3",
          },
        ]
      : []),
    ...(replicationFactor < 2
      ? [
          {
            id: "kafka.one-copy-in-production",
            path: `${path}.replicationFactor`,
            got: "one copy of each record in production",
            allowed: "at least 2, because records are lost with the volume of a broker",
            fix: "set replicationFactor: 3 and three brokers, or remove it where there are three",
          },
        ]
      : []),
  ];
}

/** Source: Strimzi 1.2.0, NodePoolUtils.validateNodePools: a cluster needs a node of each role. */
function roleProblems(settings: KafkaClusterSettings, path: string): Problem[] {
  return (["controller", "broker"] as const)
    .filter((role) => nodesWith(settings, role) === 0)
    .map((role) => ({
      id: "kafka.role-missing",
      path: `${path}.nodePools`,
      got: `no node with the role ${role}`,
      allowed: "at least one controller and one broker",
      fix: `add ${role} to the roles of a node pool`,
    }));
}

/** Each copy is on a broker of its own. A cluster without brokers is another problem. */
function replicaProblems(settings: KafkaClusterSettings, path: string): Problem[] {
  const brokers = nodesWith(settings, "broker");
  const { replicationFactor, minInsyncReplicas } = copiesOf(settings);
  if (brokers === 0) return [];
  if (replicationFactor > brokers) {
    return [
      {
        id: "kafka.too-few-brokers",
        path: `${path}.replicationFactor`,
        got: `${replicationFactor} copies on ${brokers} brokers`,
        allowed: `at most ${brokers}, because each copy needs a broker of its own`,
        fix: "raise the replicas of a node pool with the role broker, or lower replicationFactor",
      },
    ];
  }
  if (minInsyncReplicas <= Math.max(1, replicationFactor - 1)) return [];
  return [
    {
      id: "kafka.min-insync-replicas",
      path: `${path}.minInsyncReplicas`,
      got: `${minInsyncReplicas} of ${replicationFactor} copies before a record counts as written`,
      allowed: `at most ${Math.max(1, replicationFactor - 1)}, or nothing could be written while a broker restarts`,
      fix: "lower minInsyncReplicas, or raise replicationFactor",
    },
  ];
}

function namespaceProblems({ namespace, clientNamespaces }: KafkaClusterSettings, path: string): Problem[] {
  if (!clientNamespaces.includes(namespace)) return [];
  return [
    {
      id: "kafka.own-client-namespace",
      path: `${path}.clientNamespaces`,
      got: `${namespace}, the namespace of the cluster`,
      allowed: "further namespaces: clients may always run in that of the cluster",
      fix: "remove it",
    },
  ];
}

function reservedSettings({ config }: KafkaClusterSettings, path: string): Problem[] {
  return Object.entries(config)
    .filter(([name]) => isReserved(name))
    .map(([name, value]) => ({
      id: "kafka.reserved-setting",
      path: joinPath(`${path}.config`, [name]),
      got: show(value),
      allowed: "settings that neither Strimzi nor a prop of the cluster sets",
      fix: "remove it; use the props replicationFactor, minInsyncReplicas, deleteTopics and rack",
    }));
}

function podProblems({ nodePools }: KafkaClusterSettings, path: string): Problem[] {
  return Object.entries(nodePools).flatMap(([name, { cpu, memory, pool, ephemeral, storage }]) =>
    placementProblems({ cpu, memory, ...(ephemeral && { scratch: storage }) }, pool, {
      id: "kafka.fits-no-machine",
      path: joinPath(`${path}.nodePools`, [name]),
    }),
  );
}
