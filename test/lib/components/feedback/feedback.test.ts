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
const loop = {
  registry: "main",
  model: "churn",
  data: { bucket: "models", reference: "reference.parquet", current: "today" },
  rules: [
    { type: "drift" },
    { type: "query", name: "slow", query: "latency > 1", summary: "{{ $labels.pod }} is slow", starts: "retrain" },
  ],
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
    'sgn(count(ALERTS{alertstate="firing", alertname=~"FeedbackChurnDrift|FeedbackChurnSlow"}))' +
      ' unless on () (max(kube_job_created{namespace="feedback", job_name=~"churn-retrain-.+"}) > time() - 43200)' +
      ' and on () (count(kube_namespace_created{namespace="feedback"}) > 0)',
  );
  expect(promqlErrors(query)).toEqual([]);
  expect(valueAt(job, ["spec"])).toMatchObject({ maxReplicaCount: 1, rollout: { strategy: "gradual" } });
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
