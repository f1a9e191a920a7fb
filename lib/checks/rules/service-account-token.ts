/** Only pods that call the API server get a token for it. */

import { valueAt } from "#lib/core/json";
import { idOf } from "#lib/kube/object";
import { listAt } from "../json-at";
import type { PodUse } from "../pods";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** An account that some binding of the release names has something to do with its token; no other pod may mount one. */
export const serviceAccountToken: Rule = {
  id: "service-account-token",
  mirrors: ["CKV_K8S_38", "KSV-0036", "C-0034", "CIS 5.1.6"],
  allowed: "automountServiceAccountToken: false on the pod or its account, or an account with a role",
  fix: "set automountServiceAccountToken: false on the pod, or bind its account to a role",
  find: (view) => {
    const bound = boundAccounts(view);
    const accounts = new Map(view.ofKind("core/ServiceAccount").map(({ id, manifest }) => [id, manifest]));
    return view.pods.flatMap((pod): Finding[] => {
      const account = accountOf(pod);
      const mounted = pod.spec["automountServiceAccountToken"] ?? accounts.get(account)?.["automountServiceAccountToken"];
      if (mounted === false || bound.has(account)) return [];
      return [
        { object: pod.object, at: `${pod.at}.automountServiceAccountToken`, got: `${mounted ?? "nothing"}, and no role for the account` },
      ];
    });
  },
};

/** Custom resources of some kinds name the account of their pods in a spec around the pod's template. */
function accountOf({ object, at, spec }: PodUse): string {
  const steps = at.split(".");
  const around = steps.map((_step, depth) => valueAt(object.manifest, [...steps.slice(0, steps.length - 1 - depth), "serviceAccount"]));
  const own = spec["serviceAccountName"] ?? spec["serviceAccount"] ?? around.find((name) => name !== undefined);
  return idOf("core/ServiceAccount", typeof own === "string" ? own : "default", object.manifest.metadata.namespace);
}

/** By bindings of the release, and by those that operators make. */
function boundAccounts(view: ReleaseView): ReadonlySet<string> {
  const bindings = [
    ...view.ofKind("rbac.authorization.k8s.io/RoleBinding"),
    ...view.ofKind("rbac.authorization.k8s.io/ClusterRoleBinding"),
  ];
  const made = view.release.objects.flatMap(({ manifest }) =>
    (view.ownedKind(manifest)?.boundAccounts?.(manifest) ?? []).map((name) =>
      idOf("core/ServiceAccount", name, manifest.metadata.namespace),
    ),
  );
  const bound = bindings.flatMap(({ manifest }) =>
    listAt(manifest, "subjects").map(({ name, namespace }) =>
      idOf("core/ServiceAccount", String(name), String(namespace ?? manifest.metadata.namespace)),
    ),
  );
  return new Set([...made, ...bound]);
}
