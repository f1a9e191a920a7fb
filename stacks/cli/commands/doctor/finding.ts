/** What `doctor` finds out: one line a question. */

/** The answer to one question. */
export interface Finding {
  /** Stable id, `<area>.<question>`. */
  readonly id: string;
  readonly state: "ok" | "warning" | "failed";
  /** What is the case, one line. */
  readonly said: string;
  /** Why it matters. */
  readonly why: string;
  /** The command, or the change, that mends it. @default nothing to mend */
  readonly fix?: string;
}

/** A question. */
export interface Question {
  readonly id: string;
  readonly why: string;
  /** What mends it, where the answer names nothing better. */
  readonly fix: string;
  readonly ask: () => Promise<Answer> | Answer;
}

/** The answer without what the question says of itself. */
export interface Answer {
  readonly state: Finding["state"];
  readonly said: string;
  /** @default the question's */
  readonly fix?: string;
}

/** All is well. */
export function ok(said: string): Answer {
  return { state: "ok", said };
}

/** It works, but less well, or only for now. */
export function warning(said: string, fix?: string): Answer {
  return { state: "warning", said, ...(fix !== undefined && { fix }) };
}

/** It will not work. */
export function failed(said: string, fix?: string): Answer {
  return { state: "failed", said, ...(fix !== undefined && { fix }) };
}

/** Asks one question; an error is an answer too. */
export async function answered({ id, why, fix, ask }: Question): Promise<Finding> {
  const answer = await tried(ask);
  return { id, why, state: answer.state, said: answer.said, ...(answer.state !== "ok" && { fix: answer.fix ?? fix }) };
}

async function tried(ask: Question["ask"]): Promise<Answer> {
  try {
    return await ask();
  } catch (thrown) {
    return failed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
