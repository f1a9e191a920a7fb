/** Every TypeScript sample of a README compiles. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../..");

/** README files of the project and of every component. */
function pages(): string[] {
  const components = readdirSync(join(ROOT, "lib/components"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ["README.md", "CONTRIBUTING.md", ...components.map(({ name }) => `lib/components/${name}/README.md`)].map((page) =>
    join(ROOT, page),
  );
}

/** Samples by the path of a file that does not exist, beside the page they stand in. */
function samples(): Map<string, string> {
  const found = new Map<string, string>();
  for (const page of pages()) {
    const fences = [...readFileSync(page, "utf8").matchAll(/```(?:ts|typescript)\n([\s\S]*?)```/g)];
    for (const [i, [, code = ""]] of fences.entries()) found.set(join(dirname(page), `sample-${i}.ts`), `${code}\nexport {};\n`);
  }
  return found;
}

test("every sample compiles", () => {
  const files = samples();
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  const program = ts.createProgram([...files.keys()], { ...options, noUnusedLocals: false, noEmit: true }, host);

  const wrong = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => `${relative(ROOT, path)}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`,
    );
  });

  expect(files.size).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});
