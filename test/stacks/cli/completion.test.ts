import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "#stacks/cli/command-line";
import { completionScript } from "#stacks/cli/commands/completion";

const folder = mkdtempSync(join(tmpdir(), "completion-"));
beforeAll(() => {
  mkdirSync(join(folder, "env"));
  writeFileSync(join(folder, "env/acme.ts"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What bash offers after these words. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const script = `${completionScript("bash", commandLine())}\nCOMP_WORDS=(beamstack-iac ${line}); COMP_CWORD=${words.length}; _beamstack_iac; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  return stdout.split("\n").filter((word) => word !== "");
}

test.each<[string[], string[]]>([
  [["env"], ["environments"]],
  [["up", "ac"], ["acme"]],
  [
    ["up", "acme", "--re"],
    ["--refresh", "--rehearse"],
  ],
  [["pipeline", "run"], ["run-local"]],
  [["local", "stop", "--r"], ["--remove"]],
])("bash completes %s", (words, expected) => {
  expect(offered(...words).sort()).toEqual(expected);
});

test("fish offers parts of a command only before one of them was given, and the script of zsh is that of bash", () => {
  expect(completionScript("fish", commandLine())).toMatch(
    /^complete -c beamstack-iac -n '__fish_seen_subcommand_from local; and not __fish_seen_subcommand_from start stop status env' -a stop -d '.+'$/m,
  );
  expect(completionScript("zsh", commandLine())).toContain(completionScript("bash", commandLine()));
});
