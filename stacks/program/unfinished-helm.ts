/** Helm operations that a killed run left unfinished. Helm refuses to change such a release, and no controller ends the operation. */

import { ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import type { Release, ReleaseChart } from "#lib/release/release";
import { isNotFound } from "../cluster/api-error";
import { refOf } from "../cluster/calls";
import type { KubeClient } from "../cluster/client";

/**
 * Deletes the record of every interrupted operation, as upstream advises (helm/helm#8987): an installation starts over and adopts
 * existing objects, an upgrade starts from the previous revision. Only in namespaces of this environment, whose stack lock we hold.
 *
 * @returns what was deleted, for people: `namespace/name (status)`
 */
export async function dropUnfinishedHelm(release: Release, client: Pick<KubeClient, "get" | "list" | "delete">): Promise<string[]> {
  const dropped = await Promise.all(release.helmReleases.map((chart) => dropUnfinished(chart, release, client)));
  return dropped.flat();
}

async function dropUnfinished(
  chart: ReleaseChart,
  { environment }: Release,
  client: Pick<KubeClient, "get" | "list" | "delete">,
): Promise<string[]> {
  const { name, namespace } = chart;
  if (!(await isOurs(namespace, environment, client))) return [];
  // The labels of Helm 3's records. Source: helm pkg/storage/driver/secrets.go.
  const query = { apiVersion: "v1", kind: "Secret", namespace, labelSelector: `owner=helm,name=${name}`, metadataOnly: true };
  const unfinished = (await client.list(query)).filter((record) => statusOf(record).startsWith("pending-"));
  await Promise.all(unfinished.map((record) => client.delete({ ...refOf(record), apiVersion: "v1", kind: "Secret" })));
  return unfinished.map((record) => `${namespace}/${name} (${statusOf(record)})`);
}

function statusOf({ metadata }: KubeObject): string {
  return metadata.labels?.["status"] ?? "";
}

async function isOurs(namespace: string, environment: string, client: Pick<KubeClient, "get">): Promise<boolean> {
  try {
    const { metadata } = await client.get({ apiVersion: "v1", kind: "Namespace", name: namespace });
    return metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY && metadata.labels?.[ENVIRONMENT_LABEL] === environment;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}
