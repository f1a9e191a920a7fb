/** Asks before something is changed. */

import { createInterface, type Interface } from "node:readline/promises";
import { codeOf } from "../local/local-error";
import { CommandError, EXIT } from "./exit-codes";
import type { Output } from "./output";

/**
 * Waits for a yes. Pulumi's rule: where nobody can answer, `--yes` must be given.
 *
 * @throws CommandError where the answer is no, or cannot be given
 */
export async function confirm(question: string, output: Output): Promise<void> {
  if (!canAsk(output)) throw new CommandError(EXIT.configuration, "nobody is there to confirm the change", "give --yes");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await answerOf(reader, `${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(EXIT.cancelled, "not confirmed", "nothing was changed");
  } finally {
    reader.close();
  }
}

/** Ctrl-C and the end of the input are a no. */
async function answerOf(reader: Interface, question: string): Promise<string> {
  try {
    return await reader.question(question);
  } catch (thrown) {
    if (codeOf(thrown) === "ABORT_ERR") return "";
    throw thrown;
  }
}

/** Is there a person at a terminal? */
export function canAsk(output: Output): boolean {
  return !output.json && process.stdin.isTTY === true && output.terminal.stderr.isTTY === true;
}
