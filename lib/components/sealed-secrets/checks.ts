/** Rules on SealedSecrets that their form cannot express. */

import { valueAt } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { EncryptedSecret } from "#lib/kube/encrypted-secret";

/** Annotations of a SealedSecret that may have any name in its namespace, or any namespace, too. Source: pkg/apis/sealedsecrets/v1alpha1/types.go. */
const NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide";
const CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide";

/** The name and namespace are part of what is encrypted: of a renamed object the controller reads nothing. */
export function sealedProblems({ name, namespace, manifest }: EncryptedSecret, operatorNamespace: string, path: string): Problem[] {
  const has = (annotation: string) => manifest.metadata.annotations?.[annotation] === "true";
  const sealedAs = (field: string, now: string) => valueAt(manifest["spec"], ["template", "metadata", field]) ?? now;
  const [scope, moved] = has(CLUSTER_WIDE)
    ? ["cluster-wide", false]
    : has(NAMESPACE_WIDE)
      ? ["namespace-wide", sealedAs("namespace", namespace) !== namespace]
      : ["strict", sealedAs("namespace", namespace) !== namespace || sealedAs("name", name) !== name];
  return [
    ...(moved
      ? [renamed(`${namespace}/${name}, sealed as ${sealedAs("namespace", namespace)}/${sealedAs("name", name)}`, `${scope}`, path)]
      : []),
    ...(namespace === operatorNamespace ? [besideController(`${namespace}/${name}`, path)] : []),
  ];
}

function renamed(got: string, scope: string, path: string): Problem {
  return {
    id: "sealed-secrets.renamed",
    path,
    got,
    allowed: `the name and namespace that it was sealed with: its scope is ${scope}`,
    fix: "seal the Secret again under its new name, or with --scope namespace-wide or cluster-wide",
  };
}

function besideController(got: string, path: string): Problem {
  return {
    id: "sealed-secrets.beside-controller",
    path,
    got,
    allowed: "namespaces other than the controller's, whose own Secrets have to be there before it runs",
    fix: "create that Secret by hand, or seal it for another namespace",
  };
}
