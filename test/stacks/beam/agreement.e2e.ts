/** We and the installed Beam accept and refuse the same documents. One process of Beam expands all of them; nothing runs. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expandFiles } from "#stacks/beam/expand-files";
import { obtainBeam } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { DOCUMENTS } from "./documents";

/** Beam opens files of these formats while it expands a pipeline. */
const WRITE_BINARY = `import sys, fastavro, pyarrow, pyarrow.parquet
schema = {"type": "record", "name": "Row", "fields": [{"name": "a", "type": "int"}]}
with open(sys.argv[1] + "/rows.avro", "wb") as out: fastavro.writer(out, schema, [{"a": 1}])
pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), sys.argv[1] + "/rows.parquet")
`;

test("Beam refuses what we refuse, and nothing else", async () => {
  const { python } = await obtainBeam(silent);
  const folder = mkdtempSync(join(tmpdir(), "beam-agreement-"));
  const names = Object.keys(DOCUMENTS);
  writeFileSync(join(folder, "rows.csv"), "a,b\n1,x\n");
  writeFileSync(join(folder, "rows.json"), '{"a": 1}\n');
  execFileSync(python, ["-c", WRITE_BINARY, folder]);
  const textOf = (name: string) => DOCUMENTS[name]?.text.replaceAll("/data/", `${folder}/`) ?? "";
  for (const [at, name] of names.entries()) writeFileSync(join(folder, `${at}.yaml`), textOf(name));
  const printed = execFileSync(python, [join(__dirname, "expand.py"), folder], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  rmSync(folder, { recursive: true, force: true });
  const outcomes: Record<string, { readonly error?: string }> = JSON.parse(/^RESULT (.*)$/m.exec(printed)?.[1] ?? "{}");

  // Beam came as far as the service that expands Java: it refused nothing before.
  const said = names.map((name, at) => ({
    name,
    error: outcomes[at]?.error?.replace(/^(?=.*needs a Java expansion service)[\s\S]*/, "") ?? "",
  }));
  const differ = said.filter(({ name, error }) => (error === "") !== (DOCUMENTS[name]?.refused === undefined));
  expect(differ).toEqual([]);
  expect(names.length).toBeGreaterThan(100);
});

test("Beam's own errors have file and line, and what only Java could refuse is a warning", async () => {
  const folder = mkdtempSync(join(tmpdir(), "beam-expanded-"));
  const file = (name: string, step: string) => {
    writeFileSync(
      join(folder, name),
      `pipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [1]}}\n    - ${step}\n`,
    );
    return join(folder, name);
  };
  const right = file("right.yaml", "{type: LogForTesting}");
  const wrong = file("wrong.yaml", '{type: Filter, config: {language: python, keep: "element >"}}');
  const java = file("java.yaml", "{type: Sql, config: {query: SELECT 1}}");

  const found = await expandFiles({ files: [right, wrong, java], variables: {}, pythonPath: [], collections: [], progress: silent });
  rmSync(folder, { recursive: true, force: true });

  expect(found).toMatchObject([
    { id: "beam.refused", path: `${wrong}:5:1`, got: expect.stringContaining("invalid syntax") },
    { id: "beam.not-expanded", path: `${java}:5:1`, severity: "warning" },
  ]);
});
