/** Feedback loops in an environment: the query that starts jobs, queues, and what a loop needs. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { Duration } from "#lib/core/duration";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { promqlErrors } from "../../../contract/promql";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
const drift = { type: "drift" };
const slow = (name: string) => ({ type: "query", name, query: "latency > 1", summary: "{{ $labels.pod }} is slow", starts: "retrain" });
const loop = {
  registry: "main",
  model: "churn",
  data: { bucket: "models", reference: "reference.parquet", current: "today" },
  rules: [drift, slow("slow")],
  retrain: { image: "registry.example.com/team/churn:1.0", cooldown: Duration.hours(12) },
  gate: { metric: "test_auc" },
};

function resolve(more: object = {}, own: object = {}, name = "churn") {
  return createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
    monitoring: {},
    keda: {},
    feedback: { image: "registry.example.com/team/feedback:1.0", loops: { [name]: { ...loop, ...own } } },
    ...more,
  } as never);
}

function retrainJob(more: object = {}, own: object = {}) {
  const { release } = unwrap(resolve(more, own));
  return release.objects.find(({ id }) => id === "keda.sh/ScaledJob/feedback/churn-retrain")?.manifest ?? {};
}

test("one job starts while any of its alerts fires, none within the cooldown, and none where nobody knows the last start", () => {
  const job = retrainJob();
  const query = String(valueAt(job, ["spec", "triggers", 0, "metadata", "query"]));

  expect(query).toBe(
    'sgn(count(ALERTS{alertstate="firing", feedback_loop="churn", feedback_rule=~"drift|slow"}))' +
      ' unless on () (max(kube_job_created{namespace="feedback", job_name=~"churn-retrain-[bcdfghjklmnpqrstvwxz2456789]{5}"}) > time() - 43200)' +
      ' and on () (count(kube_namespace_created{namespace="feedback"}) > 0)',
  );
  expect(promqlErrors(query)).toEqual([]);
  expect(valueAt(job, ["spec"])).toMatchObject({ maxReplicaCount: 1, rollout: { strategy: "gradual" } });
});

test("every rule's alert has labels by which no other loop and no built-in alert is selected", () => {
  const loops = { churn: { ...loop, rules: [drift, slow("eu-slow")] }, "churn-eu": { ...loop, rules: [drift, slow("slow")] } };
  const { release } = unwrap(resolve({ feedback: { image: "registry.example.com/team/feedback:1.0", loops } }));
  const labelsOf = (name: string) => {
    const rules =
      release.objects.find(({ id }) => id === `monitoring.coreos.com/PrometheusRule/monitoring/feedback-${name}`)?.manifest ?? {};
    const alerts = valueAt(rules, ["spec", "groups", 0, "rules"]);
    return (Array.isArray(alerts) ? alerts : []).map((alert) => valueAt(alert, ["labels"]));
  };
  const own = (name: string) => ({ severity: "warning", feedback_loop: name });

  expect(labelsOf("churn").slice(0, 3)).toEqual([
    { ...own("churn"), feedback_rule: "drift" },
    { ...own("churn"), feedback_rule: "eu-slow" },
    own("churn"),
  ]);
  expect(labelsOf("churn-eu")[1]).toEqual({ ...own("churn-eu"), feedback_rule: "slow" });
});

test.each(["rejected", "waiting", "stale", "rolled-back", "retrain-failed", "drift"])("refuses a query rule with the name %s", (name) => {
  const result = resolve({}, { rules: [drift, slow(name)] });

  expect(result.ok ? [] : result.problems.map(({ id, path }) => `${id} at ${path}`)).toEqual([
    "feedback.rule-twice at feedback.loops.churn.rules[1]",
  ]);
});

test("an evicted training starts again in the same Job", () => {
  expect(valueAt(retrainJob(), ["spec", "jobTargetRef"])).toMatchObject({
    backoffLimit: 0,
    podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] },
  });
});

test("sizes of volumes are written as KEDA sends them back, whom a second apply would conflict with", () => {
  const volumes = valueAt(retrainJob(), ["spec", "jobTargetRef", "template", "spec", "volumes"]);

  const sizes = (Array.isArray(volumes) ? volumes : []).map((volume) => [
    valueAt(volume, ["name"]),
    valueAt(volume, ["emptyDir", "sizeLimit"]),
  ]);
  expect(sizes).toEqual(
    expect.arrayContaining([
      ["main-tmp", "1Gi"],
      ["train-tmp", "10Gi"],
    ]),
  );
});

test("the training runs before the gate, waits in a queue, and its Jobs are nobody's objects", () => {
  const pools = { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } };
  const kueue = { queues: { research: { quotas: [{ pool: "cpu" }] } } };
  const job = retrainJob({ nodePools: pools, kueue }, { retrain: { ...loop.retrain, queue: "research", pool: "cpu" } });
  const pod = valueAt(job, ["spec", "jobTargetRef", "template", "spec"]);

  expect(pod).toMatchObject({ initContainers: [{ name: "train" }], containers: [{ name: "main" }] });
  expect(valueAt(job, ["metadata", "labels"])).toMatchObject({ "kueue.x-k8s.io/queue-name": "research" });
  expect(valueAt(job, ["metadata", "annotations", "scaledjob.keda.sh/job-excluded-labels"])).toContain("beamstack-iac/environment");
});

test("refuses a loop without monitoring or KEDA, and a name too long for its Jobs", () => {
  const idsOf = (result: ReturnType<typeof resolve>) => (result.ok ? [] : result.problems.map(({ id, path }) => `${id} at ${path}`));
  const long = "a".repeat(41);

  expect(idsOf(resolve({ keda: undefined }))).toEqual(["feedback.needs at feedback.loops.churn"]);
  expect(idsOf(resolve({ monitoring: undefined }))).toContain("feedback.needs at feedback.loops.churn");
  expect(idsOf(resolve({}, {}, long))).toContain(`feedback.name at feedback.loops.${long}`);
});
