/** Network flows of feedback loops. */

import { secretRef } from "#lib/core/secret-ref";
import type { KubeObject } from "#lib/kube/object";
import { EVERY_PORT, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const WATCH = "feedback-watch";
const JOBS = ["feedback-retrain", "feedback-rollback", "feedback-approve"];
const ROLLOUT = "feedback-rollout";

/** Every workload is ours, and has the label of its name. */
function ownPods({ metadata: { name, namespace = "", labels = {} } }: KubeObject): PodFacts[] {
  const [part] = /(?:watch|retrain|rollback|approve|rollout)$/.exec(name) ?? [];
  if (labels["beamstack-iac/component"] !== "feedback" || part === undefined) return [];
  const ports = part === "watch" || part === "rollout" ? tcp({ metrics: 8000 }) : [];
  return [{ kind: `feedback-${part}`, instance: name, namespace, labels: { "app.kubernetes.io/name": name }, ports, hostNetwork: false }];
}

const GATEWAY = {
  type: "gateway",
  name: "inside",
  namespace: "gateways",
  host: "churn.models.internal",
  source: { namespace: "gateways", labels: { app: "envoy" } },
} as const;
const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

/** What the tests of network policies know of feedback loops. */
export const network: NetworkFacts = {
  environments: {
    "a feedback loop": {
      databases: { mlflow: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
      buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
      modelStorage: { models: { bucket: "models" } },
      mlflow: { servers: { registry: { database: "mlflow", artifacts: "models", authentication: { type: "none" } } } },
      monitoring: {},
      keda: {},
      feedback: {
        image: "registry.example.com/team/feedback:1.0",
        loops: {
          churn: {
            registry: "registry",
            model: "churn",
            data: { bucket: "models", reference: "reference.parquet", current: "today" },
            rules: [{ type: "drift" }, { type: "query", name: "down", query: "up == 0", summary: "{{ $labels.pod }}", starts: "rollback" }],
            retrain: { image: "registry.example.com/team/churn:1.0" },
            gate: { metric: "test_auc" },
            rollout: { service: "churn" },
          },
        },
      },
      certManager: {},
      kserve: {
        services: {
          churn: {
            runtime: { type: "mlserver", format: "sklearn" },
            model: { type: "registry", registry: "registry", name: "churn", version: "1" },
            trafficSplit: { through: GATEWAY },
          },
        },
      },
    },
  },
  pods: { Deployment: ownPods, CronJob: ownPods, ScaledJob: ownPods },
  needed: [
    { from: [WATCH, ...JOBS], to: ["mlflow"], ports: [5000], reason: "versions of the model" },
    {
      from: [WATCH],
      to: ["internet"],
      ports: [443],
      when: ({ buckets }) => buckets?.["models"]?.type === "s3",
      reason: "tables in a bucket of a cloud",
    },
    scraped(8000, WATCH),
    scraped(8000, ROLLOUT),
    watches(ROLLOUT),
    { from: [ROLLOUT], to: ["mlflow"], ports: [5000], reason: "the version that is rolled out" },
    { from: [ROLLOUT], to: ["prometheus"], ports: [9090], reason: "errors and latency of the newer version" },
  ],
  closed: [
    { from: ["stranger"], to: [WATCH, ROLLOUT], ports: [8000], reason: "Prometheus only" },
    { from: [ROLLOUT], to: ["stranger"], ports: [80, 5000, 8000], reason: "the registry, Prometheus and the API server only" },
    { from: JOBS, to: ["stranger"], ports: EVERY_PORT, reason: "the registry only" },
  ],
};
