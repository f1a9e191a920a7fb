/** Network flows of MLflow. */

import { SERVER_LABEL } from "#lib/components/mlflow/labels";
import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, scraped, tcp } from "../../../network/facts";

function serverPods({ metadata: { name, namespace = "", labels = {} } }: KubeObject): PodFacts[] {
  if (labels[SERVER_LABEL] === undefined) return [];
  const own = { "app.kubernetes.io/name": name };
  return [{ kind: "mlflow", instance: name, namespace, labels: own, ports: tcp({ http: 5000, metrics: 9090 }), hostNetwork: false }];
}

function migrationPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  if (!/-migrate-[0-9a-f]{8}$/.test(name)) return [];
  return [
    { kind: "mlflow-migration", instance: name, namespace, labels: { "app.kubernetes.io/name": name }, ports: [], hostNetwork: false },
  ];
}

const PODS = ["mlflow", "mlflow-migration"];

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

/** Is the database of the server of this type? */
const usesDatabase = (type: "existing" | "in-cluster") => (spec: EnvironmentSpec) =>
  spec.databases?.[spec.mlflow?.servers["registry"]?.database ?? ""]?.type === type;

/** What the tests of network policies know of MLflow. */
export const network: NetworkFacts = {
  environments: {
    "MLflow on a database and a bucket of a cloud": {
      databases: { mlflow: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
      buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
      modelStorage: { models: { bucket: "models" } },
      mlflow: { servers: { registry: { database: "mlflow", artifacts: "models", authentication: { type: "none" } } } },
    },
  },
  pods: { Deployment: serverPods, Job: migrationPods },
  needed: [
    { from: PODS, to: ["internet"], ports: [5432], when: usesDatabase("existing"), reason: "their database" },
    { from: ["mlflow"], to: ["internet"], ports: [443], when: usesDatabase("existing"), reason: "its bucket" },
    { from: PODS, to: ["postgres"], ports: [5432], when: usesDatabase("in-cluster"), reason: "their database" },
    scraped(9090, "mlflow"),
  ],
  closed: [{ from: ["stranger"], to: ["mlflow"], ports: [5000, 9090], reason: "jobs that name the registry only" }],
};
