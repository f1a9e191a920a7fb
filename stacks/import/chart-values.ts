/** What a chart's files say of its values, as one tree of names and kinds of default. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";

/** The files of a chart that name values. */
export interface ChartFiles {
  readonly values: JsonObject;
  /** Paths that templates read though nothing gives them a default. */
  readonly templateOnly: readonly string[];
  readonly schema?: JsonObject;
}

type Tree = { [key: string]: JsonValue | undefined };

/**
 * The tree of a chart: see `KnownValues` of lib/kube/chart-values.
 *
 * @param inner trees of the charts inside it, by the name under which their values stand
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

/** Does the chart refuse names that it does not know? */
export function isStrict(schema: JsonObject | undefined): boolean {
  return schema !== undefined && rootSchema(schema)["additionalProperties"] === false;
}

/** Maps under these names are handed to Kubernetes as they are. */
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

/** Adds what only `other` names; where both name something, the first one's word stands. */
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

/** A name below a list or a map that is passed through whole needs no entry of its own. */
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

/** `a."b.c".d` in its parts; what follows a list index is left out. */
function splitPath(path: string): string[] {
  const [names = ""] = path.split("[");
  return [...names.matchAll(/"([^"]*)"|([^."]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Schemas of values may refer to themselves (a JSON value in a JSON value). */
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

/** A schema, or what its `$ref` points to inside the same document. */
function resolve(schema: JsonValue, root: JsonObject): JsonObject {
  if (!isJsonObject(schema)) return {};
  const pointer = schema["$ref"];
  if (typeof pointer !== "string" || !pointer.startsWith("#/")) return schema;
  const target = valueAt(root, pointer.slice(2).split("/"));
  return isJsonObject(target) ? target : {};
}
