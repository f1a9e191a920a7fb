/** Network flows of feedback loops. */

import { secretRef } from "#lib/core/secret-ref";
import type { KubeObject } from "#lib/kube/object";
import { EVERY_PORT, type NetworkFacts, type PodFacts, scraped, tcp } from "../../../network/facts";

const WATCH = "feedback-watch";
const JOBS = ["feedback-retrain", "feedback-rollback", "feedback-approve"];

/** Every workload is ours, and has the label of its name. */
function ownPods({ metadata: { name, namespace = "", labels = {} } }: KubeObject): PodFacts[] {
  const [part] = /(?:watch|retrain|rollback|approve)$/.exec(name) ?? [];
  if (labels["beamstack-iac/component"] !== "feedback" || part === undefined) return [];
  const ports = part === "watch" ? tcp({ metrics: 8000 }) : [];
  return [{ kind: `feedback-${part}`, instance: name, namespace, labels: { "app.kubernetes.io/name": name }, ports, hostNetwork: false }];
}

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
  ],
  closed: [
    { from: ["stranger"], to: [WATCH], ports: [8000], reason: "Prometheus only" },
    { from: JOBS, to: ["stranger"], ports: EVERY_PORT, reason: "the registry only" },
  ],
};
