/** Topics of pipelines: what the file and the network get from them. */

import { createPlatform } from "#charts/platform";
import { type JsonObject, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";

const FILE = `pipeline:
  transforms:
    - type: ReadFromKafka
      name: Clicks
      config:
        topic:
        bootstrap_servers: ""
        consumer_config: { auto.offset.reset: earliest }
        format: STRING
    - type: WriteToKafka
      input: Clicks
      config:
        topic: other
        bootstrap_servers: localhost:9092
        producer_config_updates:
        format: STRING
`;

const kafka = { clusters: { main: { namespace: "flink", nodePools: { nodes: { storage: Size.gibibytes(1) } } } } };
const topics = {
  clicks: { type: "in-cluster", cluster: "main" },
  pages: { type: "in-cluster", cluster: "main", topic: "Pages" },
} as const;
/** Kafka's transforms are Java. */
const ON_JAVA = { default_environment_type: "EMBEDDED" };
const wires = { sources: { Clicks: "clicks" }, sinks: { WriteToKafka: "pages" } } as const;

function resolve(changes: object = {}, text = FILE) {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    kafka,
    topics,
    flink: { clusters: { main: {} } },
    pipelines: { clicks: { file: "pipelines/clicks.yaml", runner: "main", topics: wires, options: ON_JAVA } },
    ...changes,
  } as unknown as EnvironmentSpec;
  const result = createPlatform().resolve(spec, { files: new Map([["pipelines/clicks.yaml", text]]) });
  const objects = result.ok ? result.value.release.objects.map(({ manifest }) => manifest) : [];
  const problems = (result.ok ? result.warnings : result.problems).filter(({ id }) => id !== "beam.needs-java");
  return { objects, problems };
}

const idsOf = (changes: object, text?: string) => resolve(changes, text).problems.map(({ id, path }) => [id, path]);
const pipelineOf = (objects: readonly JsonObject[]) =>
  String(objects.map((object) => valueAt(object, ["data", "pipeline.yaml"])).find((text) => text !== undefined));

test("puts addresses, TLS and the user into the file, secrets as variables, and keeps what stands there", () => {
  const { objects, problems } = resolve();

  const text = pipelineOf(objects);
  expect(problems).toEqual([]);
  expect(text).toContain('topic: "clicks"');
  expect(text).toContain('topic: "Pages"');
  expect(text.match(/"main-kafka-bootstrap.flink.svc:9093"/g)).toHaveLength(2);
  expect(text).toContain('consumer_config: { "auto.offset.reset": earliest, "security.protocol": "SASL_SSL"');
  expect(text).toContain('"ssl.truststore.certificates": "{{ beamstack_secret_0 }}"');
  expect(text).toContain('required username=\\"pipeline-clicks\\" password=\\"{{ beamstack_secret_1 }}\\";"');
  expect(text).toContain('"group.id": "pipeline-clicks"');
  expect(text.match(/group.id/g)).toHaveLength(1);
});

test("mounts the password and the CA, and waits for the user", () => {
  const { objects } = resolve();
  const job = objects.find(({ kind }) => kind === "Job");

  const sources = JSON.stringify(valueAt(job, ["spec", "template", "spec", "volumes"]));
  expect(sources).toContain('"items":[{"key":"password","path":"secrets/1"}],"name":"pipeline-clicks"');
  expect(sources).toContain('"items":[{"key":"ca.crt","path":"secrets/0"}],"name":"main-cluster-ca-cert"');
});

test("opens the brokers to the workers, and to further clients", () => {
  const client = { namespace: "flink", access: "write", labels: { app: "shop" } };
  const { objects } = resolve({ topics: { ...topics, clicks: { ...topics.clicks, clients: { shop: client } } } });

  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy").map(({ metadata }) => metadata.name);
  expect(policies).toEqual(
    expect.arrayContaining(["pipeline.clicks.workers-to-topic.clicks.broker-ingress", "client.shop-to-topic.clicks.broker-egress"]),
  );
});

test("refuses a client without Secrets, a transform without the keys, and a secret beside them", () => {
  const at = "pipelines.clicks.topics";
  const elsewhere = { clusters: { main: { ...kafka.clusters.main, namespace: "kafka" } } };

  expect(idsOf({ kafka: elsewhere })).toEqual([
    ["kafka.client-in-other-namespace", "topics.clicks"],
    ["kafka.client-in-other-namespace", "topics.pages"],
  ]);
  expect(idsOf({}, FILE.replace("bootstrap_servers: localhost:9092", ""))).toEqual([["pipelines.topic-keys", `${at}.sinks.WriteToKafka`]]);
  expect(idsOf({}, FILE.replace("earliest", "earliest, ssl.key.password: hunter2"))).toEqual([
    ["pipelines.topic-config", `${at}.sources.Clicks`],
  ]);
  expect(idsOf({ topics: { clicks: topics.clicks } })).toEqual([["environment.unknown-name", `${at}.sinks.WriteToKafka`]]);
});

test("node pools of clusters in one namespace have names of their own", () => {
  const { main } = kafka.clusters;

  expect(idsOf({ kafka: { clusters: { main, other: main } } })).toEqual([
    ["kafka.pool-name-twice", "kafka.clusters.other.nodePools.nodes"],
  ]);
  expect(idsOf({ kafka: { clusters: { main, other: { ...main, namespace: "kafka" } } } })).toEqual([]);
});

test("a topic that nothing uses is a warning where it makes nothing", () => {
  const orders = { type: "existing", bootstrapServers: "b-1.example.com:9092", tls: false, credentials: { type: "none" } };

  expect(idsOf({ topics: { ...topics, orders } })).toEqual([["topics.unused", "topics.orders"]]);
});
