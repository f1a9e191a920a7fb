/** Reads the value names of a chart's files as one tree of names and kinds of default. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";

/** The files of a chart that name values. */
export interface ChartFiles {
  readonly values: JsonObject;
  /** Paths that templates read although no file gives them a default. */
  readonly templateOnly: readonly string[];
  readonly schema?: JsonObject;
}

type Tree = { [key: string]: JsonValue | undefined };

/**
 * The tree of a chart: see `KnownValues` of lib/kube/chart-values.
 *
 * @param inner trees of the subcharts, by the key of their values
 */
export function chartTree(
  files: ChartFiles,
  free: readonly (readonly string[])[] = [],
  inner: ReadonlyMap<string, JsonObject> = new Map(),
) {
  const tree = treeOf(files.values);
  if (files.schema) mergeTree(tree, schemaTree(rootSchema(files.schema), files.schema, 0));
  for (const [name, own] of inner) mergeTree(tree, { [name]: { enabled: "named", global: "any", ...own } });
  for (const path of files.templateOnly) addNamed(tree, splitPath(path));
  for (const path of free) setAt(tree, path, "any");
  return tree;
}

/** Whether the chart rejects unknown values. */
export function isStrict(schema: JsonObject | undefined): boolean {
  return schema !== undefined && rootSchema(schema)["additionalProperties"] === false;
}

/** Maps under these names are passed to Kubernetes unchanged. */
const WHOLE = /(labels|annotations|resources|affinity|securitycontext|nodeselector|strategy)$/i;

function treeOf(values: JsonObject): Tree {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, nodeOf(key, value ?? null)]));
}

function nodeOf(key: string, value: JsonValue): JsonValue {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (!isJsonObject(value)) return typeof value;
  return WHOLE.test(key) || Object.keys(value).length === 0 ? "any" : treeOf(value);
}

/** Adds names that only `other` has; where both have one, the first tree wins. */
function mergeTree(tree: Tree, other: JsonObject): void {
  for (const [key, value] of Object.entries(other)) {
    const own = tree[key];
    if (value === undefined) continue;
    if (own === undefined) tree[key] = value;
    else if (isJsonObject(own) && isJsonObject(value)) {
      const merged: Tree = { ...own };
      mergeTree(merged, value);
      tree[key] = merged;
    }
  }
}

/** Names below a list or a map that is passed through need no entry. */
function addNamed(tree: Tree, path: readonly string[]): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  mergeTree(tree, { [first]: rest.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), "named") });
}

function setAt(tree: Tree, path: readonly string[], word: string): void {
  const [first = "", ...rest] = path;
  const own = tree[first];
  if (rest.length === 0) tree[first] = word;
  else {
    const inner: Tree = isJsonObject(own) ? { ...own } : {};
    setAt(inner, rest, word);
    tree[first] = inner;
  }
}

/** Splits `a."b.c".d` into its parts; drops everything after a list index. */
function splitPath(path: string): string[] {
  const [names = ""] = path.split("[");
  return [...names.matchAll(/"([^"]*)"|([^."]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Schemas of values may be recursive (a JSON value in a JSON value). */
const DEEPEST = 12;

function schemaTree(schema: JsonObject, root: JsonObject, depth: number): Tree {
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const named = Object.entries(properties).filter(([, inner]) => isJsonObject(inner));
  return Object.fromEntries(named.map(([key, inner]) => [key, schemaNode(resolve(inner ?? {}, root), root, depth)]));
}

function schemaNode(schema: JsonObject, root: JsonObject, depth: number): JsonValue {
  const inner = depth < DEEPEST ? schemaTree(schema, root, depth + 1) : {};
  return Object.keys(inner).length > 0 ? inner : "named";
}

function rootSchema(schema: JsonObject): JsonObject {
  return resolve(schema, schema);
}

/** Resolves a `$ref` inside the same document. */
function resolve(schema: JsonValue, root: JsonObject): JsonObject {
  if (!isJsonObject(schema)) return {};
  const pointer = schema["$ref"];
  if (typeof pointer !== "string" || !pointer.startsWith("#/")) return schema;
  const target = valueAt(root, pointer.slice(2).split("/"));
  return isJsonObject(target) ? target : {};
}
