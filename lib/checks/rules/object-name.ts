/** Names are names that the API server takes. */

import { type GroupKind, groupKind, groupOf } from "#lib/kube/object";
import type { Finding, Rule } from "../rule";

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_1035 = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const SEGMENT = /^(?!\.{1,2}$)[^/%]{1,253}$/;

/** Kinds with a rule of their own. A CronJob's name grows by 11 characters in its Jobs, whose name becomes a label. */
const BY_KIND: Readonly<Record<GroupKind, readonly [RegExp, string]>> = {
  "core/Namespace": [LABEL, "1 to 63 of a-z, 0-9 and -"],
  "core/Service": [DNS_1035, "1 to 63 of a-z, 0-9 and -, a letter first"],
  "batch/Job": [/^(?=.{1,63}$)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/, "1 to 63 of a-z, 0-9, - and ."],
  "batch/CronJob": [/^(?=.{1,52}$)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/, "1 to 52 of a-z, 0-9, - and ."],
};

/** Source: name validation of each kind in the Kubernetes API's registry. */
export const objectName: Rule = {
  id: "object-name",
  mirrors: [],
  allowed: "1 to 253 of a-z, 0-9, - and .",
  fix: "choose another name",
  find: ({ release }) =>
    release.objects.flatMap((object): Finding[] => {
      const { name, namespace } = object.manifest.metadata;
      const [pattern, allowed] = BY_KIND[groupKind(object.manifest)] ?? [patternOf(object.manifest.apiVersion), undefined];
      return [
        ...(pattern.test(name) ? [] : [{ object, at: "metadata.name", got: JSON.stringify(name), ...(allowed && { allowed }) }]),
        ...(namespace === undefined || LABEL.test(namespace)
          ? []
          : [{ object, at: "metadata.namespace", got: JSON.stringify(namespace), allowed: "1 to 63 of a-z, 0-9 and -" }]),
      ];
    }),
};

function patternOf(apiVersion: string): RegExp {
  return groupOf(apiVersion) === "rbac.authorization.k8s.io" ? SEGMENT : SUBDOMAIN;
}
