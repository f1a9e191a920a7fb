/** Search spaces: parameters and what values they can take. */

import { z } from "zod";
import type { JsonObject } from "#lib/core/json";
import type { SettingsOf } from "#lib/kube/props";

const range = {
  /** Least value. */
  min: z.number(),
  /** Greatest value. */
  max: z.number(),
  /** Distance between values. @default 1 for `int`, none for `double` */
  step: z.number().positive().optional(),
  /** How values are drawn. @default "uniform" */
  distribution: z.enum(["uniform", "logUniform", "normal", "logNormal"]).default("uniform"),
};

/** Values that one parameter can take. */
export const parameterSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("int"), ...range, min: z.int(), max: z.int(), step: z.int().positive().optional() }),
  z.strictObject({ type: z.literal("double"), ...range }),
  z.strictObject({
    type: z.literal("categorical"),
    /** The values. */
    values: z.array(z.string().min(1)).min(1),
  }),
  z.strictObject({
    type: z.literal("discrete"),
    /** The values. */
    values: z.array(z.number()).min(1),
  }),
]);

/** Settings of a parameter. */
export type Parameter = SettingsOf<typeof parameterSchema>;

/** Parameters as Katib writes them: numbers are texts. */
export function parameterSpecs(parameters: Readonly<Record<string, Parameter>>): JsonObject[] {
  return Object.entries(parameters).map(([name, parameter]) => ({
    name,
    parameterType: parameter.type,
    feasibleSpace: feasibleSpace(parameter),
  }));
}

function feasibleSpace(parameter: Parameter): JsonObject {
  switch (parameter.type) {
    case "int":
    case "double": {
      const { min, max, step, distribution } = parameter;
      return { min: `${min}`, max: `${max}`, ...(step !== undefined && { step: `${step}` }), distribution };
    }
    case "categorical":
    case "discrete":
      // The webhook writes it for lists, too. Source: Katib v0.19.0, experiment_defaults.go, setDefaultParameterDistribution.
      return { list: parameter.values.map(String), distribution: "uniform" };
  }
}

/** How many values a parameter can take; `undefined` where nothing counts them. */
export function countOf(parameter: Parameter): number | undefined {
  switch (parameter.type) {
    case "int":
      return Math.floor((parameter.max - parameter.min) / (parameter.step ?? 1)) + 1;
    case "double":
      // A bit is lost where the step divides the range.
      return parameter.step === undefined ? undefined : Math.floor((parameter.max - parameter.min) / parameter.step + 1e-9) + 1;
    case "categorical":
    case "discrete":
      return parameter.values.length;
  }
}
