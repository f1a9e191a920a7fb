/** Props that the operators of all products share. */

import { z } from "zod";
import type { Problem } from "#lib/core/problem";
import { existingProblems, existingSchema, type Installation } from "./existing";
import type { ComponentPin } from "./pin";

/** Props of every operator. `resources` is not among them: its defaults differ, and so does its documentation. */
export const existingProp = {
  /** Uses an installation that is on the cluster already: `true`, or its namespace and version. Nothing of it is created; other props of the operator are rejected. @default installed by this environment */
  existing: existingSchema.optional(),
};

/** Props of an operator that can run several pods. */
export const operatorProps = {
  ...existingProp,
  /** Operator pods; more than one elect a leader and get a disruption budget. @default 1 */
  replicas: z.int().min(1).max(5).default(1),
};

/** Settings of every operator. */
export interface OperatorSettings {
  readonly existing?: true | Installation | undefined;
  /** @default one pod: the operator can have no more */
  readonly replicas?: number;
}

/** What the checks of an operator's settings look at. */
export interface OperatorChecks<S> {
  readonly schema: z.ZodObject;
  readonly pin: ComponentPin;
  /** Props that also mean something to an operator that exists. @default none */
  readonly keeps?: readonly string[];
  /** Rules of an operator that this environment installs. @default none */
  readonly installed?: (settings: S, path: string) => readonly Problem[];
}

/** Checks of an operator's settings: rules of an installation that exists, or those of one that is ours. */
export function operatorChecks<S extends OperatorSettings & Readonly<Record<string, unknown>>>(options: OperatorChecks<S>) {
  const { schema, pin, keeps = [], installed } = options;
  return (settings: S, path: string): Problem[] => [
    ...existingProblems(schema, settings, { pin, path, keeps }),
    ...(settings.existing === undefined ? (installed?.(settings, path) ?? []) : []),
  ];
}
