/** How the program ends for a reason that its user can mend. */

import { RunError } from "@pulumi/pulumi";

/**
 * The error for a run that cannot go on: one message, which says what to do. Once the program has registered everything and waits, the SDK
 * prints the stack trace of each error that has one, a `RunError` too. Source: Pulumi SDK 3.248, cmd/run/index.ts, `uncaughtHandler`.
 */
export function refusal(message: string): RunError {
  const error = new RunError(message);
  delete error.stack;
  return error;
}
