/** Findings of `doctor`: one line per check. */

/** Result of one check. */
export interface Finding {
  /** Stable id, `<area>.<question>`. */
  readonly id: string;
  readonly state: "ok" | "warning" | "failed";
  /** What was found, one line. */
  readonly said: string;
  /** Why it matters. */
  readonly why: string;
  /** The command or change that fixes it. @default nothing to fix */
  readonly fix?: string;
}

/** A check. */
export interface Question {
  readonly id: string;
  readonly why: string;
  /** The fix, unless the result names a better one. */
  readonly fix: string;
  readonly ask: () => Promise<Answer> | Answer;
}

/** The result without the fields that its check provides. */
export interface Answer {
  readonly state: Finding["state"];
  readonly said: string;
  /** @default the check's */
  readonly fix?: string;
}

/** Passed. */
export function ok(said: string): Answer {
  return { state: "ok", said };
}

/** Works with limitations. */
export function warning(said: string, fix?: string): Answer {
  return { state: "warning", said, ...(fix !== undefined && { fix }) };
}

/** A run will fail. */
export function failed(said: string, fix?: string): Answer {
  return { state: "failed", said, ...(fix !== undefined && { fix }) };
}

/** Runs one check; an error is a result too. */
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
