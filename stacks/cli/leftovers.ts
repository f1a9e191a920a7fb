/**
 * Prunes objects that a killed run created and no state records. Elsewhere the engine writes its state at every step; on an
 * embedded cluster it does so only at the end, so labels must find them. And waits for deletions that it began.
 */

import { setTimeout as pause } from "node:timers/promises";
import type { Core } from "#lib/environment/spec";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import { STAGES } from "#lib/kube/stage";
import { inventoryOf } from "#lib/release/inventory";
import type { Release } from "#lib/release/release";
import { isForbidden, unlessGone } from "../cluster/api-error";
import { refOf } from "../cluster/calls";
import type { KubeClient } from "../cluster/client";
import { ownedObjects, ownerSelector } from "../cluster/owned-objects";
import { withCluster } from "./cluster";
import { CommandError, EXIT } from "./exit-codes";

/** Finalizers of simulated components complete within seconds. */
const DEADLINE_MS = 60_000;
const POLL_MS = 200;

/**
 * Deletes the environment's objects that should not exist after a run: those that it does not declare, after
 * `destroy` all of them; never those that policy retains.
 *
 * @returns ids of the deleted objects
 * @throws CommandError with code 4 if an object is not deleted in time, or a kind cannot be listed
 */
export async function removeLeftovers(operation: "up" | "destroy", { environment, release, kept = [] }: Cleared): Promise<string[]> {
  if (environment.cluster.type !== "embedded") return [];
  return withCluster(environment, async (client) => {
    const { objects, hidden } = await ownedObjects(client, environment.name);
    if (hidden.length > 0)
      throw new CommandError(
        EXIT.resource,
        `cannot list objects left by killed runs: ${hidden.join(", ")}`,
        "run it again when the server answers",
      );
    const byId = new Map(objects.map((object) => [objectId(object), object]));
    const entries = inventoryOf(objects, release).filter(
      ({ id, declared, retention }) => !staying(kept, id) && retention !== "retain" && (operation === "destroy" || !declared),
    );
    for (const wave of waves(entries.map(({ id, stage }) => ({ stage, object: byId.get(id) })))) await remove(client, wave);
    return entries.map(({ id }) => id);
  });
}

interface Cleared {
  readonly environment: Core;
  readonly release: Release;
  /** Ids of namespaces that stay. @default none */
  readonly kept?: readonly string[];
}

/** A namespace that stays keeps the ServiceAccount that Kubernetes would make again at once. */
function staying(kept: readonly string[], id: string): boolean {
  return kept.some((namespace) => id === namespace || id === `core/ServiceAccount/${namespace.split("/").at(-1)}/default`);
}

/** Later stages first, in reverse order of creation; a namespace is deleted when it is empty. */
function waves(entries: readonly { readonly stage: string; readonly object: KubeObject | undefined }[]): KubeObject[][] {
  const order: readonly string[] = STAGES;
  const rank = (stage: string, object: KubeObject): number => (groupKind(object) === "core/Namespace" ? -2 : order.indexOf(stage));
  const ranked = entries.flatMap(({ stage, object }) => (object ? [{ rank: rank(stage, object), object }] : []));
  const ranks = [...new Set(ranked.map((entry) => entry.rank))].sort((a, b) => b - a);
  return ranks.map((wave) => ranked.filter((entry) => entry.rank === wave).map(({ object }) => object));
}

/** Kinds whose deletion takes other objects along. */
const CONTAINERS = [
  { apiVersion: "v1", kind: "Namespace" },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
] as const;

/**
 * Waits for deletions that a killed run began: such a namespace still exists for the engine, and takes along what is created in it.
 *
 * @returns ids of the objects that are gone now
 * @throws CommandError with code 4 if one is still there
 */
export async function awaitDeletions(client: Pick<KubeClient, "list" | "get">, environment: string): Promise<string[]> {
  const query = { labelSelector: ownerSelector(environment), metadataOnly: true };
  const lists = await Promise.all(CONTAINERS.map((kind) => unlessHidden(client.list({ ...kind, ...query }))));
  const going = lists.flat().filter(({ metadata }) => metadata["deletionTimestamp"] !== undefined);
  await untilGone(client, going);
  return going.map(objectId);
}

async function unlessHidden(answer: Promise<readonly KubeObject[]>): Promise<readonly KubeObject[]> {
  try {
    return await answer;
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

async function remove(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(objects.map((object) => unlessGone(client.delete(refOf(object), { propagationPolicy: "Foreground" }))));
  await untilGone(client, objects);
}

async function untilGone(client: Pick<KubeClient, "get">, objects: readonly KubeObject[]): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (let left = objects; left.length > 0; await pause(POLL_MS)) {
    const found = await Promise.all(left.map((object) => unlessGone(client.get(refOf(object)))));
    // A controller may have created another object of the same name, such as a namespace's default ServiceAccount.
    left = left.filter(({ metadata }, position) => found[position]?.metadata["uid"] === metadata["uid"]);
    if (left.length > 0 && Date.now() > deadline) {
      const stuck = found.flatMap((object) => (object ? [waitingText(object)] : []));
      throw new CommandError(
        EXIT.resource,
        `still there after ${DEADLINE_MS / 1000} s: ${stuck.join("; ")}`,
        "let the controllers of these finalizers run, or remove the finalizers with kubectl patch, then run it again",
      );
    }
  }
}

/** An object that is being deleted, with what holds it. */
function waitingText(object: KubeObject): string {
  const { finalizers } = object.metadata;
  const names = Array.isArray(finalizers) ? finalizers.map(String) : [];
  return `${objectId(object)}${names.length > 0 ? ` (finalizer ${names.join(", ")})` : ""}`;
}
