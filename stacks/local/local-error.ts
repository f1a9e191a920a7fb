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

/** What to do about a failed call of the system. */
const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: "free space there, then run the command again, which continues",
  EDQUOT: "free space of your quota, then run the command again, which continues",
  EROFS: "set BEAMSTACK_IAC_HOME, XDG_CACHE_HOME and TMPDIR to folders on a disk that you can write to",
  EACCES: "give yourself the right, or set BEAMSTACK_IAC_HOME, XDG_CACHE_HOME and TMPDIR to folders of your own",
  EPERM: "give yourself the right, or set BEAMSTACK_IAC_HOME, XDG_CACHE_HOME and TMPDIR to folders of your own",
  EMFILE: "raise the limit of open files (ulimit -n)",
};

/** A failed call of the system that the user can do something about; `undefined` for anything else. */
export function systemError(thrown: unknown): LocalError | undefined {
  const fix = FIXES[codeOf(thrown) ?? ""];
  return fix !== undefined && isSystemError(thrown) ? new LocalError(thrown.message, fix) : undefined;
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return typeof thrown === "object" && thrown !== null && "syscall" in thrown && "message" in thrown;
}

/** The system's code of a failed call, such as `ENOENT`. By shape, since errors of another realm are no `Error` here. */
export function codeOf(thrown: unknown): string | undefined {
  const has = typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string";
  return has ? String(thrown.code) : undefined;
}
