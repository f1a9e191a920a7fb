/** Runs a program to completion. */

import { spawn } from "node:child_process";

/**
 * Runs a program that must succeed; its output is dropped.
 *
 * @throws with the last line it wrote to standard error
 */
export function runProgram(program: string, programArguments: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...programArguments], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(said.trim().split("\n").at(-1) || `exit code ${code}`))));
  });
}
