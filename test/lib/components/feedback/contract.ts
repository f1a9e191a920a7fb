/** Feedback loops in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { FeedbackLoop, feedbackPin, type LoopProps, loopSchema } from "#lib/components/feedback/index";
import { KedaOperator } from "#lib/components/keda/index";
import { NodePool } from "#lib/components/node-pools/index";
import { Prometheus } from "#lib/components/prometheus/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IModelRegistry } from "#lib/kube/model-registry";
import { pods } from "#lib/kube/network";
import type { IQueue } from "#lib/kube/queue";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { modelServer, versionedService } from "../../../fixtures/model-server";
import { loopAlertCases } from "./alert-cases";

const elsewhere = new Chart(new App(), "elsewhere");

function registryWith(name: string, more: Partial<Pick<IModelRegistry, "api" | "authentication">> = {}): IModelRegistry {
  return Object.assign(new Construct(elsewhere, name), {
    name,
    api: "mlflow",
    url: `http://${name}.mlflow.svc:5000`,
    authentication: "none",
    pods: pods("mlflow", { app: "mlflow" }),
    ports: [{ port: 5000 }],
    ...more,
  } as const);
}

const pool = new NodePool(elsewhere, "Gpus", {
  name: "gpu",
  type: "static",
  nodes: 2,
  node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 1 } },
});

/** A queue that admits jobs of up to 8 cores. */
const queue = Object.assign(new Construct(elsewhere, "queue"), {
  name: "research",
  shares: [{ pool: "cpu", cpu: 8, memory: Size.gibibytes(32) }],
  enter: () => ({ labels: { "kueue.x-k8s.io/queue-name": "research" }, dependency: elsewhere }),
}) satisfies IQueue;

const metrics = new Prometheus(elsewhere, "Prometheus");
const data = { bucket: bucketWith("tables"), reference: "churn/reference.parquet", current: "churn/today" };
const drift = { type: "drift", starts: "retrain" } as const;
const missing = { type: "missing" } as const;
const errors = { type: "query", name: "error-rate", query: "max by (service) (request_errors_share) > 0.05" } as const;
const rollback = {
  ...errors,
  summary: "{{ $labels.service }} answers with errors",
  lasting: Duration.minutes(5),
  starts: "rollback",
} as const;
const rules = [drift, missing, rollback];
const retrain = { image: "registry.example.com/team/churn:1.0", deadline: Duration.hours(1), cooldown: Duration.hours(12) };
const gate = { metric: "test_auc" };
const login = { user: "feedback", password: secretRef("mlflow", "password") };

const main = registryWith("main");
const churn = versionedService(elsewhere, main);
const plain = modelServer(elsewhere, "plain", undefined);

const loop = contractEntry<LoopProps>({
  title: "FeedbackLoop",
  pin: feedbackPin,
  schema: loopSchema,
  build: (scope, props) => {
    const scaler = new KedaOperator(scope, "Keda", { metrics });
    new FeedbackLoop(scope, "Subject", { ...props, name: "churn", image: "registry.example.com/team/feedback:1.0", scaler, metrics });
  },
  smallest: { registry: main, model: "churn", data, rules, retrain, gate, rollout: { service: churn } },
  variants: {
    namespace: { namespace: "churn" },
    registry: { registry: registryWith("other"), rollout: undefined },
    model: { model: "churn-eu", rollout: undefined },
    login: { registry: registryWith("users", { authentication: "basic" }), login, rollout: undefined },
    data: { data: { ...data, columns: ["age"], every: Duration.minutes(10) } },
    rules: { rules: [drift, missing, { ...rollback, starts: "nothing" }] },
    retrain: { retrain: { ...retrain, queue, env: { EPOCHS: "3" }, buckets: [bucketWith("tables")] } },
    gate: { gate: { ...gate, better: "lower", margin: 0.1, approval: "automatic" } },
    rollout: { rollout: { service: churn, steps: [5, 25], hold: Duration.minutes(5) } },
    replicas: { replicas: 2 },
    memory: { memory: Size.gibibytes(4) },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "feedback.registry-api": { registry: registryWith("kubeflow", { api: "kubeflow" }) },
    "feedback.registry-login": { login },
    "feedback.incomplete": { data: undefined },
    "feedback.rule-twice": { rules: [drift, { ...drift, threshold: 0.1 }] },
    "feedback.without-effect": { rules: [missing] },
    "feedback.rollout-without-gate": { rules: [missing], retrain: undefined, gate: undefined, rollout: { service: churn } },
    "feedback.rollout-steps": { rollout: { service: churn, steps: [50, 10] } },
    "feedback.rollout-too-short": { rollout: { service: churn, within: Duration.minutes(30) } },
    "feedback.rollout-without-split": { rollout: { service: plain } },
    "feedback.rollout-of-other-model": { rollout: { service: versionedService(elsewhere, main, { model: "ranking" }) } },
    "feedback.buckets-differ": {
      retrain: { ...retrain, buckets: [bucketWith("tables"), bucketWith("others", { location: { endpoint: "http://other:9000" } })] },
    },
    "feedback.variable-of-prop": { retrain: { ...retrain, env: { MODEL_NAME: "other" } } },
    "feedback.short-cooldown": { retrain: { ...retrain, cooldown: Duration.minutes(10) } },
    "feedback.accelerators-without-pool": { retrain: { ...retrain, accelerators: 1 } },
    "feedback.exceeds-queue": { retrain: { ...retrain, queue, cpu: 16 } },
  },
  alerts: loopAlertCases,
  skips: { "every image is pinned and known to a pin of the catalog": "both images are those of who runs the loop" },
});

/** What the contract suite tries. */
export const entries = [loop];
