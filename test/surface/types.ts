/** The public types as a surface: the declaration of every export, as the compiler emits it. */

import { join } from "node:path";
import ts from "typescript";
import { catalog } from "#lib/components/registry";
import { ROOT } from "../fixtures/command";
import type { OwnedSurface } from "./entry";

/** What programs import from, by the name of the module. */
const MODULES = { "beamstack-iac": "index.ts", "beamstack-iac/pulumi": "stacks/pulumi.ts" } as const;

/** What every component adds a member to; the environment surface says it. */
const MERGED: ReadonlySet<string> = new Set(["DeclaredAt", "SectionSchemas"]);

/** Every exported name, with the text of its declaration. */
export function typesSurface(): OwnedSurface {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.build.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: Object.values(MODULES) }, ts.sys, ROOT);
  const files = Object.values(MODULES).map((file) => join(ROOT, file));
  const program = ts.createProgram(files, { ...options, incremental: false, tsBuildInfoFile: undefined, noEmit: false, noCheck: true });
  const emitted = new Map<ts.SourceFile, ts.SourceFile>();
  const exported = Object.entries(MODULES).flatMap(([module, file]) =>
    exportsOf(program, join(ROOT, file))
      .filter(({ name }) => !MERGED.has(name))
      .map(({ name, declarations }) => ({ name: module === "beamstack-iac" ? name : `${module} ${name}`, declarations })),
  );
  const text = (declarations: readonly ts.Declaration[]) =>
    declarations.map((declaration) => textOf(declaration, emittedBy(program, declaration.getSourceFile(), emitted))).join("\n");
  return {
    entries: new Map(exported.map(({ name, declarations }) => [name, text(declarations)])),
    sections: new Map(exported.flatMap(({ name, declarations }) => sectionsOf(declarations).map((key) => [name, key] as const))),
  };
}

/** The section of the component whose folder a declaration is in. */
function sectionsOf(declarations: readonly ts.Declaration[]): string[] {
  return declarations.flatMap((declaration) =>
    catalog
      .filter(({ pin }) => declaration.getSourceFile().fileName.startsWith(join(ROOT, "lib/components", pin.name, "/")))
      .map(({ key }) => key),
  );
}

function exportsOf(program: ts.Program, path: string) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  const symbols = module ? checker.getExportsOfModule(module) : [];
  return symbols.map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const own = (target.declarations ?? []).filter((declaration) => !program.isSourceFileFromExternalLibrary(declaration.getSourceFile()));
    return { name: symbol.name, declarations: own };
  });
}

function emittedBy(program: ts.Program, source: ts.SourceFile, known: Map<ts.SourceFile, ts.SourceFile>): ts.SourceFile {
  const before = known.get(source);
  if (before) return before;
  let text = "";
  program.emit(source, (path, content) => (text = path.endsWith(".d.ts") ? content : text), undefined, true);
  const parsed = ts.createSourceFile("emitted.d.ts", text, ts.ScriptTarget.ES2022, true);
  known.set(source, parsed);
  return parsed;
}

/** The emitted declaration of the same name and kind. A section's or schema's zod type is left out: the environment surface says it. */
function textOf(declaration: ts.Declaration, emitted: ts.SourceFile): string {
  const name = ts.getNameOfDeclaration(declaration)?.getText() ?? "";
  const found = statementsOf(emitted).filter((statement) => namesOf(statement).includes(name));
  const printer = ts.createPrinter({ removeComments: true });
  const texts = found.map((statement) => printer.printNode(ts.EmitHint.Unspecified, statement, emitted));
  return texts
    .map((text) =>
      text
        .replace(/^ *private .*\n/gm, "")
        .replace(/^export declare |^export /, "")
        .replace(/^(const [\s\S]*?)\bz\.Zod[A-Z][\s\S]*$/, "$1z.ZodType"),
    )
    .join("\n");
}

/** Those of the file and of what it adds to other modules. */
function statementsOf(file: ts.SourceFile): ts.Statement[] {
  return file.statements.flatMap((statement) =>
    ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body) ? [...statement.body.statements] : [statement],
  );
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as { readonly name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}
