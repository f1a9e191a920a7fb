import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "#stacks/local/files";

const ROOT = packageRoot();
const { main, runtime } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"));

/** What a program started as `Pulumi.yaml` says tells of itself. */
function runProgram(code: string): unknown {
  const node = [...runtime.options.nodeargs.split(" "), "--eval", code];
  return JSON.parse(execFileSync(process.execPath, node, { cwd: join(ROOT, dirname(main)), encoding: "utf8", stdio: "pipe" }));
}

const LOADED = "Object.values(require.cache).map(({ filename }) => filename)";

test("the SDK loads neither TypeScript nor npm's dependency tree", () => {
  const loaded = runProgram(`require("@pulumi/pulumi"); console.log(JSON.stringify(${LOADED}))`) as string[];
  expect(loaded.filter((path) => path.endsWith("@pulumi/pulumi/index.js"))).toHaveLength(1);
  // The postponed ones are there by name; what they would have loaded is not.
  expect(loaded.filter((path) => /\/typescript\/lib\/|@npmcli\/arborist\/lib\/arborist\//.test(path))).toEqual([]);
});

test("a function is serialised as without it: what was postponed comes when it is asked for", () => {
  const code = `
    const { runtime } = require("@pulumi/pulumi");
    const n = 41;
    runtime.serializeFunction(() => n + 1).then(({ text }) => console.log(JSON.stringify({ text, late: ${LOADED}.some((path) => path.endsWith("typescript.js")) })));`;
  expect(runProgram(code)).toEqual({ text: expect.stringContaining("n + 1"), late: true });
});
