/**
 * When an object is ready and when it has failed: one row per kind, the source of the waitFor annotation, Argo CD and Flux
 * health, live status and simulator stages.
 */

import type { JsonObject } from "#lib/core/json";
import type { GroupKind } from "./object";

/** A test of an object's status. */
export type StatusTest =
  /** A condition in `.status.conditions`. */
  | { readonly type: "condition"; readonly name: string; readonly status: "True" | "False" }
  /** A field has one of these values. `path` starts with `.status.`. */
  | { readonly type: "field"; readonly path: `.status.${string}`; readonly anyOf: readonly string[] };

/** What an operator copies from the spec into the status: a field of the spec, or the sum of a field over a list of the spec. */
export type FromSpec = { readonly field: string; readonly otherwise: string | number } | { readonly list: string; readonly sumOf: string };

/** A state of a simulated custom resource. */
export interface SimulatedState {
  /** Kebab-case name, unique in the row. */
  readonly name: string;
  /** Status of the object while in this state. */
  readonly status: JsonObject;
  /** Fields of the status that repeat the spec. They do not tell one state from another. @default none */
  readonly fromSpec?: Readonly<Record<string, FromSpec>>;
  /** Seconds in the previous state. */
  readonly afterSeconds: number;
}

/** The readiness row of one kind. */
export interface Readiness {
  /** Ready when all hold. Empty: ready as soon as it exists. */
  readonly ready: readonly StatusTest[];
  /**
   * Held back on purpose when any holds, such as by a queue: that counts as ready, as nobody knows for how long.
   *
   * @default never
   */
  readonly held?: readonly StatusTest[];
  /** Failed when any holds. */
  readonly failed: readonly StatusTest[];
  /**
   * Field with the operator's error. While it is set and the status is of an older generation, the operator has refused the spec.
   *
   * @default a status of an older generation is only waited for
   */
  readonly refusedBy?: `.status.${string}`;
  /** Is `status.observedGeneration` that of another object, so that it tells nothing about this one? @default false */
  readonly observesOther?: boolean;
  /** States the simulator walks through, in order; the last one passes `ready`. Absent for built-in kinds. */
  readonly simulated?: readonly SimulatedState[];
  /** The state the simulator enters instead of the last one when asked to fail; passes `failed`. */
  readonly simulatedFailure?: SimulatedState;
  /** Where upstream defines these fields. */
  readonly source: string;
}

/** Readiness rows by group and kind. */
export type ReadinessTable = ReadonlyMap<GroupKind, Readiness>;
