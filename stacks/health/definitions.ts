/** Readiness of objects that others need first: namespaces, CRDs, quotas, tokens. */

import { canonicalJson, isJsonObject, type JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { objectsAt, textAt } from "./fields";
import { failed, type ReadinessRule, ready, type Verdict, waiting } from "./readiness";

/** Namespaces: ready when active. */
export const NAMESPACE: ReadinessRule = {
  check: (object) => {
    const phase = textAt(object, "status", "phase");
    return phase === "Active" ? ready() : waiting(`namespace is ${phase || "new"}`);
  },
};

/** CustomResourceDefinitions: ready when established; before that the server refuses their objects. */
export const DEFINITION: ReadinessRule = { check: definition };

/** ResourceQuotas: ready when usage is counted; before that they are not enforced. */
export const QUOTA: ReadinessRule = {
  check: (object) => {
    const { spec, status } = object;
    const inForce = canonicalJson(hardOf(spec)) === canonicalJson(hardOf(status));
    return inForce ? ready() : waiting("waiting for the quota to be counted");
  },
};

/** Secrets: ready when they exist; those for a service account's token when the token is filled in. */
export const SECRET: ReadinessRule = {
  check: (object) => {
    const needsToken = object["type"] === "kubernetes.io/service-account-token";
    const filled = isJsonObject(object["data"]) && Object.keys(object["data"]).length > 0;
    return !needsToken || filled ? ready() : waiting("waiting for the service account's token");
  },
};

function definition(object: KubeObject): Verdict {
  const conditions = objectsAt(object, "status", "conditions");
  const is = (type: string, status: string) => conditions.find((condition) => condition["type"] === type && condition["status"] === status);
  const refused = is("NamesAccepted", "False");
  if (refused) return failed(`its names are taken: ${textAt(refused, "message")}`);
  return is("Established", "True") ? ready() : waiting("waiting for the CRD to be established");
}

function hardOf(part: KubeObject[string]): JsonObject {
  return isJsonObject(part) && isJsonObject(part["hard"]) ? part["hard"] : {};
}
