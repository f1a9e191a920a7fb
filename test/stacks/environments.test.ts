/** Environment files on disk. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlatform } from "#charts/platform";
import local from "#stacks/env/local";
import { environmentNames, loadEnvironment } from "#stacks/environments";
import { projectOf } from "#stacks/project";

const SAMPLES = join(__dirname, "../../../shared/samples");
const PIPELINES = join(__dirname, "../../stacks/env/pipelines");

/** Environments of this repository; whoever adds one of their own need not change a test. */
const SHIPPED = ["dev", "local", "prod", "staging"];

test("the four environments are there and right", () => {
  expect(environmentNames()).toEqual(expect.arrayContaining(SHIPPED));
  for (const name of SHIPPED) expect(loadEnvironment(name)).toMatchObject({ ok: true });
});

test.each(["dev", "staging", "prod"])("%s can be rehearsed, with simulated operators", (name) => {
  const rehearsal = loadEnvironment(name, { rehearse: true });

  expect(rehearsal.ok ? [] : rehearsal.problems).toEqual([]);
});

test("an unknown environment names the known ones", () => {
  expect(loadEnvironment("prdo")).toMatchObject({
    ok: false,
    problems: [{ id: "environment.unknown", allowed: environmentNames().join(", ") }],
  });
});

test.each(["../local", "local/../dev", "/etc/passwd", "", "con\0"])("a name that is a path (%j) loads nothing", (name) => {
  expect(loadEnvironment(name)).toMatchObject({ ok: false, problems: [{ id: "environment.unknown" }] });
});

/** What loading an environment of a repository with these files in `env` gives. */
function loaded(name: string, text: string, more: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), "environments-"));
  const environments = join(root, "env");
  mkdirSync(environments);
  for (const [file, content] of Object.entries({ ...more, [`${name}.ts`]: text })) writeFileSync(join(environments, file), content);
  try {
    return loadEnvironment(name, { project: { root, environments } });
  } finally {
    rmSync(root, { recursive: true });
  }
}

const environment = (fields: string): string => `export default { cluster: { type: "embedded" }, ${fields} };\n`;

test("a file without a default export is told what to export", () => {
  expect(loaded("empty", "export const team = {};\n")).toMatchObject({ ok: false, problems: [{ id: "environment.no-default-export" }] });
});

test("a file by another name than its environment's would act on that one: it is refused, along with what else is wrong", () => {
  expect(loaded("copy", environment('name: "prod"'))).toMatchObject({
    ok: false,
    problems: [{ id: "environment.name-differs", path: "name", got: '"prod" in env/copy.ts', allowed: expect.stringContaining('"copy"') }],
  });
  const both = loaded("copy", environment('name: "prod", nodePool: {}'));
  expect(both.ok ? [] : both.problems.map(({ path }) => path)).toEqual(["name", "nodePool"]);
});

test("a file that does not load is a problem of that file, with what it said", () => {
  expect(loaded("typo", "export default { memory: Size.gibibyte(64) };\n")).toMatchObject({
    ok: false,
    problems: [{ id: "environment.cannot-load", path: "env/typo.ts:1", got: "ReferenceError: Size is not defined" }],
  });
});

test("files beside an environment are read by it: modules and pipelines", () => {
  const text =
    'import { cluster } from "./shared";\nexport default { name: "team", cluster, pipelines: { a: { file: "b.yaml", runner: "main" } } };\n';
  const result = loaded("team", text, { "shared.ts": 'export const cluster = { type: "embedded" };\n', "b.yaml": "pipeline: {}\n" });

  expect(result.ok ? [] : result.problems.map(({ id }) => id)).not.toContain("pipeline.file-missing");
});

describe("a repository with a platform of its own", () => {
  function loadedWith(platform: string) {
    const root = mkdtempSync(join(tmpdir(), "platform-"));
    const environments = join(root, "env");
    mkdirSync(environments);
    writeFileSync(join(environments, "team.ts"), environment('name: "team", motto: { text: "x" }'));
    writeFileSync(join(root, "platform.ts"), platform);
    try {
      return loadEnvironment("team", { project: { root, environments } });
    } finally {
      rmSync(root, { recursive: true });
    }
  }

  test("has the sections that it names", () => {
    const result = loadedWith(`
      import { createPlatform, section, z } from "beamstack-iac";
      const pin = { name: "motto", licence: "MIT", source: "-", images: {}, kinds: [], kubernetes: { min: "1.28" } };
      const motto = section({ key: "motto", stage: "foundation", pin, schema: z.strictObject({ text: z.string() }),
        build: ({ text }, site) => void site.namespace(text, []) });
      export default createPlatform({ sections: [motto] });
    `);

    expect(result.ok ? result.value.release.objects.map(({ id }) => id) : result.problems).toContain("core/Namespace/x");
  });

  test("is told what its file must export", () => {
    expect(loadedWith("export const platform = 1;\n")).toMatchObject({ ok: false, problems: [{ id: "platform.no-default-export" }] });
  });

  test("is told where its file does not load", () => {
    expect(loadedWith("\nthrow new Error('why');\n")).toMatchObject({
      ok: false,
      problems: [{ id: "environment.cannot-load", path: expect.stringMatching(/^platform\.ts:\d+$/), got: "why" }],
    });
  });
});

test("a repository without environment files is told where they are looked for", () => {
  const root = mkdtempSync(join(tmpdir(), "environments-"));
  const project = projectOf(root);

  expect(loadEnvironment("local", { project })).toMatchObject({ ok: false, problems: [{ id: "environment.none", path: "env" }] });
  rmSync(root, { recursive: true });
});

test.each([
  ["nothing", "export default null;\n"],
  ["a list", "export default [];\n"],
  ["pipelines that are none", environment('name: "wrong", pipelines: null')],
  ["a pipeline that is none", environment('name: "wrong", pipelines: { a: null }')],
  ["a pipeline whose file is a folder", environment('name: "wrong", pipelines: { a: { file: "pipelines", runner: "main" } }')],
])("%s in place of what is wanted is a problem", (_, text) => {
  const result = loaded("wrong", text);
  expect(result.ok ? [] : result.problems.length).toBeGreaterThan(0);
});

test("local has both upstream pipelines, one between topics, definitions of features, and a sealed Secret", () => {
  expect(createPlatform().filesOf(local).sort()).toEqual([
    "features/people.py",
    "pipelines/upstream-demo.yaml",
    "pipelines/upstream-tutorial.yaml",
    "pipelines/visits.yaml",
    "secrets/sign-in.yaml",
  ]);
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
