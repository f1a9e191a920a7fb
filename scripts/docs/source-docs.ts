/** The JSDoc of zod schemas. At run time a schema has no comments, so they are read from its source. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** What the source says of a schema, shaped like the schema. */
export interface SourceDocs {
  /** Sentence above the key, or above the constant that holds the schema. */
  readonly text: string;
  /** Text of `@default`. @default none */
  readonly default?: string;
  /** Keys of an object. */
  readonly members: ReadonlyMap<string, SourceDocs>;
  /** Value of a record, item of a list. @default none */
  readonly inner?: SourceDocs;
  /** Members of a union, in order. */
  readonly options: readonly SourceDocs[];
}

const NONE: SourceDocs = { text: "", members: new Map(), options: [] };

/** Documentation of a section of the environment file, from the `declare module` of the component in `folder`. */
export function sectionDocs(folder: string, key: string): SourceDocs {
  const file = parse(join(folder, "section.ts"));
  for (const property of keysOf(file, "SectionSchemas")) {
    if (property.name.getText() !== key || !property.type || !ts.isTypeQueryNode(property.type)) continue;
    return { ...named(file, property.type.exprName.getText()), ...commentOf(property) };
  }
  throw new Error(`${file.fileName} declares no section ${key}`);
}

/** Documentation of the schema in the constant `name` of a file. */
export function schemaDocs(path: string, name: string): SourceDocs {
  return named(parse(path), name);
}

/** Properties of every interface of this name, those inside `declare module` included. */
function keysOf(root: ts.Node, name: string): ts.PropertySignature[] {
  const own = ts.isInterfaceDeclaration(root) && root.name.text === name ? root.members.filter(ts.isPropertySignature) : [];
  const below: ts.PropertySignature[] = [];
  ts.forEachChild(root, (child) => {
    below.push(...keysOf(child, name));
  });
  return [...own, ...below];
}

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string): ts.SourceFile {
  const file = parsed.get(path) ?? ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  parsed.set(path, file);
  return file;
}

/** The constant `name` of a file, or of the file from which it is imported. */
function named(file: ts.SourceFile, name: string): SourceDocs {
  const constant = file.statements.filter(ts.isVariableStatement).find((statement) => initializerOf(statement, name));
  const initializer = constant && initializerOf(constant, name);
  if (initializer) return { ...docsOf(initializer), ...commentOf(constant) };
  const source = file.statements.filter(ts.isImportDeclaration).find((statement) => importsName(statement, name))?.moduleSpecifier;
  const isOurs = source !== undefined && ts.isStringLiteral(source) && /^[.#]/.test(source.text);
  return isOurs ? named(parse(pathOf(source.text, file.fileName)), name) : NONE;
}

function initializerOf({ declarationList }: ts.VariableStatement, name: string): ts.Expression | undefined {
  return declarationList.declarations.find((one) => one.name.getText() === name)?.initializer;
}

function importsName({ importClause }: ts.ImportDeclaration, name: string): boolean {
  const bindings = importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) && bindings.elements.some((element) => element.name.text === name);
}

function pathOf(specifier: string, importer: string): string {
  return `${specifier.startsWith("#") ? specifier.slice(1) : join(dirname(importer), specifier)}.ts`;
}

function docsOf(expression: ts.Expression): SourceDocs {
  if (ts.isIdentifier(expression)) return named(expression.getSourceFile(), expression.text);
  if (ts.isAsExpression(expression)) return docsOf(expression.expression);
  // Keys that a spread repeats.
  if (ts.isObjectLiteralExpression(expression)) return { ...NONE, members: membersOf(expression) };
  if (!ts.isCallExpression(expression)) return NONE;
  const { expression: callee, arguments: args } = expression;
  if (!ts.isPropertyAccessExpression(callee)) return args[0] ? docsOf(args[0]) : NONE;
  if (callee.expression.getText() === "z") return builtBy(callee.name.text, args);
  // `.optional()`, `.default(...)` and other methods keep the structure; `.extend({...})` adds keys.
  const base = docsOf(callee.expression);
  return callee.name.text === "extend" ? { ...base, members: new Map([...base.members, ...membersOf(args[0])]) } : base;
}

/** What a function of zod itself makes. */
function builtBy(name: string, args: ts.NodeArray<ts.Expression>): SourceDocs {
  const last = args.at(-1);
  // Messages may follow the members of a union.
  const list = args.find(ts.isArrayLiteralExpression);
  switch (name) {
    case "strictObject":
      return { ...NONE, members: membersOf(args[0]) };
    case "array":
    case "record":
      return last ? { ...NONE, inner: docsOf(last) } : NONE;
    case "union":
    case "discriminatedUnion":
      return list ? { ...NONE, options: list.elements.map(optionDocs) } : NONE;
    default:
      return NONE;
  }
}

function optionDocs(element: ts.Expression): SourceDocs {
  const own = commentOf(element);
  return { ...docsOf(element), ...(own.text !== "" && own) };
}

function membersOf(literal: ts.Expression | undefined): Map<string, SourceDocs> {
  const properties = literal && ts.isObjectLiteralExpression(literal) ? literal.properties : [];
  return new Map(
    properties.flatMap((property): [string, SourceDocs][] => {
      if (ts.isPropertyAssignment(property))
        return [[property.name.getText(), { ...docsOf(property.initializer), ...commentOf(property) }]];
      if (ts.isShorthandPropertyAssignment(property))
        return [[property.name.text, { ...named(property.getSourceFile(), property.name.text), ...commentOf(property) }]];
      return ts.isSpreadAssignment(property) ? [...docsOf(property.expression).members] : [];
    }),
  );
}

/** Text and `@default` of the JSDoc comment right above a node; both empty where there is none. */
function commentOf(node: ts.Node): { readonly text: string; readonly default?: string } {
  const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1) ?? leadingComment(node);
  const tag = comment?.tags?.find(({ tagName }) => tagName.text === "default");
  const byDefault = tag && oneLine(ts.getTextOfJSDocComment(tag.comment));
  return { text: oneLine(ts.getTextOfJSDocComment(comment?.comment)), ...(byDefault && { default: byDefault }) };
}

/** The comment of a member of a union: TypeScript attaches none to an expression, so it is parsed as that of a statement. */
function leadingComment(node: ts.Node): ts.JSDoc | undefined {
  const source = node.getSourceFile().text;
  const [range] = ts.getLeadingCommentRanges(source, node.getFullStart()) ?? [];
  if (!range || !ts.isExpression(node)) return undefined;
  const alone = ts.createSourceFile("comment.ts", `${source.slice(range.pos, range.end)}\nlet it;`, ts.ScriptTarget.ES2022, true);
  return alone.statements.flatMap((statement) => ts.getJSDocCommentsAndTags(statement)).find(ts.isJSDoc);
}

function oneLine(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
