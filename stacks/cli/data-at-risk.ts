/** Data that `destroy` would take along: claims in namespaces that nothing in the environment says to keep. */

import { type Problem, sortProblems } from "#lib/core/problem";
import { type KubeObject, objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { isForbidden } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import { ownerSelector } from "../cluster/owned-objects";

/**
 * One problem for each namespace of the environment that would go with claims in it: those of a component that the environment no
 * longer has, or that somebody made by hand. What the release retains stays anyway; a namespace that it does not declare is not touched.
 */
export async function dataAtRisk(client: Pick<KubeClient, "list">, release: Release): Promise<Problem[]> {
  const going = new Set(release.objects.filter(({ retention }) => retention !== "retain").map(({ id }) => id));
  try {
    const labelSelector = ownerSelector(release.environment);
    const namespaces = await client.list({ apiVersion: "v1", kind: "Namespace", labelSelector, metadataOnly: true });
    const found = await Promise.all(namespaces.filter((one) => going.has(objectId(one))).map((one) => claimsIn(client, one)));
    return sortProblems(found.flat());
  } catch (thrown) {
    // What may not be seen may still be destroyed: the engine says what it meets.
    if (isForbidden(thrown)) return [];
    throw thrown;
  }
}

async function claimsIn(client: Pick<KubeClient, "list">, namespace: KubeObject): Promise<Problem[]> {
  const { name } = namespace.metadata;
  const claims = await client.list({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: name, metadataOnly: true });
  if (claims.length === 0) return [];
  const names = claims.map(({ metadata }) => metadata.name).sort();
  return [
    {
      id: "cluster.data-in-namespace",
      path: objectId(namespace),
      got: `the claims ${names.join(", ")}, which would go with their namespace`,
      allowed: "no claims in a namespace that goes",
      fix: `delete them first if nobody needs the data (kubectl delete pvc -n ${name} ${names.join(" ")}), or move it`,
    },
  ];
}
