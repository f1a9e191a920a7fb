/** What helm knows of a release that is there. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { messageOf } from "#stacks/cluster/api-error";
import { nameOf, namespaceOf, textAt } from "../kube-fields";
import type { HelmCommand } from "./helm-command";

/** A release that is there. */
export interface DeployedRelease {
  /** Values it was given. */
  readonly values: JsonObject;
  /** Version of its chart. */
  readonly version: string;
  /** Its objects' names by `Kind.group/apiVersion`. */
  readonly resourceNames: JsonObject;
  /** As the official provider's `status`. */
  readonly status: JsonObject;
}

/** Where a release is. */
export interface ReleaseRef {
  readonly namespace: string;
  readonly name: string;
}

/** Status, revision, versions of a release; `undefined` where there is none. */
export async function releaseMetadata(helm: HelmCommand, ref: ReleaseRef): Promise<JsonObject | undefined> {
  try {
    return parsed(await get(helm, ref, ["metadata", "-o", "json"]));
  } catch (error) {
    if (/not found/.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** Reads a release; `undefined` where there is none. */
export async function deployedRelease(helm: HelmCommand, ref: ReleaseRef): Promise<DeployedRelease | undefined> {
  const { namespace, name } = ref;
  const metadata = await releaseMetadata(helm, ref);
  if (!metadata) return undefined;
  const [values, manifest] = await Promise.all([get(helm, ref, ["values", "-o", "json"]), get(helm, ref, ["manifest"])]);
  const version = textAt(metadata, "version");
  return {
    values: parsed(values),
    version,
    resourceNames: await namesIn(manifest, namespace),
    status: {
      appVersion: textAt(metadata, "appVersion"),
      chart: textAt(metadata, "chart"),
      name,
      namespace,
      revision: Number(metadata["revision"]),
      status: textAt(metadata, "status"),
      version,
    },
  };
}

function get(helm: HelmCommand, { namespace, name }: ReleaseRef, [what = "", ...more]: readonly string[]): Promise<string> {
  return helm.run(["get", what, "--namespace", namespace, ...more, "--", name]);
}

/** The version of a chart, by what `helm show chart` with these arguments says. */
export async function chartVersion(helm: HelmCommand, args: readonly string[]): Promise<string> {
  const { parse } = await import("yaml");
  return textAt(parse(await helm.run(args)) as JsonObject, "version");
}

/** A release without values has `null`. */
function parsed(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

async function namesIn(manifest: string, namespace: string): Promise<JsonObject> {
  const { parseAllDocuments } = await import("yaml");
  const names: Record<string, JsonValue[]> = {};
  for (const document of parseAllDocuments(manifest)) {
    const object: unknown = document.toJS();
    if (!isJsonObject(object)) continue;
    const apiVersion = textAt(object, "apiVersion");
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
    const key = `${textAt(object, "kind")}${group}/${apiVersion}`;
    names[key] = [...(names[key] ?? []), `${namespaceOf(object) || namespace}/${nameOf(object)}`];
  }
  return names;
}
