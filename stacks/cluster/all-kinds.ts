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

/** Each kind once, in the preferred version of its group. Events are excluded: they belong to no environment. */
export async function listableKinds(client: KubeClient): Promise<ListableKind[]> {
  const answers = await Promise.all(["/api", "/apis"].map((path) => client.json({ method: "GET", path, accept: ACCEPT })));
  const kinds = answers.flatMap((answer) => maps(answer, "items").flatMap(kindsOfGroup));
  return kinds.filter(({ kind }) => kind !== "Event");
}

function kindsOfGroup(group: JsonObject): ListableKind[] {
  const name = textAt(group["metadata"], "name");
  const kinds = maps(group, "versions").flatMap((version) => {
    const apiVersion = [name, textAt(version, "version")].filter((part) => part !== "").join("/");
    return maps(version, "resources")
      .filter(({ verbs }) => Array.isArray(verbs) && verbs.includes("list"))
      .map((resource): ListableKind => ({ apiVersion, kind: textAt(resource["responseKind"], "kind") }));
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
