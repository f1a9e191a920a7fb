/** Output of a command: data on stdout, everything else on stderr, one JSON document with `--json`. */

import { createColors } from "picocolors";
import type { JsonObject } from "#lib/core/json";
import { ConfigError, isError, type Problem } from "#lib/core/problem";
import { systemError } from "../local/local-error";
import { type Progress, progressLine } from "../local/progress";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-codes";
import { locatedPath } from "./located";

/** Version of every JSON document that a command prints. */
export const API_VERSION = "beamstack-iac/v1";

/** A stream of text. */
export interface TextStream {
  write(text: string): unknown;
  /** @default not a terminal */
  readonly isTTY?: boolean;
  /** Columns of a terminal. @default unlimited */
  readonly columns?: number;
}

/** The streams and variables of a command: the process's own, or those of a test. */
export interface Terminal {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sets the exit code of the process. */
  exit(code: ExitCode): void;
}

/** The process's own streams. The exit code is set, not forced, so that a pipe receives all of stdout. */
export const processTerminal: Terminal = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  exit: (code) => {
    process.exitCode = code;
  },
};

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** Colours of a stream; each function returns its text unchanged if colours are off. */
export type Colors = ReturnType<typeof createColors>;

/** The output of an action. */
export interface Output {
  readonly json: boolean;
  readonly terminal: Terminal;
  /** Colours for {@link Output.result}. */
  readonly colors: Colors;
  /** Prints the result, once per run: `body` as a document of this kind with `--json`, else `text()`. */
  result(kind: string, body: JsonObject, text: () => string): void;
  /** Progress, one line on stderr. */
  note(line: string): void;
  /** Problems on stderr; errors of a failed run go through a thrown `ConfigError` instead. */
  problems(problems: readonly Problem[]): void;
  /** Sets the exit code of the process. */
  exit(code: ExitCode): void;
}

/** Colours on terminals only, not dumb ones, and only if NO_COLOR (no-color.org) is unset or empty. */
export function colorsFor(stream: TextStream, env: Terminal["env"]): Colors {
  return createColors(stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb");
}

/** An {@link Output} for one run of a command. */
export function createOutput(options: CommonOptions, terminal: Terminal = processTerminal): Output {
  const json = options.json === true;
  const { stdout, stderr, env } = terminal;
  return {
    json,
    terminal,
    colors: colorsFor(stdout, env),
    result: (kind, body, text) => {
      stdout.write(json ? documentText(kind, body) : withNewline(text()));
    },
    note: (line) => {
      stderr.write(withNewline(line));
    },
    problems: (problems) => {
      if (problems.length > 0) stderr.write(withNewline(problemText(problems, colorsFor(stderr, env))));
    },
    exit: (code) => terminal.exit(code),
  };
}

/**
 * Runs a command's action: prints what it throws as text on stderr (with `--json` as a document of kind
 * `Error` on stdout) and sets the exit code of `exit-codes.ts`.
 */
export async function run(
  options: CommonOptions,
  action: (output: Output) => Promise<void> | void,
  terminal: Terminal = processTerminal,
): Promise<void> {
  const output = createOutput(options, terminal);
  try {
    await action(output);
  } catch (caught) {
    const thrown = systemError(caught) ?? caught;
    const code = exitCodeOf(thrown);
    if (output.json) terminal.stdout.write(documentText("Error", { exitCode: code, ...failureBody(thrown) }));
    else terminal.stderr.write(withNewline(failureText(thrown, colorsFor(terminal.stderr, terminal.env))));
    output.exit(code);
  }
}

/** Progress of local programs for a command that prints one document. */
export function notedProgress(output: Output): Progress {
  return (event) => output.note(progressLine(event));
}

/** One JSON document as every command prints it. */
function documentText(kind: string, body: JsonObject): string {
  return `${JSON.stringify({ apiVersion: API_VERSION, kind, ...body }, null, 2)}\n`;
}

/** Problems as text: id, path, got, allowed, fix; warnings in two lines. */
export function problemText(problems: readonly Problem[], colors: Colors): string {
  return problems
    .map((problem) => {
      const { id, got, fix } = problem;
      const at = `${id} at ${colors.cyan(locatedPath(problem))}`;
      if (!isError(problem)) return `${colors.yellow("warning")} ${at}: ${got}\n  fix      ${colors.bold(fix)}`;
      const rows = [`got      ${got}`, `allowed  ${problem.allowed}`, `fix      ${colors.bold(fix)}`];
      return `${colors.red("error")} ${at}\n${rows.map((row) => `  ${row}`).join("\n")}`;
    })
    .join("\n");
}

/** Problems in a JSON document. */
export function problemsBody(problems: readonly Problem[]): JsonObject[] {
  return problems.map(({ severity = "error", ...problem }) => ({ severity, ...problem }));
}

/** Counts things: `1 object`, `3 objects`. */
export function count(amount: number, word: string, plural = `${word}s`): string {
  return `${amount} ${amount === 1 ? word : plural}`;
}

function failureText(thrown: unknown, colors: Colors): string {
  if (thrown instanceof ConfigError) {
    const errors = thrown.problems.filter(isError).length;
    return `${problemText(thrown.problems, colors)}\n${colors.red(count(errors, "problem"))}; nothing was changed`;
  }
  const internal = exitCodeOf(thrown) === EXIT.internal;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return `${colors.red("error")} ${internal ? `internal error: ${error.stack ?? error.message}` : error.message}`;
}

function failureBody(thrown: unknown): JsonObject {
  if (thrown instanceof ConfigError) return { problems: problemsBody(thrown.problems) };
  return { message: thrown instanceof Error ? thrown.message : String(thrown) };
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
