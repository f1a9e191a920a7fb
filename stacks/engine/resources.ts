/** The Kubernetes objects that a stack's state records, and how to take some out of it. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { CommandError, EXIT } from "../cli/exit-codes";
import { writePrivate } from "../local/files";
import { scratchFolder } from "../local/scratch";
import { callEngine } from "./engine";
import type { EngineSettings } from "./settings";
import { engineError } from "./stack";

/** A recorded object. */
export interface RecordedObject {
  readonly urn: string;
  /** Name of the resource: the object's id. */
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** @default the object belongs to no namespace */
  readonly namespace?: string;
  readonly uid: string;
  /** Does a destroy leave it in the cluster? */
  readonly retained: boolean;
}

/** Every Kubernetes object in the state. */
export async function recordedObjects(settings: EngineSettings): Promise<readonly RecordedObject[]> {
  return resourcesOf(await exported(settings)).flatMap(recorded);
}

/** Takes resources out of the state; their objects stay as they are. */
export async function forget(settings: EngineSettings, urns: ReadonlySet<string>): Promise<void> {
  const state = await exported(settings);
  const resources = resourcesOf(state)
    .filter(({ urn }) => !urns.has(String(urn)))
    .map((resource) => withoutReferences(resource, urns));
  const deployment = isJsonObject(state["deployment"]) ? state["deployment"] : {};
  const folder = scratchFolder("state");
  const file = join(folder, "state.json");
  try {
    writePrivate(file, JSON.stringify({ ...state, deployment: { ...deployment, resources } }));
    await called(settings, ["stack", "import", "--file", file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function exported(settings: EngineSettings): Promise<JsonObject> {
  const state: unknown = JSON.parse(await called(settings, ["stack", "export"]));
  return isJsonObject(state) ? state : {};
}

async function called(settings: EngineSettings, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await callEngine(settings, [...args, "--stack", settings.stack]);
  if (code === 0) return stdout;
  throw new CommandError(EXIT.other, `${args.slice(0, 2).join(" ")} failed: ${engineError(stderr)}`, "correct that, then run it again");
}

function resourcesOf({ deployment }: JsonObject): JsonObject[] {
  const resources = isJsonObject(deployment) ? deployment["resources"] : undefined;
  return Array.isArray(resources) ? resources.filter(isJsonObject) : [];
}

function recorded({ urn, type, outputs, retainOnDelete }: JsonObject): RecordedObject[] {
  if (!String(type).startsWith("kubernetes:") || !isJsonObject(outputs) || !isJsonObject(outputs["metadata"])) return [];
  const { uid, name, namespace } = outputs["metadata"];
  if (typeof uid !== "string" || typeof name !== "string") return [];
  return [
    {
      urn: String(urn),
      id: String(urn).split("::").slice(3).join("::"),
      apiVersion: String(outputs["apiVersion"]),
      kind: String(outputs["kind"]),
      name,
      ...(typeof namespace === "string" && { namespace }),
      uid,
      retained: retainOnDelete === true,
    },
  ];
}

function withoutReferences(resource: JsonObject, urns: ReadonlySet<string>): JsonObject {
  const kept = (list: JsonValue | undefined): JsonValue[] => (Array.isArray(list) ? list.filter((urn) => !urns.has(String(urn))) : []);
  const { dependencies, propertyDependencies } = resource;
  return {
    ...resource,
    ...(dependencies !== undefined && { dependencies: kept(dependencies) }),
    ...(isJsonObject(propertyDependencies) && {
      propertyDependencies: Object.fromEntries(Object.entries(propertyDependencies).map(([key, list]) => [key, kept(list)])),
    }),
  };
}
