/** Exit codes of every command: Pulumi's table (since 3.226.1), so that scripts handle both in the same way. */

import { ConfigError } from "#lib/core/problem";
import { KubeconfigError } from "../cluster/access";
import { ApiError, ConnectionError, NoMatchError } from "../cluster/api-error";
import { LocalError } from "../local/local-error";

/** Name and number of each exit code. */
export const EXIT = {
  ok: 0,
  other: 1,
  configuration: 2,
  authentication: 3,
  resource: 4,
  policy: 5,
  stackNotFound: 6,
  noChanges: 7,
  cancelled: 8,
  timeout: 9,
  internal: 255,
} as const;

/** When a command ends with each code. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "success",
  other: "an error of no other kind: the machine, the engine, an unreachable cluster; `doctor` found a failure",
  configuration: "wrong arguments, environment file, kubeconfig or settings; nothing was changed",
  authentication: "the cluster or the backend refuses the credentials or the permission",
  resource: "an object could not be changed; `status`: not everything is ready",
  policy: "a Pulumi policy refuses the change",
  stackNotFound: "the environment was never brought up, or was removed",
  noChanges: "`--expect-no-changes`, and something changed or would",
  cancelled: "not confirmed, or stopped by a signal",
  timeout: "an object did not become ready in time",
  internal: "a fault of the program, with a stack trace",
};

/** One of {@link EXIT}'s numbers. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot do what was requested. Shown in one line, without a stack. */
export class CommandError extends Error {
  public constructor(
    public readonly exitCode: ExitCode,
    /** What went wrong, lower case, one line. */
    public readonly what: string,
    /** What to do next. */
    public readonly next: string,
    options?: ErrorOptions,
  ) {
    super(`${what}; ${next}`, options);
    this.name = "CommandError";
  }
}

/** The exit code of `thrown`; {@link EXIT.internal} for unexpected errors. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof CommandError) return thrown.exitCode;
  if (thrown instanceof ConfigError || thrown instanceof KubeconfigError) return EXIT.configuration;
  if (thrown instanceof ApiError) return thrown.status === 401 || thrown.status === 403 ? EXIT.authentication : EXIT.resource;
  if (thrown instanceof LocalError || thrown instanceof ConnectionError || thrown instanceof NoMatchError) return EXIT.other;
  return EXIT.internal;
}
