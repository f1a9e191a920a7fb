/** Asks before a change. */

import { createInterface, type Interface } from "node:readline/promises";
import { codeOf } from "../local/local-error";
import { CommandError, EXIT } from "./exit-codes";
import type { Output } from "./output";

/**
 * Waits for a yes. As with Pulumi, `--yes` is required without a terminal.
 *
 * @throws CommandError if the answer is no, or no answer is possible
 */
export async function confirm(question: string, output: Output): Promise<void> {
  if (!canAsk(output))
    throw new CommandError(EXIT.configuration, "the change needs a confirmation, and there is no terminal", "give --yes");
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await answerOf(reader, `${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(EXIT.cancelled, "not confirmed", "nothing was changed");
  } finally {
    reader.close();
  }
}

/** Ctrl-C and the end of the input mean no. */
async function answerOf(reader: Interface, question: string): Promise<string> {
  try {
    return await reader.question(question);
  } catch (thrown) {
    if (codeOf(thrown) === "ABORT_ERR") return "";
    throw thrown;
  }
}

/** Whether input and output are a terminal. */
export function canAsk(output: Output): boolean {
  return !output.json && process.stdin.isTTY === true && output.terminal.stderr.isTTY === true;
}
