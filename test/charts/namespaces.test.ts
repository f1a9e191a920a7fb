/** Namespaces of an environment: made where components need them, as the environment says. */

import { App } from "cdk8s";
import { Namespaces } from "#charts/namespaces";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { EMBEDDED, problemsOf, released } from "../fixtures/platform";

function release(spec: Partial<EnvironmentSpec>): Release {
  return released({ ...EMBEDDED, ...spec });
}

function namespaces(made: Release) {
  return made.objects.filter(({ manifest }) => manifest.kind === "Namespace");
}

function quota(made: Release, namespace: string) {
  return made.objects.find(({ id }) => id === `core/ResourceQuota/${namespace}/quota`)?.manifest["spec"];
}

const general = { type: "static", nodes: 2, node: { cpu: 8, memory: Size.gibibytes(32) } } as const;

test("makes only the namespaces that something needs", () => {
  expect(namespaces(release({}))).toEqual([]);
  expect(namespaces(release({ certManager: {} })).map(({ manifest }) => manifest.metadata.name)).toEqual(["cert-manager"]);
});

test("makes a namespace that only the environment names, and says which line asked for it", () => {
  const [lab] = namespaces(release({ namespaces: { lab: { egress: "open" } } }));

  expect(lab).toMatchObject({ id: "core/Namespace/lab", source: "namespaces.lab", stage: "foundation", component: "foundation" });
});

test("puts the environment's word before a component's", () => {
  const made = release({ certManager: {}, namespaces: { "cert-manager": { quota: { pods: 7 } } } });

  expect(namespaces(made)).toHaveLength(1);
  expect(quota(made, "cert-manager")).toMatchObject({ hard: { pods: "7" } });
});

test("lets no namespace ask for more than all pools give", () => {
  const made = release({ nodePools: { general }, namespaces: { lab: {} } });

  expect(quota(made, "lab")).toMatchObject({ hard: { "requests.cpu": "16", "requests.memory": "64Gi", "requests.nvidia.com/gpu": "0" } });
});

test("keeps the namespace of an Elasticsearch when the environment is destroyed", () => {
  const nodeSets = { default: { count: 1, storage: Size.gibibytes(10) } };
  const made = release({ elasticsearch: { clusters: { rag: { nodeSets } } } });

  expect(Object.fromEntries(namespaces(made).map(({ id, retention }) => [id, retention]))).toEqual({
    "core/Namespace/elastic-system": "delete",
    "core/Namespace/elasticsearch": "retain",
  });
});

const LEVEL = "pod-security.kubernetes.io/enforce";
const REASON = "beamstack-iac/pod-security-reason";
const own = { monitoring: { podSecurity: { level: "baseline", reason: "an agent of ours runs there" } } } as const;

test.each<readonly [string, string, Partial<EnvironmentSpec>, string]>([
  ["node-exporter", "lets it reach its node", { monitoring: {} }, "privileged"],
  [
    "node-exporter",
    "lets it in where something else asks for its namespace first",
    { certManager: {}, flink: { clusters: { main: { namespace: "node-exporter" } } }, monitoring: {} },
    "privileged",
  ],
  [
    "node-exporter",
    "is strict where it is not installed",
    { monitoring: { nodeExporter: false }, namespaces: { "node-exporter": {} } },
    "restricted",
  ],
  ["monitoring", "is strict, with node-exporter in another one", { monitoring: {} }, "restricted"],
  ["monitoring", "is strict where there is no monitoring", { namespaces: { monitoring: {} } }, "restricted"],
  ["monitoring", "is what the environment says", { monitoring: { nodeExporter: false }, namespaces: own }, "baseline"],
])("the namespace %s %s", (name, _what, spec, level) => {
  const made = namespaces(release(spec)).find(({ id }) => id === `core/Namespace/${name}`)?.manifest.metadata;

  expect(made?.labels?.[LEVEL]).toBe(level);
  expect(made?.annotations?.[REASON] === undefined).toBe(level === "restricted");
});

test("makes every priority class once", () => {
  const classes = release({}).objects.filter(({ manifest }) => manifest.kind === "PriorityClass");

  expect(classes.map(({ manifest }) => [manifest.metadata.name, manifest["value"]])).toEqual([
    ["beamstack-batch", 100_000],
    ["beamstack-pipelines", 500_000],
    ["beamstack-serving", 700_000],
    ["beamstack-system", 900_000],
  ]);
});

test("a namespace that several components use is made once, with what each of them needs", () => {
  const made = release({
    monitoring: {},
    flink: { clusters: { main: { namespace: "node-exporter" } } },
    namespaces: { "node-exporter": { quota: { pods: 7 } } },
  });

  const [shared, ...more] = namespaces(made).filter(({ manifest }) => manifest.metadata.name === "node-exporter");
  expect(more).toEqual([]);
  expect(shared).toMatchObject({ source: "namespaces.node-exporter", manifest: { metadata: { labels: { [LEVEL]: "privileged" } } } });
  expect(quota(made, "node-exporter")).toMatchObject({ hard: { pods: "7" } });
});

test("needs of several components add up: the weakest level, every reason once", () => {
  const made = new App();
  const chart = new StageChart(made, "foundation");
  const all = new Namespaces(() => chart, {});
  const needs = [
    { level: "baseline", reason: "it mounts host paths" },
    { level: "privileged", reason: "it loads kernel modules" },
    { level: "baseline", reason: "it mounts host paths" },
  ] as const;

  const [first, ...others] = needs.map((podSecurity) => all.need("shared", "a.b", { podSecurity }));
  all.create([]);

  expect(others.every((other) => other === first)).toBe(true);
  const [shared] = namespaces(unwrap(synthesize(made, "test")));
  expect(shared).toMatchObject({ source: "a.b", manifest: { metadata: { labels: { [LEVEL]: "privileged" } } } });
  expect(shared?.manifest.metadata.annotations?.[REASON]).toBe("it mounts host paths; it loads kernel modules");
});

test("refuses a level that keeps the pods of a component out, and says which need it is", () => {
  const namespaces = { "node-exporter": { podSecurity: "restricted" } } as const;

  expect(problemsOf({ ...EMBEDDED, monitoring: {}, namespaces })).toMatchObject([
    {
      id: "environment.namespace-conflict",
      path: "namespaces.node-exporter.podSecurity",
      allowed: expect.stringContaining("node-exporter"),
    },
  ]);
  expect(problemsOf({ ...EMBEDDED, monitoring: { nodeExporter: false }, namespaces })).toEqual([]);
});

test("refuses a level that is still too strict", () => {
  const podSecurity = { level: "baseline", reason: "an agent of ours runs there" } as const;

  expect(problemsOf({ ...EMBEDDED, monitoring: {}, namespaces: { "node-exporter": { podSecurity } } })).toMatchObject([
    { id: "environment.namespace-conflict", path: "namespaces.node-exporter.podSecurity" },
  ]);
});
