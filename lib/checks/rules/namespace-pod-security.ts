/** Every namespace enforces a Pod Security level, of a fixed version. */

import type { Rule } from "../rule";

const LEVEL = "pod-security.kubernetes.io/enforce";
const VERSION = "pod-security.kubernetes.io/enforce-version";

/** Without a version, an upgrade of the cluster changes what is admitted. */
export const namespacePodSecurity: Rule = {
  id: "namespace-pod-security",
  mirrors: ["CIS 5.2.1", "PSA labels"],
  allowed: `the labels ${LEVEL} (restricted, baseline or privileged) and ${VERSION} (v1.N)`,
  fix: "create the namespace with PlatformNamespace",
  find: ({ ofKind }) =>
    ofKind("core/Namespace").flatMap((object) => {
      const { labels = {} } = object.manifest.metadata;
      const wrong = [
        ...(["restricted", "baseline", "privileged"].includes(labels[LEVEL] ?? "") ? [] : [LEVEL]),
        ...(/^v1\.\d+$/.test(labels[VERSION] ?? "") ? [] : [VERSION]),
      ];
      return wrong.map((label) => ({ object, at: `metadata.labels["${label}"]`, got: labels[label] ?? "nothing" }));
    }),
};
