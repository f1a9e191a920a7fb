/** Lists every object in a cluster with the ownership labels of an environment. */

import limit from "p-limit";
import { ENVIRONMENT_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { type ListableKind, listableKinds } from "./all-kinds";
import { ApiError, NoMatchError } from "./api-error";
import type { KubeClient } from "./client";

/** Objects found, and kinds that could not be listed. */
export interface OwnedObjects {
  readonly objects: readonly KubeObject[];
  /** Kinds that are forbidden or whose server does not answer. */
  readonly hidden: readonly string[];
}

/** Concurrent list requests: fast, without overloading a small API server. */
const AT_ONCE = 8;

/** Label selector of the objects that an environment owns. */
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
    // 404, 405: in discovery but no longer served; 403: forbidden; 503: the server of an aggregated API is down.
    if (error instanceof ApiError && [403, 404, 405, 503].includes(error.status)) return `${kind.kind} (${error.message})`;
    throw error;
  }
}
