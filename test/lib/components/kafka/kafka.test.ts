/** Kafka clusters, their topics and users. */

import { App } from "cdk8s";
import { Construct } from "constructs";
import fc from "fast-check";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { KafkaCluster, type KafkaClusterPlace, type KafkaClusterProps, KafkaOperator, kafkaPin } from "#lib/components/kafka/index";
import { ownedKinds } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { type Problem, unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { setPlace } from "#lib/kube/ownership";
import type { ITopic, TopicAsk } from "#lib/kube/topic";
import { shrinkProblems } from "#lib/release/shrinks";

const storage = Size.gibibytes(10);
const ASK: TopicAsk = { name: "clicks", topic: "clicks", partitions: 3, cleanup: "delete", config: {} };

interface Built {
  readonly props?: Partial<KafkaClusterProps> & Partial<Pick<KafkaClusterPlace, "production" | "name">>;
  readonly ask?: Partial<TopicAsk>;
  readonly use?: (topic: ITopic) => void;
}

function build({ props = {}, ask = {}, use = () => undefined }: Built = {}) {
  const app = new App();
  const chart = new StageChart(app, "data-preparation");
  const operator = new KafkaOperator(chart, "Operator");
  const scope = new Construct(chart, "Scope");
  setPlace(scope, { source: "here" });
  const cluster = new KafkaCluster(scope, "Cluster", { nodePools: { nodes: { storage } }, name: "main", ...props, operator });
  const topics = new Construct(chart, "Topics");
  setPlace(topics, { source: "topics.clicks" });
  use(cluster.addTopic(topics, { ...ASK, ...ask }));
  return synthesize(app, "test", { kinds: kafkaPin.kinds });
}

const objectsOf = (built?: Built) => unwrap(build(built)).objects.map(({ manifest }) => manifest);
const problemsOf = (built: Built): readonly Problem[] => {
  const result = build(built);
  return result.ok ? result.warnings : result.problems;
};
const specOf = (kind: string, built?: Built) => objectsOf(built).find((each) => each.kind === kind)?.["spec"];

test("one node keeps one copy, and three keep three of which two must exist", () => {
  const config = (replicas: number) =>
    valueAt(specOf("Kafka", { props: { nodePools: { nodes: { storage, replicas } } } }), ["kafka", "config"]);

  expect(config(1)).toMatchObject({ "default.replication.factor": 1, "min.insync.replicas": 1, "transaction.state.log.min.isr": 1 });
  expect(config(3)).toMatchObject({ "default.replication.factor": 3, "min.insync.replicas": 2, "offsets.topic.replication.factor": 3 });
  expect(config(5)).toMatchObject({ "default.replication.factor": 3, "min.insync.replicas": 2 });
});

test("records stay when the object of a topic goes, unless the cluster says otherwise", () => {
  const finalizers = ["entityOperator", "template", "topicOperatorContainer", "env"];

  expect(valueAt(specOf("Kafka"), ["kafka", "config", "delete.topic.enable"])).toBe(false);
  expect(valueAt(specOf("Kafka"), finalizers)).toEqual([{ name: "STRIMZI_USE_FINALIZERS", value: "false" }]);

  const deleting = specOf("Kafka", { props: { deleteTopics: true } });
  expect(valueAt(deleting, ["kafka", "config", "delete.topic.enable"])).toBe(true);
  expect(valueAt(deleting, finalizers)).toBeUndefined();
});

test("a client has one user, which may do what its topics are named for and nothing else", () => {
  const use = (topic: ITopic) => {
    const access = (["read", "write", "read"] as const).map((one) => topic.enter({ name: "shop", namespace: "kafka", access: one }));
    expect(access[0]).toMatchObject({ bootstrapServers: "main-kafka-bootstrap.kafka.svc:9093", tls: true, group: "shop" });
    topic.enter({ name: "audit", namespace: "kafka", access: "read" });
  };

  const users = objectsOf({ use }).filter(({ kind }) => kind === "KafkaUser");

  const acls = (name: string) =>
    valueAt(
      users.find(({ metadata }) => metadata.name === name),
      ["spec", "authorization", "acls"],
    );
  expect(users).toHaveLength(2);
  expect(acls("shop")).toEqual([
    { resource: { type: "topic", name: "clicks", patternType: "literal" }, operations: ["Describe", "Read"] },
    { resource: { type: "group", name: "shop", patternType: "prefix" }, operations: ["Read"] },
    { resource: { type: "topic", name: "clicks", patternType: "literal" }, operations: ["Describe", "Write"] },
  ]);
  expect(acls("audit")).toHaveLength(2);
});

test("a topic with fewer copies than others has a minimum of its own", () => {
  const props = { nodePools: { nodes: { storage, replicas: 3 } } };
  const spec = specOf("KafkaTopic", { props, ask: { replicationFactor: 2, topic: "Clicks.v1" } });

  expect(spec).toEqual({
    topicName: "Clicks.v1",
    partitions: 3,
    replicas: 2,
    config: { "cleanup.policy": "delete", "min.insync.replicas": 1 },
  });
});

test("refuses a topic without replicas enough with one problem, and takes every other one", () => {
  const counts = fc.record({
    brokers: fc.integer({ min: 1, max: 6 }),
    replicationFactor: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    minInsyncReplicas: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  });

  fc.assert(
    fc.property(counts, ({ brokers, replicationFactor, minInsyncReplicas }) => {
      const copies = replicationFactor ?? Math.min(3, brokers);
      const wrong = copies > brokers || (minInsyncReplicas ?? 1) > Math.max(1, copies - 1);
      const ask = { ...(replicationFactor && { replicationFactor }), ...(minInsyncReplicas && { minInsyncReplicas }) };

      const found = problemsOf({ props: { nodePools: { nodes: { storage, replicas: brokers } } }, ask });

      expect(found.map(({ path }) => path.split(".").slice(0, 2).join("."))).toEqual(wrong ? ["topics.clicks"] : []);
    }),
  );
});

test.each<[string, Built]>([
  ["kafka.topic-name", { ask: { topic: "two words" } }],
  ["kafka.reserved-topic-setting", { ask: { config: { "retention.ms": 1 } } }],
  ["kafka.retention-of-compacted", { ask: { cleanup: "compact", retentionSize: storage } }],
  ["kafka.topic-without-replicas", { ask: { replicationFactor: 2 } }],
  ["kafka.topic-min-insync-replicas", { ask: { minInsyncReplicas: 2 } }],
  [
    "kafka.topic-with-one-copy",
    { props: { production: true, nodePools: { nodes: { storage, replicas: 3 } } }, ask: { replicationFactor: 1 } },
  ],
  ["kafka.too-few-controllers", { props: { production: true, nodePools: { nodes: { storage, replicas: 2 } } } }],
  ["kafka.one-copy-in-production", { props: { production: true, nodePools: { nodes: { storage, replicas: 3 } }, replicationFactor: 1 } }],
  ["kafka.cluster-name", { props: { name: "Main" } }],
])("refuses what %s forbids, with one problem", (id, built) => {
  expect(problemsOf(built).map((problem) => problem.id)).toEqual([id]);
});

test("a cluster that survives the loss of a node is right for production", () => {
  expect(problemsOf({ props: { production: true, nodePools: { nodes: { storage, replicas: 3 } } } })).toEqual([]);
});

test("fewer partitions and smaller volumes are refused, more are not", () => {
  const objects = (partitions: number, gibibytes: number) =>
    objectsOf({ props: { nodePools: { nodes: { storage: Size.gibibytes(gibibytes) } } }, ask: { partitions } });
  const shrunk = (kind: string, live: [number, number], wanted: [number, number]) => {
    const owned = ownedKinds.find((one) => one.kind === `kafka.strimzi.io/${kind}`);
    const of = (all: ReturnType<typeof objects>) => all.filter((each) => each.kind === kind);
    return shrinkProblems({ growsOnly: owned?.growsOnly ?? [] }, of(objects(...wanted)), of(objects(...live))).map(({ got }) => got);
  };

  expect(shrunk("KafkaTopic", [6, 10], [3, 10])).toEqual(["3 for an object that exists with 6"]);
  expect(shrunk("KafkaNodePool", [6, 10], [6, 5])).toEqual(["5Gi for an object that exists with 10Gi"]);
  expect([...shrunk("KafkaTopic", [6, 10], [12, 20]), ...shrunk("KafkaNodePool", [6, 10], [12, 20])]).toEqual([]);
});
