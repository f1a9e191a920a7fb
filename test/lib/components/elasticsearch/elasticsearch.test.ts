/** Elasticsearch clusters. */

import { App } from "cdk8s";
import { Construct } from "constructs";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { ElasticOperator, Elasticsearch, type ElasticsearchProps } from "#lib/components/elasticsearch/index";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { setImageRegistry } from "#lib/kube/images";
import { setPlace } from "#lib/kube/ownership";

const nodes = { count: 3, storage: Size.gibibytes(10) };

function build(name: string, props: Partial<ElasticsearchProps> = {}, mirror?: string) {
  const app = new App();
  if (mirror) setImageRegistry(app, mirror);
  const chart = new StageChart(app, "data-preparation");
  const operator = new ElasticOperator(chart, "Operator");
  const scope = new Construct(chart, "Scope");
  setPlace(scope, { source: "here" });
  const store = new Elasticsearch(scope, "Store", { nodeSets: { default: nodes }, ...props, name, operator });
  return { store, result: synthesize(app, "test") };
}

function specOf(props: Partial<ElasticsearchProps>, mirror?: string) {
  return unwrap(build("rag", props, mirror).result).objects.find(({ manifest }) => manifest.kind === "Elasticsearch")?.manifest["spec"];
}

function refused(name: string, props: Partial<ElasticsearchProps> = {}) {
  const { result } = build(name, props);
  return result.ok ? [] : result.problems.map(({ id, path }) => [id, path]);
}

test("is found where upstream's own command puts it", () => {
  const { store } = build("rag");

  expect(store.endpoints).toEqual([{ protocol: "http", service: "rag-es-http", url: "https://rag-es-http.elasticsearch.svc:9200" }]);
  expect(store.auth).toEqual({ type: "basic", user: "elastic", password: secretRef("rag-es-elastic-user", "elastic") });
  expect(store.ca).toEqual(secretRef("rag-es-http-certs-public", "ca.crt"));
});

test("Kibana reaches its cluster, speaks HTTP to the gateway, and has the cluster's version", () => {
  const { objects } = unwrap(build("rag", { version: "9.4.2", kibana: { replicas: 2 } }, "mirror.example.com").result);

  expect(objects.find(({ manifest }) => manifest.kind === "Kibana")?.manifest).toMatchObject({
    metadata: { name: "rag", namespace: "elasticsearch" },
    spec: {
      version: "9.4.2",
      image: "mirror.example.com/kibana/kibana:9.4.2",
      count: 2,
      elasticsearchRef: { name: "rag" },
      http: { tls: { selfSignedCertificate: { disabled: true } } },
      podTemplate: { metadata: {}, spec: { serviceAccountName: "rag-kb", automountServiceAccountToken: false } },
    },
  });
  expect(objects.map(({ id }) => id)).toContain("policy/PodDisruptionBudget/elasticsearch/rag-kb");
});

test("keeps its volumes when the cluster goes", () => {
  expect(specOf({})).toMatchObject({
    volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
    nodeSets: [
      { volumeClaimTemplates: [{ metadata: { name: "elasticsearch-data" }, spec: { resources: { requests: { storage: "10Gi" } } } }] },
    ],
  });
});

test("maps no files into memory unless told that the machines allow it", () => {
  const mapped = { default: { ...nodes, memoryMap: true, config: { "indices.recovery.max_bytes_per_sec": "100mb" } } };

  expect(valueAt(specOf({}), ["nodeSets", 0, "config"])).toEqual({ "node.store.allow_mmap": false });
  expect(valueAt(specOf({ nodeSets: mapped }), ["nodeSets", 0, "config"])).toEqual({
    "node.store.allow_mmap": true,
    "indices.recovery.max_bytes_per_sec": "100mb",
  });
});

test("keeps two nodes of a set of a highly available cluster off the same machine", () => {
  expect(valueAt(specOf({ highAvailability: true }), ["nodeSets", 0, "podTemplate", "spec", "affinity"])).toEqual({
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          topologyKey: "kubernetes.io/hostname",
          labelSelector: { matchLabels: { "elasticsearch.k8s.elastic.co/statefulset-name": "rag-es-default" } },
        },
      ],
    },
  });
  expect(valueAt(specOf({}), ["nodeSets", 0, "podTemplate", "spec", "affinity"])).toBeUndefined();
});

test("takes its image at the version asked for, from the mirror", () => {
  expect(specOf({ version: "9.4.2" }, "mirror.example.com/x")).toMatchObject({
    version: "9.4.2",
    image: "mirror.example.com/x/elasticsearch/elasticsearch:9.4.2",
  });
});

test("lets the operator in, and nobody else", () => {
  const { objects } = unwrap(build("rag").result);
  const names = objects
    .filter(({ id }) => id.startsWith("networking.k8s.io/NetworkPolicy/elasticsearch/"))
    .map(({ manifest }) => manifest.metadata.name);

  expect(names).toEqual(["elastic-operator-to-rag-ingress", "rag-es-nodes-egress", "rag-es-nodes-ingress"]);
});

test("refuses names from which ECK could not derive others", () => {
  expect(refused("a".repeat(37), { nodeSets: { d: nodes } })).toEqual([["elasticsearch.name-too-long", "here"]]);
  expect(refused("a".repeat(36), { nodeSets: { "data-nodes-hot": nodes } })).toEqual([
    ["elasticsearch.stateful-set-name-too-long", "here.nodeSets.data-nodes-hot"],
  ]);
  expect(refused("a".repeat(36), { nodeSets: { data: nodes } })).toEqual([]);
});

test("refuses a version that runs as root", () => {
  expect(refused("rag", { version: "8.7.1" })).toEqual([["spec.wrong-value", "here.version"]]);
});

test("its disruption budget selects the pods of the cluster", () => {
  expect(valueAt(specOf({ maxUnavailable: 1 }), ["podDisruptionBudget", "spec", "selector", "matchLabels"])).toEqual({
    "elasticsearch.k8s.elastic.co/cluster-name": "rag",
  });
});

test("node sets are written as ECK writes them back, so that it does not become the owner of the list", () => {
  const sets = valueAt(specOf({}), ["nodeSets"]);

  expect(Array.isArray(sets) && sets.map((set) => valueAt(set, ["podTemplate", "metadata"]))).toEqual([{}]);
});
