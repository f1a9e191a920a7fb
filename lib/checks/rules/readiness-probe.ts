/** What serves says when it can. */

import { canonicalJson, isJsonObject } from "#lib/core/json";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { groupKind } from "#lib/kube/object";
import { containerRule } from "../pod-rule";

const SERVING: readonly string[] = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"];

/** A liveness probe that equals it would restart a pod that is merely busy. Stand-ins of simulated operators run nothing. */
export const readinessProbe = containerRule(
  {
    id: "readiness-probe",
    mirrors: ["CKV_K8S_9", "CKV_K8S_8", "C-0018", "kube-score pod-probes", "kube-score pod-probes-identical"],
    allowed: "a readinessProbe that differs from the livenessProbe",
    fix: "add a readinessProbe; give the livenessProbe a higher failureThreshold",
  },
  ({ container, at }, { object: { manifest } }) => {
    const serving = SERVING.includes(groupKind(manifest)) && /\.containers\[\d+\]$/.test(at);
    if (!serving || manifest.metadata.labels?.[SIMULATED_LABEL] === "true") return [];
    const { readinessProbe: ready, livenessProbe: alive } = container;
    if (!isJsonObject(ready)) return [{ at: "readinessProbe", got: "nothing" }];
    return alive !== undefined && canonicalJson(ready) === canonicalJson(alive)
      ? [{ at: "livenessProbe", got: "the readinessProbe again" }]
      : [];
  },
);
