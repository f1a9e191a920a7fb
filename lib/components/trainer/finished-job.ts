/** A finished job, as a registry gets it. */

import { bucketUri } from "#lib/kube/bucket-clients";
import { processesOf } from "./frameworks";
import type { TrainJobSettings } from "./schema";

/** Body of Python's `result(found)`. Source: Kubeflow Trainer v2.3.0, trainjob_types.go. */
export function finishedJob(name: string, settings: TrainJobSettings): string {
  const { framework, nodes, accelerators, output, register } = settings;
  const params = { framework: framework.type, nodes, processes_per_node: processesOf(settings), accelerators_per_node: accelerators };
  const uri = output && bucketUri(output.storage.location, output.path ?? name);
  const version = uri !== undefined && register?.model !== undefined ? { model: register.model, source: uri } : {};
  return `
if not has_ended(found, "Complete"):
    return None
place, status = found["metadata"], found["status"]
return {
    # A name can be used again, a uid cannot.
    "key": place["uid"],
    "name": place["name"],
    "params": json.loads(${pythonText(params)}),
    "metrics": {one["name"]: one["value"] for one in status.get("trainerStatus", {}).get("metrics", [])},
    "tags": {"trainer.job": f"{place['namespace']}/{place['name']}"},
    **json.loads(${pythonText(version)}),
}
`;
}

/** JSON in a text of Python, which has the same escapes. */
function pythonText(value: object): string {
  return JSON.stringify(JSON.stringify(value));
}
