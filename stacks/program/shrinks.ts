/** Objects on the cluster that an environment would make smaller, although their operators only let them grow. */

import { ownedKinds } from "#lib/components/registry";
import type { Problem } from "#lib/core/problem";
import type { Release } from "#lib/release/release";
import { growingObjects, shrinkProblems } from "#lib/release/shrinks";
import { isForbidden, NoMatchError } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";

/** A problem for each field that would shrink. */
export async function shrinkingObjects(release: Release, client: Pick<KubeClient, "list">): Promise<Problem[]> {
  const found = [...growingObjects(release, ownedKinds)].map(async ([owned, wanted]) => {
    const [{ apiVersion, kind } = { apiVersion: "", kind: "" }] = wanted;
    try {
      return shrinkProblems(owned, wanted, await client.list({ apiVersion, kind }));
    } catch (thrown) {
      // A kind that the cluster does not know yet has no objects; what may not be seen is left to the operator, which refuses it too.
      if (thrown instanceof NoMatchError || isForbidden(thrown)) return [];
      throw thrown;
    }
  });
  return (await Promise.all(found)).flat();
}
