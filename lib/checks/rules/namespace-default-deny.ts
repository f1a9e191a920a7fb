/** In every namespace, nothing talks to anything unless a policy says so. */

import { isJsonObject } from "#lib/core/json";
import { mapAt, textsAt } from "../json-at";
import { namespaceNeeds } from "../namespace-rule";

/** A policy that denies all ingress and egress of all pods. */
export const namespaceDefaultDeny = namespaceNeeds(
  {
    id: "namespace-default-deny",
    mirrors: ["CKV2_K8S_6", "C-0030", "C-0260", "KSV-0038", "CIS 5.3.2"],
    allowed: "a NetworkPolicy for all pods, ingress and egress, without rules",
    fix: "create the namespace with PlatformNamespace",
  },
  {
    kind: "networking.k8s.io/NetworkPolicy",
    what: "a default-deny NetworkPolicy",
    fits: (policy) => {
      const spec = mapAt(policy, "spec");
      const everyPod = isJsonObject(spec["podSelector"]) && Object.keys(spec["podSelector"]).length === 0;
      const both = ["Ingress", "Egress"].every((direction) => textsAt(spec, "policyTypes").includes(direction));
      return everyPod && both && spec["ingress"] === undefined && spec["egress"] === undefined;
    },
  },
);
