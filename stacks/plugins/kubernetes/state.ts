/**
 * The shape in which pulumi-kubernetes keeps a resource: the live object, and beside it `__inputs`, `__initialApiVersion`
 * and `__fieldManager`. Kept exactly, so that either provider can take a stack over from the other.
 */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { textAt, withMetadata } from "./kube-fields";
import { annotateSecrets, dashed, isSecret, makeSecret, plain, underscored } from "./properties";

/** What the state holds besides the live object. */
export interface Checkpoint {
  /** What the program gave, as the API server spells it. */
  readonly inputs: JsonObject;
  /** The object as it was last seen. */
  readonly live: JsonObject;
  /** The program's inputs with their secrets marked. */
  readonly marked: JsonObject;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

/** An old state, taken apart. */
export interface OldState {
  readonly inputs: JsonObject;
  readonly live: JsonObject;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

/** The outputs of a resource. Field ownership is left out: it is most of an object's bytes and is read live when needed. */
export function checkpoint({ inputs, live, marked, initialApiVersion, fieldManager }: Checkpoint): JsonObject {
  const seen = underscored(withMetadata(live, { managedFields: undefined }));
  return {
    ...markedData(annotateSecrets(seen, marked), marked),
    __inputs: annotateSecrets(underscored(inputs), marked),
    __initialApiVersion: initialApiVersion,
    __fieldManager: fieldManager,
  };
}

/** Takes the outputs of a resource apart. */
export function parseCheckpoint(outputs: JsonObject): OldState {
  const { __inputs, __initialApiVersion, __fieldManager, ...live } = dashed(plain(outputs));
  const inputs = isJsonObject(__inputs) ? __inputs : {};
  return {
    inputs,
    live,
    initialApiVersion: textAt({ __initialApiVersion }, "__initialApiVersion") || textAt(inputs, "apiVersion"),
    fieldManager: textAt({ __fieldManager }, "__fieldManager"),
  };
}

/** The inputs as the API server spells them. */
export function kubeInputs(properties: JsonObject): JsonObject {
  return dashed(plain(properties));
}

/** The live object of a dry run: it has no status worth showing. */
export function withoutStatus(object: KubeObject): JsonObject {
  const { status, ...rest } = object;
  return rest;
}

/** The server moves `stringData` into `data`: what was secret there is secret here. Other kinds have no such field. */
function markedData(live: JsonObject, marked: JsonObject): JsonObject {
  const { stringData } = marked;
  const data = live["data"];
  if (live["kind"] !== "Secret" || data === undefined || isSecret(data) || stringData === undefined) return live;
  return { ...live, data: makeSecret(data) };
}
