/** What the engine asks for and is answered, without its wire format. */

import type { JsonObject } from "#lib/core/json";
import type { Autonaming } from "./naming";

/** Inputs to be checked. */
export interface CheckCall {
  readonly urn: string;
  readonly olds: JsonObject;
  readonly news: JsonObject;
  readonly seed: Uint8Array;
  readonly autonaming?: Autonaming;
}

/** Checked inputs, or what is wrong with them. */
export interface CheckAnswer {
  readonly inputs: JsonObject;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** A state to be compared with inputs. */
export interface DiffCall {
  readonly urn: string;
  readonly id: string;
  readonly olds: JsonObject;
  readonly news: JsonObject;
  readonly ignoreChanges: readonly string[];
}

/** How one field changes. */
export interface FieldChange {
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

/** What would change. */
export interface DiffAnswer {
  readonly changed: boolean;
  /** By field path. */
  readonly fields: ReadonlyMap<string, FieldChange>;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** An object to be made. */
export interface CreateCall {
  readonly urn: string;
  readonly properties: JsonObject;
  readonly timeoutSeconds: number;
  readonly preview: boolean;
}

/** An object to be changed. */
export interface UpdateCall extends Omit<DiffCall, "ignoreChanges"> {
  readonly timeoutSeconds: number;
  readonly preview: boolean;
  readonly ignoreChanges: readonly string[];
}

/** An object to be read: known by its state, or by its id alone. */
export interface ReadCall {
  readonly urn: string;
  readonly id: string;
  readonly properties: JsonObject;
  readonly inputs: JsonObject;
}

/** What was read; an empty id means that it is gone. */
export interface ReadAnswer {
  readonly id: string;
  readonly properties: JsonObject;
  readonly inputs: JsonObject;
}

/** An object to be deleted. */
export interface DeleteCall {
  readonly urn: string;
  readonly id: string;
  readonly properties: JsonObject;
  readonly timeoutSeconds: number;
}

/** Id and outputs of a resource. */
export interface ResourceAnswer {
  readonly id: string;
  readonly properties: JsonObject;
}

/** The resource exists, but is not what it should be: the engine keeps its state and mends it next time. */
export class PartialFailure extends Error {
  public constructor(
    message: string,
    public readonly resource: ResourceAnswer,
    /** What is wrong, one line each. */
    public readonly reasons: readonly string[] = [message],
    /** Inputs found while reading. */
    public readonly inputs?: JsonObject,
  ) {
    super(message);
    this.name = "PartialFailure";
  }
}
