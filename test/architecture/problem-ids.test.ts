/** Every kind of problem is made in one source line, says what to do, and some test makes it appear. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../..");

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A place where problems are made. */
interface Made {
  /** File and line. */
  readonly at: string;
  /** Every id that it can give; none where only a run can tell. */
  readonly ids: readonly string[];
  /** Absent where it comes with what is spread in, which then makes it elsewhere. */
  readonly fix: ts.ObjectLiteralElementLike | undefined;
}

const files = ["lib", "charts", "stacks"].flatMap(sources);
const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config, ts.sys, ROOT);
const program = ts.createProgram(files, { ...options, types: [] }, ownModulesOnly(ts.createCompilerHost(options)));
const checker = program.getTypeChecker();

/** What every problem has, and nothing else; some rules add the path where they are called. */
const PROBLEM = ["id", "got", "allowed", "fix"];

/** What a component gives to a rule that it shares with others: the id, and where. */
const PLACE = "ProblemPlace";

/** Places whose ids come from a list: `checks.` and the id of a rule. Another test breaks each of these. */
const LISTED = /^lib\/checks\/index\.ts:/;

const made: readonly Made[] = files.flatMap((file) => {
  const source = program.getSourceFile(file);
  return source ? literalsIn(source).flatMap(madeBy) : [];
});

function literalsIn(node: ts.Node): ts.ObjectLiteralExpression[] {
  const below = node.getChildren().flatMap(literalsIn);
  return ts.isObjectLiteralExpression(node) ? [node, ...below] : below;
}

/** Leaves packages out, whose types are most of the work: no id comes from them. */
function ownModulesOnly(host: ts.CompilerHost): ts.CompilerHost {
  return {
    ...host,
    resolveModuleNameLiterals: (names, file, _redirected, compilerOptions) =>
      names.map(({ text }) =>
        /^[.#]/.test(text)
          ? ts.resolveModuleName(text, file, compilerOptions, host, undefined, undefined, ts.ModuleKind.CommonJS)
          : { resolvedModule: undefined },
      ),
  };
}

/** A literal that names an id of its own, and has the type of a problem with all that is spread into it, or of the place of one. */
function madeBy(literal: ts.ObjectLiteralExpression): Made[] {
  const own = (name: string) => literal.properties.find((property) => property.name?.getText() === name);
  const id = own("id");
  if (!id) return [];
  const type = checker.getTypeAtLocation(literal);
  const isProblem = PROBLEM.every((name) => type.getProperty(name));
  if (!isProblem && checker.getContextualType(literal)?.symbol?.name !== PLACE) return [];
  const source = literal.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(id.getStart()).line + 1;
  const value = ts.isPropertyAssignment(id) ? id.initializer : id.name;
  return [{ at: `${relative(ROOT, source.fileName)}:${line}`, ids: value ? textsOf(value) : [], fix: own("fix") }];
}

/** Every text that an expression can have, by its form or by its type; none where the type is `string`. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<string[]>(
      (starts, { expression, literal }) => starts.flatMap((start) => textsOf(expression).map((text) => `${start}${text}${literal.text}`)),
      [node.head.text],
    );
  }
  const type = checker.getTypeAtLocation(node);
  const types = type.isUnion() ? type.types : [type];
  return types.every((one) => one.isStringLiteral()) ? types.map((one) => (one.isStringLiteral() ? one.value : "")) : [];
}

const ids = made.flatMap((place) => place.ids);

test("they are found where they are made", () => {
  expect(ids.length).toBeGreaterThan(95);
});

test("each is known before a run", () => {
  expect(made.filter((place) => place.ids.length === 0 && !LISTED.test(place.at)).map(({ at }) => at)).toEqual([]);
});

test("each has an area and a name", () => {
  expect(ids.filter((id) => !/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/.test(id))).toEqual([]);
});

test("no two source lines make a problem of one id", () => {
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test("every problem says what to do", () => {
  expect(made.filter(({ fix }) => fix && hasEmptyText(fix)).map(({ at }) => at)).toEqual([]);
});

test("every problem appears in a test", () => {
  const words = new Set(sources("test").flatMap((file) => readFileSync(file, "utf8").match(/[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*/g) ?? []));

  expect(ids.filter((id) => !words.has(id)).sort()).toEqual([]);
});

function hasEmptyText(node: ts.Node): boolean {
  return (ts.isStringLiteralLike(node) && node.text === "") || node.getChildren().some(hasEmptyText);
}
