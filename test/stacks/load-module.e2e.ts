/** Environment files as the command loads them, in a repository of a user's own. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "#lib/core/json";
import { ROOT, startProgram } from "../fixtures/command";

const root = mkdtempSync(join(tmpdir(), "repository-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, "env"), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
}

/** What `validate` says of one environment. */
async function validated(name: string): Promise<JsonObject> {
  const command = [join(ROOT, "dist/stacks/cli/main.js"), "validate", name, "--json"];
  const { stdout, stderr } = await startProgram(process.execPath, command, { cwd: join(root, "env"), env: process.env }).ended;
  expect(stderr).toBe("");
  return JSON.parse(stdout).environments[0];
}

beforeAll(() => {
  write({
    "package.json": "{}\n",
    "env/b.ts": 'import a from "absent-package";\nexport { a as default };\n',
    "env/deep.ts": "export const mode: string = Number.parse(1);\n",
  });
});

test.each([
  ["an error at run time", "\nexport default { memory: Size.gibibyte(64) };\n", 2, "ReferenceError: Size is not defined"],
  ["an error of syntax", "export default {\n  a: 1\n  b: 2 };\n", 3, 'ParseError: Unexpected token, expected ","'],
  ["a missing file", '\nimport a from "./c";\nexport { a as default };\n', 2, "Cannot find module './c'"],
  ["a text that is thrown", "throw 'why';\n", undefined, "why"],
])("%s is a problem with file and line", async (_, text, line, got) => {
  write({ "env/typo.ts": text });

  expect((await validated("typo"))["problems"]).toEqual([expect.objectContaining({ got, file: "env/typo.ts", ...(line && { line }) })]);
});

test.each([
  ["b", 1, "Cannot find module 'absent-package'"],
  ["deep", 1, "TypeError: Number.parse is not a function"],
])("an error in a file that the environment imports (%s) is placed there", async (module, line, got) => {
  write({ "env/typo.ts": `import * as all from "./${module}";\n\nexport default all;\n` });

  expect((await validated("typo"))["problems"]).toEqual([expect.objectContaining({ got, file: `env/${module}.ts`, line })]);
});

test("values of the package are its own, whatever a file is written in", async () => {
  const cluster = 'type Kind = "embedded";\nexport const cluster = { type: "embedded" as Kind };\n';
  const pools = "{ cpu: { type: 'static', nodes: 1, node: { cpu: 4, memory: Size.gibibytes(16) } } }";
  const fields = `name: "right", cluster, nodePools: ${pools}`;
  write({
    "env/cluster.ts": cluster,
    "env/right.ts": `import { defineEnvironment, Size } from "beamstack-iac";\nimport { cluster } from "./cluster";\nexport default defineEnvironment({ ${fields} });\n`,
  });

  expect(await validated("right")).toMatchObject({ valid: true, problems: [] });
});
