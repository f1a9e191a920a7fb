/** Every command that the README gives does what it says, typed as it stands there. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectCopy, ROOT, startProgram, withCommand } from "../fixtures/command";

jest.setTimeout(900_000);

/** In an order in which they can be typed, and something that each shows. */
const COMMANDS: readonly (readonly [string, RegExp])[] = [
  ["npm run up", /^local is up: \d+ objects, .*created in/m],
  ["npm run up", /^local is up: \d+ objects, 0 changes in/m],
  ["npx beamstack-iac status local", /^local: (\d+) of \1 objects ready$/m],
  ["npx beamstack-iac inventory local", /FlinkDeployment/],
  ["npx beamstack-iac refresh local --yes", /^local refreshed: .*, 0 changes in/m],
  ["npm run down", /^local destroyed: .*deleted, \d+ retained in/m],
  ["npx beamstack-iac local stop", /^local stopped/m],
  ["npx beamstack-iac validate prod", /prod/],
  ["npx beamstack-iac diff staging prod", /prod/],
  ["npx beamstack-iac preview prod", /^prod previewed: /m],
  ["npm run synth -- prod --out build/prod", /build\/prod/],
  ["npx beamstack-iac pipeline run-local stacks/env/pipelines/upstream-tutorial.yaml", /DONE/],
];

/** Those that install, or run this test. */
const ELSEWHERE = ["npm ci", "npm run check", "npm run bench", "npm test"];

/** Commands of the page without placeholders, comments left out. */
function typed(): string[] {
  const page = readFileSync(join(ROOT, "README.md"), "utf8");
  // Text and blocks in turns; a block begins with its language, which commands have none of.
  const blocks = page.split(/^```/m).filter((_, part) => part % 2 === 1);
  const fenced = blocks.filter((block) => block.startsWith("\n")).flatMap((block) => block.split("\n"));
  const inline = [...page.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  const commands = [...fenced, ...inline].map((line) => line.replace(/\s+#.*/, "").trim());
  return commands.filter((line) => /^(npm|npx) /.test(line) && !line.includes("<"));
}

const project = projectCopy();
const { home } = withCommand(["local"], project);

test("the README gives these commands and no others", () => {
  expect(new Set(typed())).toEqual(new Set([...COMMANDS.map(([command]) => command), ...ELSEWHERE]));
});

test.each(COMMANDS)("%s", async (command, shown) => {
  const [program = "", ...args] = command.split(" ");
  const env = { ...process.env, BEAMSTACK_IAC_HOME: home };
  // Files go into the copy; but there npx would not find the packages, which are a link.
  const cwd = program === "npx" ? ROOT : project;

  const { code, stdout, stderr } = await startProgram(program, args, { cwd, env }).ended;

  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout + stderr).toMatch(shown);
});
