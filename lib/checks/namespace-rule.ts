/** Rules over the objects of each namespace of a release. */

import type { GroupKind, KubeObject } from "#lib/kube/object";
import type { Rule } from "./rule";

/** Every namespace needs an object of this kind that passes `fits`. */
export function namespaceNeeds(
  text: Omit<Rule, "find">,
  needed: { readonly kind: GroupKind; readonly what: string; readonly fits: (object: KubeObject) => boolean },
): Rule {
  return {
    ...text,
    find: ({ ofKind }) => {
      const covered = new Set(
        ofKind(needed.kind)
          .filter(({ manifest }) => needed.fits(manifest))
          .map(({ manifest }) => manifest.metadata.namespace),
      );
      return ofKind("core/Namespace")
        .filter(({ manifest }) => !covered.has(manifest.metadata.name))
        .map((object) => ({ object, at: "", got: `a namespace without ${needed.what}` }));
    },
  };
}
