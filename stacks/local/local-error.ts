/** Errors of this machine: said in one line, with the next action. */

/** Something on this machine stands in the way. Shown without a stack. */
export class LocalError extends Error {
  public constructor(
    /** What went wrong, lower case, one line. */
    public readonly what: string,
    /** What to do next. */
    public readonly next: string,
  ) {
    super(`${what}; ${next}`);
    this.name = "LocalError";
  }
}

/** The text of anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's code of a failed call, such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}
