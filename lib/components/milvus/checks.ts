/** Rules on Milvus' props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { nameProblems } from "#lib/kube/name-problems";
import { placementProblems } from "#lib/kube/placement";
import type { MilvusClusterSettings } from "./schema";

/** `<name>-milvus` and `<name>-etcd` are names of Services, and the pods of the longest component are `<name>-milvus-streamingnode-<16 characters>`. */
const NAME = { thing: "cluster", most: 20 };

/** Problems of a cluster; `path` is its path in the file. */
export function clusterProblems(name: string, settings: MilvusClusterSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "milvus.cluster-name", path }),
    ...bucketProblems(settings, path),
    ...queueProblems(name, settings, path),
    ...podProblems(settings, path),
  ];
}

/** Production survives the loss of a node, and knows its clients. */
export function productionProblems({ mode, etcd, rootPassword }: MilvusClusterSettings, path: string): Problem[] {
  return [
    ...(mode.type === "standalone" ? [standaloneInProduction(path)] : componentProblems(mode, path)),
    ...(etcd.members === 1 ? [oneMember(path)] : []),
    ...(rootPassword ? [] : [openInProduction(path)]),
  ];
}

function bucketProblems({ bucket, namespace }: MilvusClusterSettings, path: string): Problem[] {
  const { credentials, ca } = bucket.enter(namespace);
  if (ca && ca.key !== CA_KEY) return [caElsewhere(bucket.name, ca.key, path)];
  if (credentials.type !== "public") return [];
  return [
    {
      id: "milvus.read-only-bucket",
      path: `${path}.bucket`,
      got: `the bucket ${bucket.name}, which nobody may write`,
      allowed: "a bucket with credentials",
      fix: "give the bucket an access key, or use another one",
    },
  ];
}

/** Where the operator looks for the CA. Source: milvus-operator v1.3.8, apis/milvus.io/v1beta1/dependencies_types.go, CACertificateRef. */
const CA_KEY = "ca.crt";

function caElsewhere(bucket: string, key: string, path: string): Problem {
  return {
    id: "milvus.ca-key",
    path: `${path}.bucket`,
    got: `the CA of the bucket ${bucket} in the key ${key} of its Secret`,
    allowed: `the key ${CA_KEY}, where the operator looks for it`,
    fix: `rename the key in the Secret, and in the CA of the bucket, to ${CA_KEY}`,
  };
}

/** Milvus has one list of brokers and one user. */
function queueProblems(name: string, { queue, namespace }: MilvusClusterSettings, path: string): Problem[] {
  if (queue.type !== "kafka") return [];
  const topics = [...queue.topics, queue.timeTicks];
  const brokers = topics.map((topic) => topic.enter({ name: `milvus-${name}`, namespace, access: "read" }).bootstrapServers);
  const twice = topics.find((topic, at) => topics.indexOf(topic) !== at);
  return [
    ...(new Set(brokers).size > 1
      ? [
          {
            id: "milvus.several-brokers",
            path: `${path}.queue.topics`,
            got: `topics of ${[...new Set(brokers)].join(" and of ")}`,
            allowed: "topics of one broker",
            fix: "use topics of the same broker",
          },
        ]
      : []),
    ...(twice
      ? [
          {
            id: "milvus.topic-twice",
            path: `${path}.queue.topics`,
            got: `the topic ${twice.name} twice`,
            allowed: "each topic once",
            fix: "remove one of the two, or use another topic",
          },
        ]
      : []),
  ];
}

type ClusterMode = Extract<MilvusClusterSettings["mode"], { type: "cluster" }>;

function partsOf({ proxy, coordinator, queryNode, dataNode, streamingNode }: ClusterMode) {
  return { proxy, coordinator, queryNode, dataNode, streamingNode };
}

function podProblems({ mode, etcd, pool }: MilvusClusterSettings, path: string): Problem[] {
  const components =
    mode.type === "standalone"
      ? [{ at: ["mode"], ask: mode }]
      : Object.entries(partsOf(mode)).map(([part, ask]) => ({ at: ["mode", part], ask }));
  const pods = [...components, { at: ["etcd"], ask: etcd }];
  return pods.flatMap(({ at, ask: { cpu, memory } }) =>
    placementProblems({ cpu, memory }, pool, { id: "milvus.fits-no-machine", path: joinPath(path, at) }),
  );
}

function standaloneInProduction(path: string): Problem {
  return {
    id: "milvus.standalone-in-production",
    path: `${path}.mode`,
    got: "one pod in production",
    allowed: 'type: "cluster"',
    fix: 'set mode: { type: "cluster", ... } with at least 2 replicas of each component',
  };
}

function componentProblems(mode: ClusterMode, path: string): Problem[] {
  return Object.entries(partsOf(mode)).flatMap(([part, { replicas }]) =>
    replicas > 1
      ? []
      : [
          {
            id: "milvus.one-pod-in-production",
            path: `${path}.mode.${part}.replicas`,
            got: `one pod of ${part} in production`,
            allowed: "at least 2, of which one may be lost",
            fix: "set replicas: 2",
          },
        ],
  );
}

function oneMember(path: string): Problem {
  return {
    id: "milvus.one-etcd-in-production",
    path: `${path}.etcd.members`,
    got: "one member of etcd in production",
    allowed: "3 or 5: a majority must remain when one is lost",
    fix: "set members: 3",
  };
}

function openInProduction(path: string): Problem {
  return {
    id: "milvus.open-in-production",
    path: `${path}.rootPassword`,
    got: "a cluster without authentication in production",
    allowed: "a password in a store of secrets, or in a Secret",
    fix: 'set rootPassword: { type: "stored-secret", store, key }',
  };
}
