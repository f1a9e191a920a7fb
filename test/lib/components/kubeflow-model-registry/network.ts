/** Network flows of Kubeflow Model Registry. */

import { COMPONENT, UI } from "#lib/components/kubeflow-model-registry/labels";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, tcp } from "../../../network/facts";

function pods(object: KubeObject): PodFacts[] {
  const { name, namespace = "", labels = {} } = object.metadata;
  const isUi = valueAt(object, ["spec", "template", "spec", "containers", 0, "name"]) === UI;
  const own = { "app.kubernetes.io/name": name };
  if (labels["component"] === COMPONENT.component)
    return [{ kind: "model-registry", instance: name, namespace, labels: own, ports: tcp({ "http-api": 8080 }), hostNetwork: false }];
  if (isUi)
    return [
      {
        kind: "model-registry-ui",
        instance: name.replace(/-ui$/, ""),
        namespace,
        labels: own,
        ports: tcp({ http: 8080 }),
        hostNetwork: false,
      },
    ];
  return [];
}

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

/** Is its database MySQL outside of the cluster? */
function onMysql({ databases }: EnvironmentSpec): boolean {
  const database = databases?.["models"];
  return database?.type === "existing" && database.engine === "mysql";
}

/** What the tests of network policies know of Kubeflow Model Registry. */
export const network: NetworkFacts = {
  environments: {
    "Kubeflow Model Registry on a database of a cloud": {
      databases: { models: { type: "existing", engine: "mysql", host: "db.example.com", user, namespaces: ["model-registry"] } },
      kubeflowModelRegistry: { servers: { models: { database: "models", ui: { groups: ["ml"] } } } },
    },
  },
  pods: { Deployment: pods },
  needed: [
    {
      from: ["model-registry"],
      to: ["internet"],
      ports: [3306],
      when: onMysql,
      reason: "its database",
    },
    { from: ["model-registry-ui"], to: ["model-registry"], ports: [8080], reason: "the registries that it shows" },
    { from: ["model-registry-ui"], to: ["api-server"], ports: [6443], reason: "Services, and what users may do" },
  ],
  closed: [
    {
      from: ["stranger"],
      to: ["model-registry", "model-registry-ui"],
      ports: [8080],
      reason: "clients that name the registry, and a gateway",
    },
  ],
};
