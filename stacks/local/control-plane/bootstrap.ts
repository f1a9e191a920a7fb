/** Content of a fresh control plane: the simulator's stages, a storage class, its nodes. */

import { setTimeout as pause } from "node:timers/promises";
import { valueAt } from "#lib/core/json";
import { definitions } from "#lib/imports/kwok/index";
import type { KubeObject } from "#lib/kube/object";
import { isNotFound } from "#stacks/cluster/api-error";
import type { KubeClient } from "#stacks/cluster/client";
import { nodeObject, nodeStatus, SIMULATED_LABEL, type SimulatedNode } from "./nodes";
import { STAGES } from "./stages";
import { STORAGE_CLASS } from "./volumes";

const APPLY = { fieldManager: "beamstack-iac-local", force: true } as const;
const NODES = { apiVersion: "v1", kind: "Node", labelSelector: SIMULATED_LABEL } as const;
const LOOK_MS = 50;
const READY_WITHIN_MS = 60_000;

/** Everything that is applied; its digest shows whether it has changed. */
export function bootstrapObjects(nodes: readonly SimulatedNode[]): readonly KubeObject[] {
  return [...definitions(), STORAGE_CLASS, ...STAGES, ...nodes.flatMap((node) => [nodeObject(node), nodeStatus(node)])];
}

/** The CRD of Stage; the simulator exits if it is missing. */
export async function applyStageKind(client: KubeClient): Promise<void> {
  await Promise.all(definitions().map((definition) => client.apply(definition, APPLY)));
  const served = async (): Promise<boolean> => {
    const group = await client.json({ method: "GET", path: "/apis/kwok.x-k8s.io/v1alpha1" }).catch(absent);
    return JSON.stringify(group ?? "").includes('"stages"');
  };
  await until(served, "the Stage kind is not served");
}

/** Applies stages, storage class and nodes; removes simulated nodes that are no longer declared, with their pods. */
export async function applyContents(client: KubeClient, nodes: readonly SimulatedNode[]): Promise<void> {
  await Promise.all([STORAGE_CLASS, ...STAGES].map((object) => client.apply(object, APPLY)));
  await removeNodes(client, new Set(nodes.map(({ name }) => name)));
  await Promise.all(nodes.map((node) => applyNode(client, node)));
  await until(() => nodesAreReady(client, nodes), "the simulated nodes are not ready");
}

/** Whether exactly these nodes exist and all are ready. */
export async function nodesAreReady(client: KubeClient, nodes: readonly SimulatedNode[]): Promise<boolean> {
  const there = await client.list(NODES);
  return (
    there.length === nodes.length && nodes.every(({ name }) => there.some((node) => node.metadata.name === name && isSchedulable(node)))
  );
}

async function applyNode(client: KubeClient, node: SimulatedNode): Promise<void> {
  await client.apply(nodeObject(node), APPLY);
  await client.json({
    method: "PATCH",
    path: `/api/v1/nodes/${node.name}/status`,
    query: { ...APPLY, fieldValidation: "Strict" },
    contentType: "application/apply-patch+yaml",
    body: JSON.stringify(nodeStatus(node)),
  });
}

async function removeNodes(client: KubeClient, wanted: ReadonlySet<string>): Promise<void> {
  const gone = (await client.list(NODES)).map(({ metadata }) => metadata.name).filter((name) => !wanted.has(name));
  for (const name of gone) {
    await client.delete({ apiVersion: "v1", kind: "Node", name }).catch(absent);
    // The garbage collector would keep them for a minute.
    const pods = await client.list({ apiVersion: "v1", kind: "Pod", fieldSelector: `spec.nodeName=${name}` });
    for (const { metadata } of pods)
      await client
        .json({
          method: "DELETE",
          path: `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`,
          query: { gracePeriodSeconds: 0 },
        })
        .catch(absent);
  }
}

/** Ready, and without the taint that new nodes carry until the node controller has seen them ready. */
function isSchedulable(node: KubeObject): boolean {
  const conditions = valueAt(node, ["status", "conditions"]);
  const taints = valueAt(node, ["spec", "taints"]);
  const ready = Array.isArray(conditions) && conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return ready && !(Array.isArray(taints) && taints.some(({ key }) => key === "node.kubernetes.io/not-ready"));
}

function absent(thrown: unknown): undefined {
  if (isNotFound(thrown)) return undefined;
  throw thrown;
}

async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${otherwise} after ${READY_WITHIN_MS / 1000} s`);
    await pause(LOOK_MS);
  }
}
