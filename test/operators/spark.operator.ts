/**
 * The Spark operator v2.5.2 and Kueue v0.19.2 on our applications and servers, with the real `spark-submit`. Containers do not run: a driver
 * starts no executors, and its pod stays Running.
 *
 * @exercises spark, kueue
 */

import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/spark-operator/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { withSpark } from "../fixtures/spark/home";
import { appliesAgain } from "./apply-again";
import { KUEUE, startKueue } from "./kueue-process";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";
import { SPARK_OPERATOR, startSparkController, startSparkWebhook } from "./spark-process";

const main = { type: "python", file: "local:///opt/spark/examples/src/main/python/pi.py" } as const;
const pods = { driver: { pool: "cpu" }, executor: { pool: "cpu" } } as const;
const parts = {
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  kueue: { queues: { research: { quotas: [{ pool: "cpu", cpu: 3, memory: Size.gibibytes(16) }] } } },
  spark: {
    applications: {
      first: { main, ...pods, queue: "research" },
      second: { main, ...pods, queue: "research" },
      nightly: { main, ...pods, schedule: { cron: "0 3 * * *" } },
    },
    connect: { sessions: { server: { pool: "cpu" }, executor: { pool: "cpu" } } },
  },
} as const;

const spark = withSpark();
const operators = withRealOperators([KUEUE, SPARK_OPERATOR], { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) });
const release = released({ ...EMBEDDED, ...parts });
const named = (kind: string, name: string): KubeObject => {
  const found = release.objects.map(({ manifest }) => manifest).find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
};
const [first, second] = [named("SparkApplication", "first"), named("SparkApplication", "second")];
const [nightly, sessions] = [named("ScheduledSparkApplication", "nightly"), named("SparkConnect", "sessions")];

beforeAll(async () => {
  const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts });
  await startKueue(operators, real);
  for (const definition of definitions()) await applyStrictly(operators.client(), definition);
  await startSparkWebhook(operators, real);
  await startSparkController(operators, spark.home());
  // What is made in the same second enters the queue in any order.
  const applications = { first: parts.spark.applications.first };
  operators.applyTree(released({ ...EMBEDDED, ...parts, spark: { applications } }), { withoutDefinitions: true });
  await operators.until(first, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "RUNNING");
  operators.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

test(
  "an application is admitted, its driver is on a node of its pool, and it runs with the status that the simulator writes",
  async () => {
    const row = rowOf(first);

    const live = await operators.until(first, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "RUNNING");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    const [driver] = await operators
      .client()
      .list({ apiVersion: "v1", kind: "Pod", namespace: "spark", labelSelector: "beamstack-iac/spark=first" });
    expect(driver).toMatchObject({ metadata: { labels: { "spark-role": "driver" } }, spec: { nodeName: expect.stringMatching(/^cpu-/) } });
  },
  WITHIN_MS,
);

test(
  "an application waits in the queue while the quota is used, and counts as ready",
  async () => {
    const live = await operators.until(second, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "SUSPENDED");

    expect(healthOf(live, rowOf(second)).state).toBe("ready");
  },
  WITHIN_MS,
);

test.each([nightly, sessions])(
  "$kind becomes ready, with the status that the simulator writes",
  async (object) => {
    const row = rowOf(object);

    const live = await operators.until(object, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
  },
  WITHIN_MS,
);

appliesAgain(operators, "Kueue and the Spark operator have written", () => ({ release, objects: [first, second, nightly, sessions] }));

test(
  "an application that waits starts when the quota is free",
  async () => {
    await operators.client().delete(refOf(first), { propagationPolicy: "Background" });

    await operators.until(second, (seen) => valueAt(seen, ["status", "applicationState", "state"]) === "RUNNING");
  },
  WITHIN_MS,
);

test.each(Object.entries(refused()))("the webhooks refuse what our check %s refuses", async (_id, object) => {
  await expect(operators.client().create(object, { dryRun: true })).rejects.toThrow(/denied|nvalid/);
});

/** Examples of objects that a check of ours refuses, as they would look without it. */
function refused(): Record<string, KubeObject> {
  return {
    "spark.queue-with-dynamic-allocation": withSpec(first, { dynamicAllocation: { enabled: true, maxExecutors: 5 } }),
    "spark.conf-owned": withSpec(first, { sparkConf: { "spark.master": "local" } }),
    "spark.name": { ...first, metadata: { ...first.metadata, name: "1st" } },
  };
}

function withSpec(object: KubeObject, spec: Readonly<Record<string, JsonValue>>): KubeObject {
  const { metadata, spec: whole } = object;
  return { ...object, metadata: { ...metadata, name: `${metadata.name}-x` }, spec: { ...(isJsonObject(whole) ? whole : {}), ...spec } };
}
