/** Reads CustomResourceDefinitions from YAML files. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isJsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Every CRD in a file or in the YAML files of a folder. Drops the empty `status` that generators write. */
export function readDefinitions(path: string): KubeObject[] {
  return yamlFiles(path).flatMap((file) => {
    const documents = parseAllDocuments(readFileSync(file, "utf8"), { version: "1.2" });
    return documents.map((document) => withoutStatus(document.toJS())).filter(isDefinition);
  });
}

function yamlFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  return names.sort().map((name) => join(path, name));
}

function withoutStatus(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const { status: _status, ...rest } = value;
  return rest;
}

function isDefinition(value: unknown): value is KubeObject {
  return isJsonObject(value) && value["kind"] === "CustomResourceDefinition" && isJsonObject(value["metadata"]);
}
