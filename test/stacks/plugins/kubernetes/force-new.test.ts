/** What cannot change in place: the official table, and the server's own words. */

import type { JsonObject, JsonValue } from "#lib/core/json";
import { ApiError } from "#stacks/cluster/api-error";
import { type Difference, formatPath, parsePath } from "#stacks/plugins/kubernetes/differences";
import { forceNewFields, forcesNew } from "#stacks/plugins/kubernetes/force-new";
import { immutableFields } from "#stacks/plugins/kubernetes/immutable";

const MUTABILITY = { enableConfigMapMutable: false, enableSecretMutable: false };
const update = (path: string, value: JsonValue = "x"): Difference => ({ path: parsePath(path), kind: "update", value });

function replaces(
  apiVersion: string,
  kind: string,
  difference: Difference,
  more: { object?: JsonObject; mutable?: boolean } = {},
): boolean {
  const mutability = more.mutable ? { enableConfigMapMutable: true, enableSecretMutable: true } : MUTABILITY;
  return forcesNew(difference, forceNewFields({ apiVersion, kind, ...more.object }, mutability));
}

describe("a change that forces a new object", () => {
  it.each([
    ["v1", "ConfigMap", "metadata.name"],
    ["v1", "ConfigMap", "metadata.namespace"],
    ["v1", "ConfigMap", "data.a"],
    ["v1", "ConfigMap", "binaryData"],
    ["v1", "Secret", "type"],
    ["v1", "Secret", "stringData.a"],
    ["apps/v1", "Deployment", "spec.selector.matchLabels.app"],
    ["apps/v1", "DaemonSet", "spec.selector"],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates[0].spec"],
    ["apps/v1", "StatefulSet", "spec.serviceName"],
    ["batch/v1", "Job", "spec.template.spec.containers[0].image"],
    ["batch/v1", "Job", "spec.completions"],
    ["v1", "PersistentVolumeClaim", "spec.storageClassName"],
    ["v1", "PersistentVolume", "spec.csi.driver"],
    ["v1", "Pod", "spec.containers[3].image"],
    ["v1", "Service", "spec.clusterIP"],
    ["v1", "ResourceQuota", "spec.scopes"],
    ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef.name"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef"],
    ["storage.k8s.io/v1", "StorageClass", "parameters.type"],
  ])("is, as in the official provider, for %s %s: %s", (apiVersion, kind, path) => {
    expect(replaces(apiVersion, kind, update(path))).toBe(true);
  });

  it.each([
    ["apps/v1", "Deployment", "spec.template.spec.containers[0].image"],
    ["apps/v1", "StatefulSet", "spec.replicas"],
    ["v1", "PersistentVolumeClaim", "spec.resources.requests.storage"],
    ["batch/v1", "Job", "spec.suspend"],
    ["v1", "ConfigMap", "metadata.labels.a"],
    ["flink.apache.org/v1beta1", "FlinkDeployment", "spec.selector"],
  ])("is not, as in the official provider, for %s %s: %s", (apiVersion, kind, path) => {
    expect(replaces(apiVersion, kind, update(path))).toBe(false);
  });

  it("is found inside an added object too", () => {
    expect(replaces("apps/v1", "Deployment", { path: ["spec"], kind: "add", value: { selector: {} } })).toBe(true);
    expect(replaces("apps/v1", "Deployment", { path: ["spec"], kind: "add", value: { replicas: 1 } })).toBe(false);
  });

  it("leaves data in place where enableConfigMapMutable and enableSecretMutable say so, unless the object is immutable", () => {
    expect(replaces("v1", "ConfigMap", update("data.a"), { mutable: true })).toBe(false);
    expect(replaces("v1", "Secret", update("data.a"), { mutable: true })).toBe(false);
    expect(replaces("v1", "ConfigMap", update("data.a"), { mutable: true, object: { immutable: true } })).toBe(true);
  });
});

describe("the server's refusal", () => {
  const refusal = (message: string, field = "spec.selector", status = 422) =>
    immutableFields(new ApiError(status, "Invalid", "", [{ reason: "FieldValueInvalid", field, message }])).map(formatPath);

  it.each([
    "Invalid value: {}: field is immutable",
    "Forbidden: spec is immutable after creation except resources.requests",
    "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
    "Invalid value: may not change once set",
  ])("names an immutable field: %s", (message) => {
    expect(refusal(message)).toEqual(["spec.selector"]);
  });

  it("about anything else names none", () => {
    expect(refusal("must be no more than 63 characters")).toEqual([]);
    expect(refusal("field is immutable", "spec", 409)).toEqual([]);
  });
});
