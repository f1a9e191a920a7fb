/** Asks before something is changed. */

import { createInterface } from "node:readline/promises";
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
    const answer = await reader.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(EXIT.cancelled, "not confirmed", "nothing was changed");
  } finally {
    reader.close();
  }
}

/** Is there a person at a terminal? */
export function canAsk(output: Output): boolean {
  return !output.json && process.stdin.isTTY === true && output.terminal.stderr.isTTY === true;
}
