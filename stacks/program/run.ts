/** The program of every stack: its name is that of an environment file, which becomes a `Beamstack`. */

import { getStack } from "@pulumi/pulumi";
import { formatProblem } from "#lib/core/problem";
import { Beamstack, type BeamstackOutputs } from "../beamstack";
import { loadEnvironment } from "../environments";
import { refusal } from "./refusal";
import { isRehearsal } from "./rehearsal";

/** Deploys the environment named like the stack. @returns the outputs of the stack */
export function runProgram(): BeamstackOutputs {
  const resolved = loadEnvironment(getStack(), { rehearse: isRehearsal(process.env) });
  if (!resolved.ok) throw refusal(resolved.problems.map(formatProblem).join("\n"));
  return new Beamstack(resolved.value.environment.name, { environment: resolved.value }).outputs;
}
