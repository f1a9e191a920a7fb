/** Everything in a cluster that carries the labels of an environment. */

import limit from "p-limit";
import { ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { type ListableKind, listableKinds } from "./all-kinds";
import { ApiError, NoMatchError } from "./api-error";
import type { KubeClient } from "./client";

/** What was found, and what could not be looked at. */
export interface OwnedObjects {
  readonly objects: readonly KubeObject[];
  /** Kinds that we may not list, or whose server does not answer. */
  readonly hidden: readonly string[];
}

/** Lists at once: enough to be quick, few enough for a small API server. */
const AT_ONCE = 8;

/** The label selector of everything that belongs to an environment. */
export function ownerSelector(environment: string): string {
  return `${MANAGED_BY_LABEL}=${MANAGED_BY},${ENVIRONMENT_LABEL}=${environment}`;
}

/** Metadata of every object of the environment, kind by kind. */
export async function ownedObjects(client: KubeClient, environment: string): Promise<OwnedObjects> {
  const gate = limit(AT_ONCE);
  const kinds = await listableKinds(client);
  const lists = await Promise.all(kinds.map((kind) => gate(() => listOwned(client, kind, environment))));
  return {
    objects: lists.flatMap((list) => (typeof list === "string" ? [] : list)),
    hidden: lists.filter((list) => typeof list === "string"),
  };
}

async function listOwned(client: KubeClient, kind: ListableKind, environment: string): Promise<readonly KubeObject[] | string> {
  try {
    return await client.list({ ...kind, labelSelector: ownerSelector(environment), metadataOnly: true });
  } catch (error) {
    if (error instanceof NoMatchError) return [];
    // 404, 405: listed by discovery and served no more; 403: not for us; 503: the server behind an API service is away.
    if (error instanceof ApiError && [403, 404, 405, 503].includes(error.status)) return `${kind.kind} (${error.message})`;
    throw error;
  }
}
