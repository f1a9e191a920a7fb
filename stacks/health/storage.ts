/** Readiness of volumes and claims. */

import type { KubeObject } from "#lib/kube/object";
import { textAt } from "./fields";
import { failed, type Lookup, type ReadinessRule, ready, type Verdict, waiting } from "./readiness";

/** Volumes: available or bound. */
export const VOLUME: ReadinessRule = { check: volume };

/** Claims: bound; pending is enough if the storage class waits for the first pod (WaitForFirstConsumer). */
export const CLAIM: ReadinessRule = { check: claim };

function volume(object: KubeObject): Verdict {
  const phase = textAt(object, "status", "phase");
  if (phase === "Available" || phase === "Bound") return ready(phase);
  return phase === "Failed" ? failed(`volume failed: ${textAt(object, "status", "message")}`) : waiting(`volume is ${phase || "new"}`);
}

async function claim(object: KubeObject, look: Lookup): Promise<Verdict> {
  const phase = textAt(object, "status", "phase");
  if (phase === "Bound") return ready(phase);
  if (phase === "Lost") return failed("the claim's volume is lost");
  const name = textAt(object, "spec", "storageClassName");
  const storageClass = name === "" ? undefined : await look.get({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name });
  const waits = storageClass !== undefined && textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
  if (waits && phase === "Pending") return ready("bound with its first pod");
  return waiting(`claim is ${phase || "new"}${name === "" ? ", and there is no default storage class" : ` (storage class ${name})`}`);
}
