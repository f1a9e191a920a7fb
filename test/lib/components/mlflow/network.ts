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

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

const usesDatabase = (type: "existing" | "in-cluster") => (spec: EnvironmentSpec) => spec.databases?.["mlflow"]?.type === type;

/** What the tests of network policies know of MLflow. */
export const network: NetworkFacts = {
  everything: {
    databases: { mlflow: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    mlflow: { servers: { registry: { database: "mlflow", artifacts: "models", authentication: { type: "none" } } } },
  },
  pods: { Deployment: serverPods },
  needed: [
    { from: ["mlflow"], to: ["internet"], ports: [5432, 443], when: usesDatabase("existing"), reason: "its database and its bucket" },
    { from: ["mlflow"], to: ["postgres"], ports: [5432], when: usesDatabase("in-cluster"), reason: "its database" },
    scraped(9090, "mlflow"),
  ],
  closed: [{ from: ["stranger"], to: ["mlflow"], ports: [5000, 9090], reason: "jobs that name the registry only" }],
};
