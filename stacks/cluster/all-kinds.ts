/** Every kind of object that a cluster can list, from API discovery. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { KubeClient } from "./client";

/** A kind that can be listed. */
export interface ListableKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Since Kubernetes 1.30 one request answers for all groups. Source: Kubernetes documentation, "Aggregated discovery". */
const ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/** Kinds of namespaces' contents that somebody can create: what nobody can, such as metrics of pods, belongs to nobody. */
export async function creatableKinds(client: Pick<KubeClient, "json">): Promise<ListableKind[]> {
  return (await discovered(client))
    .filter(({ scope, verbs }) => scope === "Namespaced" && ["list", "create", "delete"].every((verb) => verbs.includes(verb)))
    .map(({ apiVersion, kind }) => ({ apiVersion, kind }));
}

/** Each kind once, in the preferred version of its group. Events are excluded: they belong to no environment. */
export async function listableKinds(client: KubeClient): Promise<ListableKind[]> {
  return (await discovered(client)).map(({ apiVersion, kind }) => ({ apiVersion, kind }));
}

interface DiscoveredKind extends ListableKind {
  readonly scope: string;
  readonly verbs: readonly JsonValue[];
}

async function discovered(client: Pick<KubeClient, "json">): Promise<DiscoveredKind[]> {
  const answers = await Promise.all(["/api", "/apis"].map((path) => client.json({ method: "GET", path, accept: ACCEPT })));
  const kinds = answers.flatMap((answer) => maps(answer, "items").flatMap(kindsOfGroup));
  return kinds.filter(({ kind }) => kind !== "Event");
}

function kindsOfGroup(group: JsonObject): DiscoveredKind[] {
  const name = textAt(group["metadata"], "name");
  const kinds = maps(group, "versions").flatMap((version) => {
    const apiVersion = [name, textAt(version, "version")].filter((part) => part !== "").join("/");
    return maps(version, "resources")
      .map((resource) => ({ resource, verbs: Array.isArray(resource["verbs"]) ? resource["verbs"] : [] }))
      .filter(({ verbs }) => verbs.includes("list"))
      .map(({ resource, verbs }): DiscoveredKind => {
        const kind = textAt(resource["responseKind"], "kind");
        return { apiVersion, kind, scope: String(resource["scope"]), verbs };
      });
  });
  // Versions come with the preferred one first.
  return kinds.filter(({ kind }, position) => kind !== "" && kinds.findIndex((other) => other.kind === kind) === position);
}

function textAt(value: JsonValue | undefined, key: string): string {
  const text = isJsonObject(value) ? value[key] : undefined;
  return typeof text === "string" ? text : "";
}

function maps(value: JsonValue | undefined, key: string): JsonObject[] {
  const list = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
