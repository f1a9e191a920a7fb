/**
 * KEDA v2.20.2, its operator and its webhooks, on our scaled pods and on the jobs of a feedback loop, with a real Prometheus that reads the real Jobs.
 * The metrics server has no place here: the API server asks it at the address of a pod. So Kubernetes' autoscaler gets no values, and KEDA alone moves
 * between no pod and one.
 *
 * @exercises keda, feedback
 */

import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { Duration } from "#lib/core/duration";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { pause } from "#stacks/cluster/retry";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released } from "../fixtures/platform";
import { prometheusConfig } from "../fixtures/prometheus";
import { programOnPath } from "../lib/components/feedback/programs";
import { appliesAgain } from "./apply-again";
import { answers } from "./chart-operator";
import { moduleObjects } from "./module-files";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { calledLocally, freePort, webhookServer } from "./webhooks";

const MODULE = { module: "keda", goModule: "github.com/kedacore/keda/v2" } as const;
const [OPERATOR, WEBHOOKS] = ["operator", "webhooks"].map((part) => ({
  name: `keda-${part}`,
  goPackage: `${MODULE.goModule}/cmd/${part}`,
  module: MODULE.module,
})) as [Program, Program];
type Program = Readonly<Record<"name" | "goPackage" | "module", string>>;
const NAMESPACE = "keda";
/** Seconds between two looks, for those of a feedback loop, which are minutes: longer than it takes to scrape a Job, as there. */
const LOOK = 5;

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const idle = { replicas: { min: 0, max: 5 }, cooldown: Duration.seconds(3) } as const;
const parts = {
  namespaces: { web: {} },
  databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
  buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
  modelStorage: { models: { bucket: "models" } },
  mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
  monitoring: {},
  keda: {
    scalers: {
      demand: {
        namespace: "web",
        target: { name: "web" },
        ...idle,
        triggers: [{ type: "prometheus", query: "demand", threshold: 10, activation: 5 }],
        interval: Duration.seconds(1),
      },
      nightly: {
        namespace: "web",
        target: { name: "batch" },
        ...idle,
        triggers: [{ type: "cron", start: "0 0 1 1 *", end: "1 0 1 1 *", replicas: 2 }],
      },
    },
  },
  feedback: {
    image: "registry.example.com/team/feedback:1.0",
    loops: {
      churn: {
        registry: "main",
        model: "churn",
        data: { bucket: "models", reference: "reference.parquet", current: "today" },
        rules: [{ type: "drift", lasting: Duration.seconds(2) }],
        retrain: { image: "registry.example.com/team/churn:1.0", deadline: Duration.minutes(10), cooldown: Duration.hours(1) },
        gate: { metric: "test_auc" },
      },
    },
  },
} as const;

const prometheus = programOnPath("prometheus");
const operator = withRealOperators([OPERATOR, WEBHOOKS]);
/** What Prometheus scrapes beside the Jobs; `ago` makes these older. */
const world = { drift: 0.05, demand: 0, ago: 0 };
let server: Server | undefined;
let release: Release;
let scaled: readonly KubeObject[];

const named = (name: string): KubeObject => {
  const found = scaled.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`the release has no ${name}`);
  return found;
};

beforeAll(async () => {
  const [metrics, scrapes] = [await freePort(), await freePort()];
  release = here(released({ ...EMBEDDED, ...parts }), metrics);
  scaled = release.objects.map(({ manifest }) => manifest).filter(({ kind }) => /^Scaled(Object|Job)$/.test(kind));
  server = createServer((_request, response) => void series().then((text) => response.end(text))).listen(scrapes, "127.0.0.1");
  const client = operator.client();
  const kinds = release.objects.map(({ manifest }) => manifest).filter(({ kind }) => kind === "CustomResourceDefinition");
  for (const definition of kinds) await applyStrictly(client, definition);
  // The operator watches these kinds, too, of which our chart values make none.
  const others = moduleObjects({ ...MODULE, path: "config/crd/bases" }).filter(({ metadata }) => !metadata.name.startsWith("scaled"));
  for (const definition of others) await applyStrictly(client, definition);
  for (const name of [NAMESPACE, "web"])
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager: "test" });
  for (const name of ["web", "batch"]) await client.apply(deployment(name), { fieldManager: "test" });
  await client.apply(ownAutoscaler("busy"), { fieldManager: "test" });
  if (prometheus) startPrometheus(prometheus, { metrics, scrapes });
  await startKeda();
  operator.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

afterAll(() => void server?.close());

/** The release with Prometheus on this machine, and with the looks of loops, which are minutes, as seconds. */
function here(whole: Release, port: number): Release {
  const text = JSON.stringify(whole.objects)
    .replaceAll(/http:\/\/[a-z.-]+\.svc:9090/g, `http://127.0.0.1:${port}`)
    .replaceAll('"pollingInterval":360', `"pollingInterval":${LOOK}`);
  return { ...whole, objects: JSON.parse(text) as Release["objects"] };
}

/** The series, those of Jobs as kube-state-metrics makes them. */
async function series(): Promise<string> {
  const lines = [
    `demand ${world.demand}`,
    `beamstack_feedback_drift{loop="churn",column="age"} ${world.drift}`,
    `beamstack_feedback_measured_timestamp_seconds{loop="churn"} ${Date.now() / 1000}`,
    'kube_namespace_created{namespace="feedback"} 1',
    ...(await jobs()).map(({ metadata }) => {
      const created = Date.parse(String(metadata["creationTimestamp"])) / 1000 - world.ago;
      return `kube_job_created{namespace="feedback",job_name="${metadata.name}"} ${created}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function jobs(): Promise<readonly KubeObject[]> {
  return operator.client().list({ apiVersion: "batch/v1", kind: "Job", namespace: "feedback", labelSelector: "scaledjob.keda.sh/name" });
}

function startPrometheus(path: string, { metrics, scrapes }: Readonly<Record<"metrics" | "scrapes", number>>): void {
  const rules = join(operator.folder, "rules.json");
  const found = release.objects.find(({ id }) => id === "monitoring.coreos.com/PrometheusRule/monitoring/feedback-churn");
  writeFileSync(rules, JSON.stringify(valueAt(found?.manifest, ["spec"])));
  const config = join(operator.folder, "prometheus.json");
  writeFileSync(config, JSON.stringify(prometheusConfig({ port: scrapes, rules })));
  const settings = {
    "config.file": config,
    "web.listen-address": `127.0.0.1:${metrics}`,
    "storage.tsdb.path": join(operator.folder, "samples"),
  };
  operator.start({ name: path, args: () => flags(settings) });
}

/** The operator and its webhooks, with one certificate for both. */
async function startKeda(): Promise<void> {
  const webhooks = await webhookServer(operator.folder, { service: `keda-admission-webhooks.${NAMESPACE}.svc`, authority: "keda-ca" });
  const common = async () => ({
    "cert-dir": webhooks.certificates,
    "metrics-bind-address": `127.0.0.1:${await freePort()}`,
    "health-probe-bind-address": `127.0.0.1:${await freePort()}`,
  });
  const env = () => ({ WATCH_NAMESPACE: "", POD_NAMESPACE: NAMESPACE, KEDA_CLUSTER_OBJECT_NAMESPACE: NAMESPACE });
  const forOperator = { ...(await common()), "metrics-service-bind-address": `127.0.0.1:${await freePort()}` };
  operator.start({ name: OPERATOR.name, args: () => flags(forOperator), env });
  const forWebhooks = { ...(await common()), port: webhooks.port };
  operator.start({ name: WEBHOOKS.name, args: () => flags(forWebhooks), env });
  const configured = calledLocally(moduleObjects({ ...MODULE, path: "config/webhooks/validation_webhooks.yaml" }), webhooks);
  // Upstream's configuration lets everything pass while nothing answers, so that nothing would tell when the tests may begin.
  const strict = JSON.parse(JSON.stringify(configured).replaceAll('"failurePolicy":"Ignore"', '"failurePolicy":"Fail"')) as KubeObject[];
  for (const webhook of strict) await operator.client().apply(webhook, { fieldManager: "test" });
  const admitted = { ...named("nightly"), metadata: { name: "trial", namespace: "default" } };
  await answers(operator, { name: MODULE.module, admitted });
}

function flags(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

function deployment(name: string): KubeObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "registry.example.com/web:1.0" }] } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "web" },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
}

/** An autoscaler of somebody else. */
function ownAutoscaler(name: string): KubeObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, namespace: "web" },
    spec: { scaleTargetRef, maxReplicas: 2 },
  };
}

/** Without Prometheus the triggers of queries fail. */
function withPrometheus(title: string, run: () => Promise<void>, limitMs: number): void {
  if (prometheus) test(title, run, limitMs);
  else test.skip(`${title} (this machine has no Prometheus)`, run);
}

withPrometheus(
  "everything that is scaled becomes ready, with the status that the simulator writes, and is as we sent it",
  async () => {
    expect(scaled.map(({ metadata }) => metadata.name).sort()).toEqual(["churn-retrain", "demand", "nightly"]);
    for (const object of scaled) {
      const row = rowOf(object);
      const live = await operator.until(object, (seen) => healthOf(seen, row).state === "ready");
      expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
      expect(live["spec"]).toEqual(object["spec"]);
    }
  },
  WITHIN_MS,
);

withPrometheus(
  "pods go while nothing is asked for, and come back with the demand",
  async () => {
    await operator.until(deployment("web"), (seen) => valueAt(seen, ["spec", "replicas"]) === 0);
    await operator.until(deployment("batch"), (seen) => valueAt(seen, ["spec", "replicas"]) === 0);

    world.demand = 20;
    await operator.until(deployment("web"), (seen) => valueAt(seen, ["spec", "replicas"]) === 1);

    const autoscaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "keda-hpa-demand", namespace: "web" },
    };
    const { spec } = await operator.client().get(refOf(autoscaler));
    expect(spec).toMatchObject({
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [{ external: { metric: { name: "s0-prometheus" }, target: { averageValue: "10" } } }],
    });
    world.demand = 4;
    await operator.until(deployment("web"), (seen) => valueAt(seen, ["spec", "replicas"]) === 0);
  },
  WITHIN_MS,
);

withPrometheus(
  "an alert that fires makes one Job, and none more while it runs or within the cooldown; after it the next one",
  async () => {
    await pause(2 * LOOK * 1000);
    expect(await jobs()).toEqual([]);

    world.drift = 0.4;
    const first = await jobsAre(1);
    expect(first[0]?.metadata.name).toMatch(/^churn-retrain-[a-z0-9]{5}$/);
    // KEDA's own, in place of ours, by which objects of an environment are found.
    expect(first[0]?.metadata.labels).toMatchObject({ "app.kubernetes.io/managed-by": "keda-operator" });
    // The simulated pod ends after a moment.
    await operator.until(first[0] ?? named("churn-retrain"), (seen) => valueAt(seen, ["status", "succeeded"]) === 1);
    await pause(4 * LOOK * 1000);
    expect(await jobs()).toHaveLength(1);

    world.ago = 7200;
    await jobsAre(2);
    world.ago = 0;
    world.drift = 0.05;
  },
  WITHIN_MS,
);

/** Waits for so many Jobs. */
async function jobsAre(count: number): Promise<readonly KubeObject[]> {
  const end = Date.now() + WITHIN_MS * 0.4;
  for (;;) {
    const found = await jobs();
    if (found.length === count) return found;
    if (Date.now() > end) throw new Error(`${found.length} Jobs, not ${count}; the operator's last lines:\n${operator.log()}`);
    await pause(300);
  }
}

appliesAgain(operator, "KEDA has written", () => ({ release, objects: scaled }));

test(
  "a trigger that cannot be read is a failure, and is never ready",
  async () => {
    const nightly = named("nightly");
    const row = rowOf(nightly);
    await operator.until(nightly, (seen) => healthOf(seen, row).state === "ready");
    const triggers = [{ type: "cron", metadata: { timezone: "Nowhere/Land", start: "0 8 * * *", end: "0 9 * * *", desiredReplicas: "1" } }];

    await operator.client().patch(refOf(nightly), { type: "merge", body: { spec: { triggers } } });

    await operator.until(nightly, (seen) => healthOf(seen, row).state === "failed");
    expect(new Set((await operator.healthsOf(nightly, 3)).map(({ state }) => state))).toEqual(new Set(["failed"]));
  },
  WITHIN_MS,
);

test.each(["keda.min-above-max", "keda.name", "keda.two-autoscalers", "keda.two-autoscalers of Kubernetes"])(
  "the webhooks or the definition refuse what our check %s refuses",
  async (id) => {
    const object = refused()[id];
    if (!object) throw new Error(`no example of ${id}`);

    await expect(operator.client().create(object, { dryRun: true })).rejects.toThrow(/denied the request|failed rule/);
  },
);

/** Examples of objects that a check of ours refuses, as they would look without it. */
function refused(): Record<string, KubeObject> {
  const demand = named("demand");
  const free = { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "free" } };
  return {
    "keda.min-above-max": withSpec(demand, { ...free, minReplicaCount: 6 }),
    "keda.name": { ...withSpec(demand, free), metadata: { name: "x".repeat(55), namespace: "web" } },
    "keda.two-autoscalers": withSpec(demand, {}),
    "keda.two-autoscalers of Kubernetes": withSpec(demand, { scaleTargetRef: { ...free.scaleTargetRef, name: "busy" } }),
  };
}

function withSpec(object: KubeObject, spec: JsonObject): KubeObject {
  const whole = object["spec"];
  const { name, namespace } = object.metadata;
  return {
    ...object,
    metadata: { name: `${name}-x`, ...(namespace && { namespace }) },
    spec: { ...(isJsonObject(whole) ? whole : {}), ...spec },
  };
}
