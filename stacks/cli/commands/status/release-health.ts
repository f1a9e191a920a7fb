/** Live health of every entry of a release: one list call per kind, judged by the component's readiness rows, else by the built-in rules. */

import limit from "p-limit";
import { readinessTable } from "#lib/components/registry";
import { type Health, healthOf } from "#lib/kube/health";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { Entry, Release, ReleaseObject } from "#lib/release/release";
import { isNotFound, NoMatchError } from "../../../cluster/api-error";
import type { ListQuery, ObjectRef } from "../../../cluster/calls";
import type { KubeClient } from "../../../cluster/client";
import { ownerSelector } from "../../../cluster/owned-objects";
import type { Lookup } from "../../../health/readiness";
import { readinessRule } from "../../../health/rules";
import { chartHealths } from "./helm-releases";

/** An entry of the release and its health. */
export interface EntryHealth {
  readonly entry: Entry;
  readonly state: Health["state"] | "missing" | "leaving";
  readonly message: string;
  /** Errors that its pods report. */
  readonly details: readonly string[];
}

/** Concurrent requests. */
const AT_ONCE = 8;

/** The health of every Helm release and every object, in the release's order. */
export async function releaseHealth(client: KubeClient, release: Release): Promise<EntryHealth[]> {
  const gate = limit(AT_ONCE);
  const live = await liveObjects(client, release, gate);
  const look = lookup(client);
  const charts = (await chartHealths(client, release)).map(({ chart, ...health }) => ({ entry: chart, ...health, details: [] }));
  return [...charts, ...(await Promise.all(release.objects.map((object) => gate(() => healthIn(object, live.get(object.id), look)))))];
}

async function liveObjects(client: KubeClient, release: Release, gate: limit.Limit): Promise<Map<string, KubeObject>> {
  const kinds = new Map(release.objects.map(({ manifest: { apiVersion, kind } }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));
  const labelSelector = ownerSelector(release.environment);
  const lists = await Promise.all([...kinds.values()].map((kind) => gate(() => absentIsEmpty(client.list({ ...kind, labelSelector })))));
  return new Map(lists.flat().map((object) => [objectId(object), object]));
}

/** A kind whose CRD is missing has no objects. */
async function absentIsEmpty(list: Promise<readonly KubeObject[]>): Promise<readonly KubeObject[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof NoMatchError) return [];
    throw error;
  }
}

async function healthIn(entry: ReleaseObject, live: KubeObject | undefined, look: Lookup): Promise<EntryHealth> {
  if (!live) return { entry, state: "missing", message: "not in the cluster", details: [] };
  if (live.metadata["deletionTimestamp"] !== undefined) return { entry, state: "leaving", message: "is being deleted", details: [] };
  const row = readinessTable.get(groupKind(live));
  const health = row ? healthOf(live, row) : await builtInHealth(live, look);
  const details = health.state === "ready" ? [] : await detailsOf(live, look);
  return { entry, ...health, details };
}

/** Kinds without a rule are ready when the object exists. */
async function builtInHealth(live: KubeObject, look: Lookup): Promise<Health> {
  const verdict = await readinessRule(live)?.check(live, look);
  if (!verdict) return { state: "ready", message: "exists" };
  if (verdict.ready) return { state: "ready", message: verdict.message };
  return { state: verdict.failed === true ? "failed" : "waiting", message: verdict.message };
}

async function detailsOf(live: KubeObject, look: Lookup): Promise<readonly string[]> {
  return (await readinessRule(live)?.explain?.(live, look)) ?? [];
}

function lookup(client: KubeClient): Lookup {
  return {
    get: async (ref: ObjectRef) => {
      try {
        return await client.get(ref);
      } catch (error) {
        if (isNotFound(error) || error instanceof NoMatchError) return undefined;
        throw error;
      }
    },
    list: (query: ListQuery) => absentIsEmpty(client.list(query)),
  };
}
