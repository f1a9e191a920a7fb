/** Objects are in namespaces of the platform. */

import type { Rule } from "../rule";

const SHARED = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Deleting a namespace deletes what is ours, and nothing else. */
export const ownNamespace: Rule = {
  id: "own-namespace",
  mirrors: ["CKV_K8S_21", "KSV-0037", "KSV-0110", "CIS 5.7.4"],
  allowed: `a namespace other than ${SHARED.join(", ")}`,
  fix: "put it into a namespace of the platform",
  find: ({ release }) =>
    release.objects.flatMap((object) => {
      const { namespace } = object.manifest.metadata;
      return namespace !== undefined && SHARED.includes(namespace) ? [{ object, at: "metadata.namespace", got: namespace }] : [];
    }),
};
