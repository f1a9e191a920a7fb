/** Claims on the cluster whose size is not that of the environment: no operator changes them. */

import { ownedKinds } from "#lib/components/registry";
import type { Problem } from "#lib/core/problem";
import { claimsThatDiffer, claimTemplates } from "#lib/release/claims";
import type { Release } from "#lib/release/release";
import { isForbidden } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";

/** A warning for each template whose claims have another size. */
export async function claimWarnings(release: Release, client: Pick<KubeClient, "list">): Promise<Problem[]> {
  const namespaces = [...new Set(claimTemplates(release, ownedKinds).map(({ namespace }) => namespace))];
  try {
    const claims = await Promise.all(
      namespaces.map((namespace) => client.list({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace })),
    );
    return claimsThatDiffer(release, claims.flat(), ownedKinds);
  } catch (thrown) {
    // What may not be seen is only not warned about.
    if (isForbidden(thrown)) return [];
    throw thrown;
  }
}
