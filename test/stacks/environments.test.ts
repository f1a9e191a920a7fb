/** Environment files on disk. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentNames, loadEnvironment } from "#stacks/environments";

const SAMPLES = join(__dirname, "../../../shared/samples");
const PIPELINES = join(__dirname, "../../stacks/env/pipelines");

test("the four environments are there and right", () => {
  expect(environmentNames()).toEqual(["dev", "local", "prod", "staging"]);
  for (const name of environmentNames()) expect(loadEnvironment(name)).toMatchObject({ ok: true });
});

test("an unknown environment names the known ones", () => {
  expect(loadEnvironment("prdo")).toMatchObject({
    ok: false,
    problems: [{ id: "environment.unknown", allowed: "dev, local, prod, staging" }],
  });
});

test.each(["../local", "local/../dev", "/etc/passwd", "", "con\0"])("a name that is a path (%j) loads nothing", (name) => {
  expect(loadEnvironment(name)).toMatchObject({ ok: false, problems: [{ id: "environment.unknown" }] });
});

/** What loading an environment file with this text gives. */
function loaded(name: string, text: string) {
  const folder = mkdtempSync(join(tmpdir(), "environments-"));
  writeFileSync(join(folder, `${name}.js`), text);
  try {
    return loadEnvironment(name, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const environment = (fields: string): string => `exports.default = { cluster: { type: "embedded" }, ${fields} };\n`;

test("a file without a default export is told what to export", () => {
  expect(loaded("empty", "exports.team = {};\n")).toMatchObject({ ok: false, problems: [{ id: "environment.no-default-export" }] });
});

test("a file by another name than its environment's would act on that one: it is refused, along with what else is wrong", () => {
  expect(loaded("copy", environment('name: "prod"'))).toMatchObject({
    ok: false,
    problems: [
      { id: "environment.name-differs", path: "name", got: '"prod" in stacks/env/copy.ts', allowed: expect.stringContaining('"copy"') },
    ],
  });
  const both = loaded("copy", environment('name: "prod", nodePool: {}'));
  expect(both.ok ? [] : both.problems.map(({ path }) => path)).toEqual(["name", "nodePool"]);
});

test("a file that does not load is a problem of that file, with what it said", () => {
  expect(loaded("typo", "exports.default = { memory: Size.gibibyte(64) };\n")).toMatchObject({
    ok: false,
    problems: [{ id: "environment.cannot-load", path: "stacks/env/typo.ts", got: "ReferenceError: Size is not defined" }],
  });
});

test.each([
  ["nothing", "exports.default = null;\n"],
  ["a list", "exports.default = [];\n"],
  ["pipelines that are none", environment('name: "wrong", pipelines: null')],
  ["a pipeline that is none", environment('name: "wrong", pipelines: { a: null }')],
  ["a pipeline whose file is a folder", environment('name: "wrong", pipelines: { a: { file: "pipelines", runner: "main" } }')],
])("%s in place of what is wanted is a problem", (_, text) => {
  const result = loaded("wrong", text);
  expect(result.ok ? [] : result.problems.length).toBeGreaterThan(0);
});

test("local has both upstream pipelines", () => {
  const local = loadEnvironment("local");

  const files = local.ok ? Object.values(local.value.pipelines ?? {}).map(({ file }) => file) : [];
  expect(files.sort()).toEqual(["pipelines/upstream-demo.yaml", "pipelines/upstream-tutorial.yaml"]);
});

const atHand = existsSync(SAMPLES);
(atHand ? test : test.skip)(
  `the upstream pipelines are the samples, byte for byte${atHand ? "" : " (skipped: the samples are not beside the project)"}`,
  () => {
    for (const name of ["upstream-demo.yaml", "upstream-tutorial.yaml"]) {
      expect(readFileSync(join(PIPELINES, name))).toEqual(readFileSync(join(SAMPLES, name)));
    }
  },
);
