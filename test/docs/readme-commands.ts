/** Commands of the README, and how they are typed. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, startProgram } from "../fixtures/command";

/** Those that need the control plane of `local`; `lifecycle.e2e.ts` types each of them. */
export const LIFECYCLE: readonly string[] = [
  "npm run up",
  "npm run down",
  "npx beamstack-iac status local",
  "npx beamstack-iac inventory local",
  "npx beamstack-iac refresh local --yes",
  "npx beamstack-iac local stop",
];

/** Those of a repository of a user's own; `test/package/repository.e2e.ts` types each of them. */
export const REPOSITORY: readonly string[] = [
  "npm pack",
  "npx beamstack-iac init",
  "npm install",
  "npm run check",
  "npx beamstack-iac up local",
];

/** Every command of the page that has no placeholder, comments left out. */
export function readmeCommands(): Set<string> {
  const page = readFileSync(join(ROOT, "README.md"), "utf8");
  // Text and blocks in turns; a block begins with its language, which commands have none of.
  const blocks = page.split(/^```/m).filter((_, part) => part % 2 === 1);
  const fenced = blocks.filter((block) => block.startsWith("\n")).flatMap((block) => block.split("\n"));
  const inline = [...page.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  const commands = [...fenced, ...inline].map((line) => line.replace(/\s+#.*/, "").trim());
  return new Set(commands.filter((line) => /^(npm|npx) /.test(line) && !line.includes("<")));
}

/** Runs a command as it is typed. @returns all that it says; an exit code other than 0 is an error */
export async function typed(command: string, cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [program = "", ...args] = command.split(" ");
  const { code, stdout, stderr } = await startProgram(program, args, { cwd, env }).ended;
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stderr}`);
  return stdout + stderr;
}
