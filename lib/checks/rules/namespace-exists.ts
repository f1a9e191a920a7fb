/** Objects are in namespaces that exist. */

import type { Rule } from "../rule";

/** The API server refuses an object in a namespace that does not exist; only the rule `own-namespace` speaks of the cluster's own. */
const ALWAYS = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** One finding for each namespace: one line mends all its objects. */
export const namespaceExists: Rule = {
  id: "namespace-exists",
  mirrors: [],
  allowed: "a namespace of the release, or one that exists",
  fix: "add the namespace (PlatformNamespace), or name it in existingNamespaces",
  find: ({ release, ofKind }, { existingNamespaces = [] }) => {
    const known = new Set([...ALWAYS, ...existingNamespaces, ...ofKind("core/Namespace").map(({ manifest }) => manifest.metadata.name)]);
    const placed = [
      ...release.objects.map((object) => ({ object, at: "metadata.namespace", namespace: object.manifest.metadata.namespace })),
      ...release.helmReleases.map((object) => ({ object, at: "namespace", namespace: object.namespace })),
      ...(release.files ?? []).map((object) => ({ object, at: "metadata.namespace", namespace: object.secret.namespace })),
    ];
    return placed.flatMap(({ object, at, namespace }) => {
      if (namespace === undefined || known.has(namespace)) return [];
      known.add(namespace);
      return [{ object, at, got: `namespace ${namespace}, which the release does not contain` }];
    });
  },
};
