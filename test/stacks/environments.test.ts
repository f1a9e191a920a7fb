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

test("a file without a default export is told what to export", () => {
  const folder = mkdtempSync(join(tmpdir(), "environments-"));
  writeFileSync(join(folder, "empty.js"), "exports.team = {};\n");

  const result = loadEnvironment("empty", folder);

  rmSync(folder, { recursive: true });
  expect(result).toMatchObject({ ok: false, problems: [{ id: "environment.no-default-export" }] });
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
