/** The best trial of a search, as a registry gets it. */

/** Body of Python's `result(found)`. Source: Katib v0.19.0, experiment_types.go. */
export const BEST_TRIAL = `
best = found.get("status", {}).get("currentOptimalTrial", {})
if not has_ended(found, "Succeeded", "Failed") or not best.get("bestTrialName"):
    return None
place, spec = found["metadata"], found["spec"]
strategies = {one["name"]: one["value"] for one in spec["objective"].get("metricStrategies", [])}
metrics = best.get("observation", {}).get("metrics", [])
return {
    # A name can be used again, a uid cannot.
    "key": f"{place['uid']}/{best['bestTrialName']}",
    "name": best["bestTrialName"],
    "params": {one["name"]: one["value"] for one in best.get("parameterAssignments", [])},
    "metrics": {one["name"]: one.get(strategies.get(one["name"], "latest")) for one in metrics},
    "tags": {"katib.experiment": f"{place['namespace']}/{place['name']}", "katib.algorithm": spec["algorithm"]["algorithmName"]},
}
`;
