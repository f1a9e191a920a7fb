/** Errors of this machine: one line, with the next action. */

/** A failed precondition on this machine. Shown without a stack. */
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

/** The system's code of a failed call, such as `ENOENT`. By shape, since errors of another realm are no `Error` here. */
export function codeOf(thrown: unknown): string | undefined {
  const has = typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string";
  return has ? String(thrown.code) : undefined;
}
