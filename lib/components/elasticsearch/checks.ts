/** Rules on Elasticsearch's props that a schema cannot express. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { joinPath, labelNameSchema, show } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { nodePlacementProblems } from "./placement-checks";
import type { ElasticsearchSettings, NodeRole, NodeSetSettings } from "./schema";
import { snapshotProblems } from "./snapshots";

/** ECK rejects longer names, because derived names must be labels. Source: ECK 3.5.0, common/name.go. */
const MAX_NAME = 36;
/** 63 characters of a label, minus the revision hash (10) and a dash. Source: ECK 3.5.0, elasticsearch/v1/name.go. */
const MAX_STATEFUL_SET = 63 - 10 - 1;
/** Less memory leaves no room for a heap. Source: Elastic's sizing advice for containers. */
const MIN_MEMORY = Size.gibibytes(1);
/** Settings that ECK owns. Source: ECK 3.5.0, elasticsearch/v1/fields.go. */
const RESERVED = [
  "cluster.initial_master_nodes",
  "cluster.name",
  "discovery.seed_hosts",
  "discovery.seed_providers",
  "http.publish_host",
  "network.host",
  "network.publish_host",
  "node.name",
  "node.roles",
  "node.store.allow_mmap",
  "path.data",
  "path.logs",
  "xpack.security.enabled",
  "xpack.security.http.ssl",
  "xpack.security.transport.ssl",
];

/** Problems of a cluster; `path` is its path in the file. */
export function elasticsearchProblems(name: string, props: ElasticsearchSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, path),
    ...masterProblems(props, path),
    ...dataProblems(props, path),
    ...Object.entries(props.nodeSets).flatMap(([set, nodeSet]) => nodeSetProblems(name, set, { nodeSet, path })),
    ...nodePlacementProblems(props, path),
    ...snapshotProblems(props, path),
  ];
}

/** Names of the cluster's Services and StatefulSets start with its name and must not contain a dot. */
function nameProblems(name: string, path: string): Problem[] {
  const isLabel = labelNameSchema.safeParse(name).success;
  if (!isLabel && name.length <= MAX_NAME) {
    return [
      {
        id: "elasticsearch.cluster-name",
        path,
        got: `the name ${show(name)}`,
        allowed: `1 to ${MAX_NAME} of a-z, 0-9 and -, a letter or digit at both ends`,
        fix: "rename the cluster",
      },
    ];
  }
  if (name.length <= MAX_NAME) return [];
  return [
    {
      id: "elasticsearch.name-too-long",
      path,
      got: `a name of ${name.length} characters`,
      allowed: `at most ${MAX_NAME}, because ECK derives labels from it`,
      fix: "choose a shorter name",
    },
  ];
}

function masterProblems(props: ElasticsearchSettings, path: string): Problem[] {
  const masters = nodesWith(props, (roles) => roles.includes("master") && !roles.includes("voting_only"));
  const at = `${path}.nodeSets`;
  if (masters === 0) {
    return [
      {
        id: "elasticsearch.no-master",
        path: at,
        got: "no node with the role master",
        allowed: "at least one master-eligible node",
        fix: 'add "master" to the roles of a node set',
      },
    ];
  }
  if (!props.highAvailability || masters >= 3) return [];
  return [
    {
      id: "elasticsearch.too-few-masters",
      path: at,
      got: `${masters} master-eligible nodes with highAvailability`,
      allowed: "at least 3: a majority must remain when one is lost",
      fix: `raise the count of a node set with the role master to 3, or remove ${path}.highAvailability`,
    },
  ];
}

function dataProblems(props: ElasticsearchSettings, path: string): Problem[] {
  const data = nodesWith(props, (roles) => roles.some((role) => role.startsWith("data")));
  const wanted = props.highAvailability ? 2 : 1;
  if (data >= wanted) return [];
  return [
    {
      id: "elasticsearch.too-few-data-nodes",
      path: `${path}.nodeSets`,
      got: `${data} nodes with a data role`,
      allowed: `at least ${wanted}${wanted > 1 ? " with highAvailability: a replica needs a second node" : ""}`,
      fix: "raise the count of a node set with the role data",
    },
  ];
}

function nodesWith(props: ElasticsearchSettings, has: (roles: readonly NodeRole[]) => boolean): number {
  const every: readonly NodeRole[] = ["master", "data"];
  return Object.values(props.nodeSets).reduce((sum, { count, roles = every }) => sum + (has(roles) ? count : 0), 0);
}

function nodeSetProblems(name: string, set: string, { nodeSet, path }: { nodeSet: NodeSetSettings; path: string }): Problem[] {
  const at = joinPath(path, ["nodeSets", set]);
  return [...longSetName(`${name}-es-${set}`, nodeSet.count, at), ...smallMemory(nodeSet, at), ...reservedSettings(nodeSet, at)];
}

function longSetName(statefulSet: string, count: number, path: string): Problem[] {
  const limit = MAX_STATEFUL_SET - String(count).length;
  if (statefulSet.length <= limit) return [];
  return [
    {
      id: "elasticsearch.stateful-set-name-too-long",
      path,
      got: `the StatefulSet name ${statefulSet} of ${statefulSet.length} characters`,
      allowed: `at most ${limit}`,
      fix: "shorten the name of the node set or of the cluster",
    },
  ];
}

function smallMemory({ memory }: NodeSetSettings, path: string): Problem[] {
  if (memory.bytes >= MIN_MEMORY.bytes) return [];
  return [
    {
      id: "elasticsearch.too-little-memory",
      path: `${path}.memory`,
      got: `${memory}`,
      allowed: `at least ${MIN_MEMORY}`,
      fix: `raise ${path}.memory`,
    },
  ];
}

function reservedSettings({ config }: NodeSetSettings, path: string): Problem[] {
  const reserved = settingsOf(config).filter(({ name }) => RESERVED.some((owned) => name === owned || name.startsWith(`${owned}.`)));
  return reserved.map(({ keys, value }) => ({
    id: "elasticsearch.reserved-setting",
    path: joinPath(`${path}.config`, keys),
    got: show(value),
    allowed: "settings that neither ECK nor a prop of the node set sets",
    fix: "remove it; use the props roles, memoryMap and the cluster's name",
  }));
}

interface Setting {
  /** Name of the setting, with dots. */
  readonly name: string;
  readonly keys: readonly string[];
  readonly value: JsonValue | undefined;
}

/** Elasticsearch reads `a: {b: 1}` and `a.b: 1` the same way. */
function settingsOf(config: JsonObject, above: readonly string[] = []): Setting[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const keys = [...above, key];
    return isJsonObject(value) && Object.keys(value).length > 0 ? settingsOf(value, keys) : [{ name: keys.join("."), keys, value }];
  });
}
