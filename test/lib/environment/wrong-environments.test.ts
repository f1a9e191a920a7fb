/** Forty and more wrong environment files: one problem each, all of them at once, and a compiler that says so where types can. */

import { join } from "node:path";
import ts from "typescript";
import { createPlatform } from "#charts/platform";
import { Duration } from "#lib/core/duration";
import type { Problem } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { WRONG_CASES, type WrongCase } from "./wrong-cases";

const platform = createPlatform();
const ROOT = join(__dirname, "../../..");
const FILES = new Map([
  ["p.yaml", "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [1]}\n    - type: LogForTesting\n"],
  ["broken.yaml", ""],
]);

const RIGHT: Readonly<Record<WrongCase["section"], string>> = {
  "": "name: 'test', cluster: { type: 'embedded' }",
  nodePools: `cpu: { type: 'static', nodes: 1, node: { cpu: 16, memory: Size.gibibytes(64) } },
    gpu: { type: 'static', nodes: 1, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: 'nvidia-l4', count: 8 } } }`,
  namespaces: "",
  "flink.clusters": "main: { taskManager: { pool: 'cpu' } }",
  "elasticsearch.clusters": "docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(10) } } }",
  pipelines: "right: { file: 'p.yaml', runner: 'main' }",
};

/** The text of an environment with these wrong entries in it. */
function environmentText(cases: readonly WrongCase[]): string {
  const section = (name: WrongCase["section"]) => {
    const entries = cases.filter((one) => one.section === name).map((one) => `${JSON.stringify(one.key)}: ${one.value}`);
    return [RIGHT[name], ...entries].filter((part) => part !== "").join(",\n    ");
  };
  // A Karpenter pool needs Karpenter: without it the pool itself would be one more problem.
  const karpenter = cases.some((one) => one.value.includes("karpenter-aws")) && !cases.some((one) => one.key === "karpenter");
  return `{
  ${section("")},
  nodePools: { ${section("nodePools")} },${karpenter ? `\n  karpenter: ${KARPENTER},` : ""}
  namespaces: { ${section("namespaces")} },
  flink: { clusters: { ${section("flink.clusters")} } },
  elasticsearch: { clusters: { ${section("elasticsearch.clusters")} } },
  pipelines: { ${section("pipelines")} },
}`;
}

const KARPENTER = "{ clusterName: 'c', nodes: { image: 'al2023@v20261101', identity: { type: 'role', role: 'nodes' } } }";

function problemsOf(cases: readonly WrongCase[]): readonly Problem[] {
  const build = new Function("Size", "Duration", "secretRef", `return ${environmentText(cases)}`);
  const result = platform.resolve(build(Size, Duration, secretRef), { files: FILES });
  return result.ok ? [] : result.problems;
}

const places = (problems: readonly Problem[]) => problems.map(({ id, path }) => `${id} at ${path}`).sort();

test("there are forty and more", () => {
  expect(WRONG_CASES.length).toBeGreaterThanOrEqual(40);
});

test("the environment that they are put into is right", () => {
  expect(problemsOf([])).toEqual([]);
});

test.each(WRONG_CASES.map((one) => [`${one.section}/${one.key}`, one] as const))("%s gives one problem", (_name, one) => {
  const problems = problemsOf([one]);

  expect(places(problems)).toEqual([`${one.id} at ${one.path}`]);
  for (const problem of problems) {
    expect(problem.got).not.toBe("");
    expect(problem.allowed).not.toBe("");
    expect(problem.fix).toMatch(/^[a-z]/);
  }
});

test("all of them together give all their problems", () => {
  const together = places(problemsOf(WRONG_CASES));

  expect(together).toEqual(expect.arrayContaining(WRONG_CASES.map((one) => `${one.id} at ${one.path}`)));
});

describe("the compiler", () => {
  const typed = WRONG_CASES.filter((one) => one.compiler !== undefined);
  const path = (i: number) => join(ROOT, "stacks", "env", `wrong-${i}.ts`);
  const sources = new Map(
    [[], ...typed.map((one) => [one])].map((cases, i) => [
      path(i),
      `import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";
export default defineEnvironment(${environmentText(cases)});
export const used = [Duration, secretRef, Size];
`,
    ]),
  );
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (file) => sources.get(file) ?? readFile(file);
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  let program: ts.Program;
  beforeAll(() => {
    program = ts.createProgram([...sources.keys(), join(ROOT, "lib/components/catalog.ts")], options, host);
  });

  function said(i: number): string[] {
    return program
      .getSemanticDiagnostics(program.getSourceFile(path(i)))
      .map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n"));
  }

  test("takes the environment that is right", () => {
    expect(said(0)).toEqual([]);
  });

  test.each(typed.map((one, i) => [`${one.section}/${one.key}`, one, i + 1] as const))(
    "refuses %s in words a person understands",
    (_name, one, i) => {
      expect(said(i).join("\n")).toMatch(one.compiler ?? /./);
    },
  );
});
