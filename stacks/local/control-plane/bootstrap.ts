/** What a fresh control plane is given: the simulator's stages, a storage class, its nodes. */

import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { Api } from "./api";
import { nodeObject, nodeStatus, SIMULATED_LABEL, type SimulatedNode } from "./nodes";
import { STAGE_DEFINITION, STAGES } from "./stages";

/** Field manager of what this file applies. */
const MANAGER = "beamstack-iac-local";
const LOOK_MS = 50;
const READY_WITHIN_MS = 60_000;

/** The default storage class: its provisioner is built into the controller manager and makes an empty folder. */
const STORAGE_CLASS: JsonObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kubernetes.io/host-path",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};

/** Everything that is applied, for a digest of it. */
export function bootstrapObjects(nodes: readonly SimulatedNode[]): readonly JsonObject[] {
  return [STAGE_DEFINITION, STORAGE_CLASS, ...STAGES, ...nodes.flatMap((node) => [nodeObject(node), nodeStatus(node)])];
}

/** The Stage kind; the simulator ends at once where it is missing. */
export async function applyStageKind(api: Api): Promise<void> {
  await apply(api, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", STAGE_DEFINITION);
  await until(async () => (await api.call({ method: "GET", path: STAGES_PATH })).status === 200, "the Stage kind is not served");
}

/** Stages, storage class and nodes; nodes of ours that are wanted no more are removed with their pods. */
export async function applyContents(api: Api, nodes: readonly SimulatedNode[]): Promise<void> {
  await Promise.all(STAGES.map((stage) => apply(api, STAGES_PATH, stage)));
  await apply(api, "/apis/storage.k8s.io/v1/storageclasses", STORAGE_CLASS);
  await removeNodes(api, new Set(nodes.map(({ name }) => name)));
  for (const node of nodes) {
    await apply(api, NODES_PATH, nodeObject(node));
    await apply(api, NODES_PATH, nodeStatus(node), "/status");
  }
  await until(async () => (await readyNodes(api)) >= nodes.length, "simulated nodes do not become ready");
}

const STAGES_PATH = "/apis/kwok.x-k8s.io/v1alpha1/stages";
const NODES_PATH = "/api/v1/nodes";

async function apply(api: Api, collection: string, object: JsonObject, subresource = ""): Promise<void> {
  const name = String(valueAt(object, ["metadata", "name"]));
  await api.expect({ method: "PATCH", path: `${collection}/${name}${subresource}?fieldManager=${MANAGER}&force=true`, body: object });
}

async function removeNodes(api: Api, wanted: ReadonlySet<string>): Promise<void> {
  const gone = (await nodesOf(api)).map((node) => String(valueAt(node, ["metadata", "name"]))).filter((name) => !wanted.has(name));
  for (const name of gone) {
    await api.expect({ method: "DELETE", path: `${NODES_PATH}/${name}` });
    // The garbage collector would let them stand for a minute.
    const pods = await list(api, `/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`);
    for (const pod of pods) {
      const path = `/api/v1/namespaces/${valueAt(pod, ["metadata", "namespace"])}/pods/${valueAt(pod, ["metadata", "name"])}?gracePeriodSeconds=0`;
      await api.call({ method: "DELETE", path });
    }
  }
}

async function readyNodes(api: Api): Promise<number> {
  return (await nodesOf(api)).filter((node) => {
    const conditions = valueAt(node, ["status", "conditions"]);
    return Array.isArray(conditions) && conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
  }).length;
}

function nodesOf(api: Api): Promise<JsonObject[]> {
  return list(api, `${NODES_PATH}?labelSelector=${encodeURIComponent(SIMULATED_LABEL)}`);
}

async function list(api: Api, path: string): Promise<JsonObject[]> {
  const answer = await api.expect({ method: "GET", path });
  const items = isJsonObject(answer) ? answer["items"] : undefined;
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${otherwise} within ${READY_WITHIN_MS / 1000} s`);
    await pause(LOOK_MS);
  }
}
