import type { KubeObject } from "#lib/kube/object";
import { ApiError } from "#stacks/cluster/api-error";
import type { ListQuery, ObjectRef } from "#stacks/cluster/calls";
import { dropUnfinishedHelm } from "#stacks/program/unfinished-helm";
import { chartOf, releaseWith } from "../../lib/release/fixture";

const OWNED = { "app.kubernetes.io/managed-by": "beamstack-iac", "beamstack-iac/environment": "test" };
const release = releaseWith([], { charts: [chartOf({ name: "operator", namespace: "ns" })] });

/** A cluster with that namespace and Helm records of these statuses; `deleted` grows. */
function cluster(namespaceLabels: Record<string, string> | undefined, ...statuses: string[]) {
  const deleted: string[] = [];
  const records = statuses.map((status, index): KubeObject => {
    const labels = { owner: "helm", name: "operator", status, version: `${index + 1}` };
    return { apiVersion: "v1", kind: "Secret", metadata: { name: `sh.helm.release.v1.operator.v${index + 1}`, namespace: "ns", labels } };
  });
  return {
    deleted,
    get: async ({ name }: ObjectRef): Promise<KubeObject> => {
      if (!namespaceLabels) throw new ApiError(404, "NotFound", "no such namespace");
      return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: namespaceLabels } };
    },
    list: async ({ labelSelector }: ListQuery) => (labelSelector === "owner=helm,name=operator" ? records : []),
    delete: async ({ name }: ObjectRef) => {
      deleted.push(name);
      return undefined;
    },
  };
}

test("drops the record of an operation that was cut off, and no other", async () => {
  const client = cluster(OWNED, "superseded", "deployed", "pending-upgrade");

  expect(await dropUnfinishedHelm(release, client)).toEqual(["ns/operator (pending-upgrade)"]);
  expect(client.deleted).toEqual(["sh.helm.release.v1.operator.v3"]);
});

test.each([
  ["of others", {}],
  ["of another environment", { ...OWNED, "beamstack-iac/environment": "prod" }],
  ["that does not exist", undefined],
])("touches nothing in a namespace %s", async (_, labels) => {
  const client = cluster(labels, "pending-install");

  expect(await dropUnfinishedHelm(release, client)).toEqual([]);
  expect(client.deleted).toEqual([]);
});
