/** `apply.sh` on objects that operators have written to. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { type RealOperator, WITHIN_MS } from "./real-operator";

/** What is applied again, and what must stay as it is. */
interface AppliedAgain {
  readonly release: Release;
  /** Objects of the release that operators write to. */
  readonly objects: readonly KubeObject[];
}

/** The test that `apply.sh` meets no conflict and changes no spec; `after` says what has happened before. */
export function appliesAgain(operators: RealOperator, after: string, applied: () => AppliedAgain): void {
  test(
    `apply.sh runs again after ${after}, and changes nothing`,
    async () => {
      const { release, objects } = applied();
      const before = await specsOf(operators, objects);

      operators.applyTree(release, { withoutDefinitions: true });

      expect(await specsOf(operators, objects)).toEqual(before);
    },
    WITHIN_MS,
  );
}

/** Generation and spec of objects, as the cluster has them. */
export function specsOf(operators: RealOperator, objects: readonly KubeObject[]): Promise<JsonObject[]> {
  return Promise.all(
    objects.map(async (object) => {
      const { kind, metadata, spec = null } = await operators.client().get(refOf(object));
      return { kind, name: metadata.name, generation: metadata["generation"] ?? null, spec };
    }),
  );
}
