/**
 * `pipeline run-local` and `pipeline test` with the real Beam, from the folder in which a user would call them.
 *
 * @exercises beam
 */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipelineCommand } from "#stacks/cli/commands/pipeline";
import { FakeTerminal } from "../cli/fake-terminal";

const cases = join(__dirname, "../../fixtures/beam");
const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "run-local-"));

beforeAll(() => {
  cpSync(cases, folder, { recursive: true });
  cpSync(join(cases, "local"), folder, { recursive: true });
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

async function pipeline(...args: string[]): Promise<FakeTerminal> {
  const terminal = new FakeTerminal();
  await pipelineCommand(terminal).parseAsync(args, { from: "user" });
  return terminal;
}

/** Rows that a run logged, as its command shows them. */
async function rowsOf(...args: string[]): Promise<{ readonly code: number; readonly rows: readonly unknown[] }> {
  const { out, err, code } = await pipeline("run-local", ...args, "--json");
  if (out === "") throw new Error(err);
  return { code, rows: JSON.parse(out).messages };
}

test("a secret that is a default in Jinja arrives as Beam would give it", async () => {
  expect(await rowsOf("01-default-filter-secret.yaml")).toEqual({ code: 0, rows: [expect.stringMatching(/"length": 9, "first": "fa"/)] });
});

test("two unnamed transforms of one type have a secret each", async () => {
  const { rows } = await rowsOf("02-two-unnamed-same-type.yaml");

  expect(rows.map((row) => JSON.parse(String(row)))).toEqual(
    expect.arrayContaining([
      { which: "one", length: 6 },
      { which: "two", length: 16 },
    ]),
  );
});

test("relative paths are those of the caller's folder, for what is read and for what is written", async () => {
  expect((await pipeline("run-local", "04-relative-paths.yaml")).code).toBe(0);
  expect((await pipeline("run-local", "05-relative-output-only.yaml")).code).toBe(0);

  const written = readdirSync(folder)
    .filter((name) => /^(?:out|result)\.csv-/.test(name))
    .sort();
  expect(written).toEqual(["out.csv-00000-of-00001", "result.csv-00000-of-00001"]);
  expect(readFileSync(join(folder, "out.csv-00000-of-00001"), "utf8").trim()).toBe(readFileSync(join(folder, "in.csv"), "utf8").trim());
});

test.each(["06-include-beside-the-file.yaml", "07-providers-beside-the-file.yaml"])("%s finds what is beside it", async (file) => {
  expect((await rowsOf(file)).rows).toHaveLength(1);
});

test("a Jinja variable is given on the command line, and a missing one is Beam's own error", async () => {
  expect((await rowsOf("08-jinja-variable.yaml", "--variable", "count=3")).rows).toHaveLength(3);

  const missing = await pipeline("run-local", "08-jinja-variable.yaml");
  expect(missing.code).toBe(2);
  expect(missing.err).toContain("--variable");
});

test("a variable in the place of a secret is used, and shown nowhere", async () => {
  const file = join(folder, "given.yaml");
  writeFileSync(file, readFileSync("01-default-filter-secret.yaml", "utf8").replace(" | default('fallback9')", ""));
  const { code, out, err } = await pipeline("run-local", file, "--variable", "pw=c4nary-in-clear");

  expect({ code, shown: `${out}${err}`.includes("c4nary") }).toEqual({ code: 0, shown: false });
  expect(out).toContain('"length": 15');
});

test("runs the tests of a file, and ends with 1 and their reason where one fails", async () => {
  const failed = await pipeline("test", "09-with-tests.yaml");
  expect(failed.code).toBe(1);
  expect(failed.err).toContain("unexpected elements [Row(b=42)], missing elements [Row(b=43)]");
  expect(failed.err).toContain("the tests of 09-with-tests.yaml failed");

  writeFileSync("passes.yaml", readFileSync("09-with-tests.yaml", "utf8").replace("b: 43", "b: {{ count }}"));
  const passed = await pipeline("test", "passes.yaml", "--variable", "count=42");
  expect({ code: passed.code, out: passed.out }).toEqual({ code: 0, out: "passes.yaml: all tests passed\n" });
});

test("a file without tests is said to have none", async () => {
  const { code, err } = await pipeline("test", "05-relative-output-only.yaml");

  expect(code).toBe(2);
  expect(err).toContain("05-relative-output-only.yaml has no tests");
});
