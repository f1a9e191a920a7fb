/** Names for objects whose program gave none. */

import { createHash, randomBytes } from "node:crypto";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { ANNOTATION, annotationOf, nameOf, withAnnotation, withMetadata } from "./kube-fields";
import { isUnknown } from "./properties";

/** How the engine wants names to be made; absent: as ever. */
export interface Autonaming {
  /** `propose`: a proposed name that we may change; `enforce`: must be taken; `disable`: a name must be given. */
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

/** What a name is made from. */
export interface NameSource {
  /** The resource's name in the program. */
  readonly resource: string;
  /** Given by the engine, so that a preview and the update after it agree. */
  readonly seed: Uint8Array;
  readonly autonaming?: Autonaming;
}

/** Hex digits after the name; Pulumi's own choice. */
const DIGITS = 7;

/** The inputs with a name: their own, that of the old object if it was made up, or a new one. */
export function named(inputs: JsonObject, old: JsonObject, source: NameSource): JsonObject {
  const { name, generateName } = isJsonObject(inputs["metadata"]) ? inputs["metadata"] : {};
  const unnamed = nameOf(inputs) === "" && generateName === undefined;
  if (!unnamed || isUnknown(name) || isUnknown(inputs["metadata"])) return inputs;
  if (Object.keys(old).length === 0) return autonamed(inputs, newName(source));
  return annotationOf(old, ANNOTATION.autonamed) === "true" ? autonamed(inputs, nameOf(old)) : inputs;
}

/** Was the name of this object made up? */
export function isAutonamed(object: JsonObject): boolean {
  return annotationOf(object, ANNOTATION.autonamed) === "true";
}

/** A manager name for server-side apply, unique to one resource. */
export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}

function newName({ resource, seed, autonaming }: NameSource): string {
  if (autonaming?.mode === "disable") throw new Error("autonaming is disabled: set metadata.name");
  if (autonaming && autonaming.proposedName !== "") return autonaming.proposedName;
  const random = seed.length > 0 ? createHash("sha256").update(seed).digest() : randomBytes(DIGITS);
  return `${resource}-${random.toString("hex").slice(0, DIGITS)}`;
}

function autonamed(inputs: JsonObject, name: string): JsonObject {
  return withAnnotation(withMetadata(inputs, { name }), ANNOTATION.autonamed, "true");
}
