/** In production, a drain of nodes takes no workload as a whole. */

import { SIMULATED_LABEL } from "#lib/kube/labels";
import { mapAt } from "../json-at";
import { selects } from "../label-selector";
import type { Finding, Rule } from "../rule";

/** Workloads of several pods are selected by some budget of their namespace. */
export const productionDisruptionBudget: Rule = {
  id: "production-disruption-budget",
  mirrors: ["kube-score deployment-has-poddisruptionbudget", "polaris missingPodDisruptionBudget"],
  allowed: "a PodDisruptionBudget whose selector matches its pods",
  fix: "add a PodDisruptionBudget",
  productionOnly: true,
  find: ({ ofKind }) => {
    const budgets = ofKind("policy/PodDisruptionBudget").map(({ manifest }) => manifest);
    return [...ofKind("apps/Deployment"), ...ofKind("apps/StatefulSet")].flatMap((object): Finding[] => {
      const { manifest } = object;
      const spec = mapAt(manifest, "spec");
      const labels = mapAt(mapAt(mapAt(spec, "template"), "metadata"), "labels");
      const covered = budgets.some(
        (budget) => budget.metadata.namespace === manifest.metadata.namespace && selects(mapAt(mapAt(budget, "spec"), "selector"), labels),
      );
      const alone = Number(spec["replicas"] ?? 1) < 2 || manifest.metadata.labels?.[SIMULATED_LABEL] === "true";
      return alone || covered ? [] : [{ object, at: "", got: "no budget" }];
    });
  },
};
