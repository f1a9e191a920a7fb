/** A terminal that keeps what it is told. */

import type { ExitCode } from "#stacks/cli/exit-codes";
import type { Terminal, TextStream } from "#stacks/cli/output";

/** Keeps stdout, stderr and the exit code of one run. */
export class FakeTerminal implements Terminal {
  public out = "";
  public err = "";
  public code: ExitCode = 0;
  public readonly env: Readonly<Record<string, string | undefined>>;
  public readonly stdout: TextStream;
  public readonly stderr: TextStream;

  public constructor({ tty = false, env = {} }: { readonly tty?: boolean; readonly env?: Record<string, string> } = {}) {
    this.env = env;
    this.stdout = { isTTY: tty, write: (text) => (this.out += text) };
    this.stderr = { isTTY: tty, write: (text) => (this.err += text) };
  }

  public exit(code: ExitCode): void {
    this.code = code;
  }
}
