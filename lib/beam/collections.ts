/** Transforms of collections in a pipeline file: known by name, checked against the schema of their class, and declared in what is submitted. */

import { isJsonObject } from "#lib/core/json";
import type { CollectionLock } from "#lib/kube/transform-collection";
import { type BeamPipelineDocument, readDocument } from "./document";
import type { Finding } from "./finding";
import { NO_SITE, type ValueSite } from "./node";
import { schemaFaults } from "./pipeline-schema";
import { bindingName } from "./secrets";
import type { TransformSite } from "./shape";
import { flowYaml, type YamlMap } from "./yaml-text";

/** A collection as a pipeline sees it. */
export interface PipelineCollection {
  readonly name: string;
  readonly lock: CollectionLock;
}

/** The file with what the collections declare, as if it declared it itself. */
export function withCollections(document: BeamPipelineDocument, collections: readonly PipelineCollection[]): BeamPipelineDocument {
  if (collections.length === 0) return document;
  const declared = collections.map(({ name, lock }) => ({
    path: [],
    site: NO_SITE,
    type: "python",
    transforms: classesOf(lock),
    packages: false,
    collection: name,
  }));
  return { ...document, providers: [...document.providers, ...declared] };
}

function classesOf({ transforms }: CollectionLock): Record<string, string> {
  return Object.fromEntries(Object.entries(transforms).map(([name, each]) => [name, each.class]));
}

/** What is wrong with the transforms of collections in the file. */
export function collectionFindings(document: BeamPipelineDocument, collections: readonly PipelineCollection[]): Finding[] {
  return [...declaredTwice(document, collections), ...configFindings(document, collections)];
}

/** Beam takes the first, and says nothing. */
function declaredTwice(document: BeamPipelineDocument, collections: readonly PipelineCollection[]): Finding[] {
  const own = document.providers.filter(({ collection }) => collection === undefined);
  return collections.flatMap(({ name: collection, lock }, position) => {
    const before = collections.slice(0, position);
    return Object.keys(lock.transforms).flatMap((name) => {
      const provider = own.find(({ transforms }) => Object.hasOwn(transforms, name));
      const other = before.find((each) => Object.hasOwn(each.lock.transforms, name));
      if (!provider && !other) return [];
      return [
        {
          id: "beam.transform-declared-twice",
          start: provider?.site.start ?? 0,
          got: `the transform ${name} of the collection ${collection}, which ${other ? `the collection ${other.name}` : "a provider of the file"} declares, too`,
          allowed: "each transform once",
          fix: "remove one of them, or lock the collection with another name for it",
          severity: "error" as const,
        },
      ];
    });
  });
}

/** Beam calls the class with the config as arguments: what its schema refuses fails while the file is expanded. */
function configFindings(document: BeamPipelineDocument, collections: readonly PipelineCollection[]): Finding[] {
  const schemas = new Map(collections.flatMap(({ lock }) => Object.entries(lock.transforms)));
  return document.transforms.flatMap((transform) => {
    const known = schemas.get(transform.type ?? "");
    return known ? faultsOfConfig(document, transform, known.schema) : [];
  });
}

/** Fields that Beam takes away before a class sees its config. Source: Beam 2.77, yaml_transform.py. */
const TAKEN = { output_schema: {}, dependencies: {} } as const;

function faultsOfConfig(document: BeamPipelineDocument, { type = "", site }: TransformSite, schema: YamlMap): Finding[] {
  const given = site.entries.get("config");
  const config = given === undefined || given.scalar === null ? { ...NO_SITE, ...noConfig(site) } : given;
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const whole = { ...schema, properties: { ...properties, ...TAKEN } };
  return schemaFaults(config, whole, document.complete).map((fault) => {
    const at = document.values.find(({ start }) => start === fault.start);
    return {
      ...fault,
      id: "beam.collection-config",
      got: `${fault.got}, in the config of ${type}`,
      ...(at && { name: bindingName(document, at.path) }),
      severity: "error" as const,
    };
  });
}

function noConfig({ path, start, end }: ValueSite) {
  return { kind: "map" as const, path: [...path, "config"], start, end };
}

/** The text of a file with a provider for each collection; `undefined` where Jinja makes the file, so that nobody knows where they belong. */
export function declareCollections(text: string, collections: readonly PipelineCollection[]): string | undefined {
  if (collections.length === 0) return text;
  const document = readDocument(text);
  const { root, form, complete } = document;
  const given = root?.entries.get("providers");
  if (form !== "yaml" || root?.kind !== "map" || !(complete || given)) return undefined;
  const items = collections.map(({ lock }) => flowYaml(providerOf(lock)));
  const declared = put(text, given ? insideOf(text, given, items) : besides(text, root, items));
  return declaresAll(declared, document.providers.length, collections) ? declared : undefined;
}

/** The provider of a collection, as an entry of `providers`. */
export function providerOf(lock: CollectionLock) {
  return { type: "python", config: {}, transforms: classesOf(lock) };
}

interface Insertion {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function put(text: string, { start, end, text: piece }: Insertion): string {
  return text.slice(0, start) + piece + text.slice(end);
}

/** Before the first provider that there is. */
function insideOf(text: string, given: ValueSite, items: readonly string[]): Insertion {
  const { start, end } = given;
  if (given.kind !== "list") return { start, end, text: ` [${items.join(", ")}]` };
  const list = text[start] === "[";
  if (list) return { start: start + 1, end: start + 1, text: `${items.join(", ")}${given.items.length > 0 ? ", " : ""}` };
  const indent = " ".repeat(start - text.lastIndexOf("\n", start - 1) - 1);
  return { start, end: start, text: items.map((item) => `- ${item}\n${indent}`).join("") };
}

/** Behind the last key, so that no line of the file moves. */
function besides(text: string, root: ValueSite, items: readonly string[]): Insertion {
  const value = `[${items.join(", ")}]`;
  if (text[root.start] === "{") return { start: root.start + 1, end: root.start + 1, text: `providers: ${value}, ` };
  const indent = " ".repeat(root.start - text.lastIndexOf("\n", root.start - 1) - 1);
  const line = text.slice(0, root.end).endsWith("\n") ? "" : "\n";
  return { start: root.end, end: root.end, text: `${line}${indent}providers: ${value}\n` };
}

/** Does the file read as it is meant: with all that it had, and the collections? */
function declaresAll(text: string, before: number, collections: readonly PipelineCollection[]): boolean {
  const { form, providers } = readDocument(text);
  const names = new Set(providers.flatMap(({ transforms }) => Object.keys(transforms)));
  const declared = collections.every(({ lock }) => Object.keys(lock.transforms).every((name) => names.has(name)));
  return form === "yaml" && declared && providers.length === before + collections.length;
}
