/** Keeps the compiled program up to date: plain `pulumi up` runs `dist`, which must match the sources. */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { CompilerOptions, Diagnostic } from "typescript";
import { writeWhole } from "../local/files";
import { codeOf, LocalError } from "../local/local-error";

/** Folders whose TypeScript becomes the program. */
const SOURCES = ["lib", "charts", "stacks"];
/** Not part of the program: environment files are compiled on load, template files of `init` in the repository that gets them. */
const OTHERS = [join("stacks", "env"), join("stacks", "cli", "commands", "init", "template")];

/** Result of the check. */
export type Built = "up-to-date" | "rebuilt";

type Compiler = typeof import("typescript");

/**
 * Compiles each source that is newer than its output. `npm run check` checks types, `npm run prepare` writes declarations:
 * compiling one file takes milliseconds, a whole program seconds. An installed package has no sources and is always up to
 * date.
 *
 * @param root the folder with `package.json`
 * @throws LocalError with the next action if the compiler is missing or a source has syntax errors; nothing is written then
 */
export function ensureBuilt(root: string): Built {
  if (!existsSync(join(root, "tsconfig.build.json"))) return "up-to-date";
  const stamps = new Map(SOURCES.flatMap((folder) => stampsBelow(root, folder)));
  const record = readRecord(root);
  const stale = [...stamps]
    .filter(([source, stamp]) => isStale(root, { source, stamp, recorded: record?.[source] }))
    .map(([source]) => source);
  if (stale.length === 0) {
    if (!record) writeRecord(root, stamps);
    return "up-to-date";
  }
  const compiler = compilerOf(root);
  const options = optionsOf(compiler, root);
  const results = stale.map((source) => ({ source, ...compiled(compiler, options, { root, source }) }));
  const faults = results.flatMap((result) => result.faults);
  if (faults.length > 0)
    throw new LocalError(`dist is older than the sources, and these do not compile:\n${faults.join("\n")}\n`, "fix them");
  for (const { source, text } of results) write(join(root, outputOf(source)), text);
  writeRecord(root, stamps);
  return "rebuilt";
}

/** Stamps of the compiled sources: modification times alone miss a source that was replaced by an older copy. */
const RECORD = join("dist", ".sources.json");

/** The stamps of the compiled sources; absent before they are first recorded. */
function readRecord(root: string): Readonly<Record<string, string>> | undefined {
  try {
    return JSON.parse(readFileSync(join(root, RECORD), "utf8")) as Record<string, string>;
  } catch {
    return undefined;
  }
}

/** Best effort: without the record only older copies go unnoticed, and a read-only folder, such as a container's, still works. */
function writeRecord(root: string, stamps: ReadonlyMap<string, Stamp>): void {
  try {
    write(join(root, RECORD), `${JSON.stringify(Object.fromEntries([...stamps].map(([source, { text }]) => [source, text])))}\n`);
  } catch (thrown) {
    if (codeOf(thrown) === undefined) throw thrown;
  }
}

/** A source's modification time and size. */
interface Stamp {
  readonly changedMs: number;
  readonly text: string;
}

/** Sources by their paths from the root. */
function stampsBelow(root: string, folder: string): [string, Stamp][] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry): [string, Stamp][] => {
    const source = join(folder, entry.name);
    if (entry.isDirectory()) return OTHERS.includes(source) ? [] : stampsBelow(root, source);
    if (!/\.(ts|json)$/.test(entry.name)) return [];
    const { mtimeMs, size } = statSync(join(root, source));
    return [[source, { changedMs: mtimeMs, text: `${mtimeMs}/${size}` }]];
  });
}

interface Source {
  readonly source: string;
  readonly stamp: Stamp;
  readonly recorded: string | undefined;
}

function isStale(root: string, { source, stamp, recorded }: Source): boolean {
  const made = statSync(join(root, outputOf(source)), { throwIfNoEntry: false });
  return made === undefined || stamp.changedMs > made.mtimeMs || (recorded !== undefined && recorded !== stamp.text);
}

function outputOf(source: string): string {
  return join("dist", source.replace(/\.ts$/, ".js"));
}

function compilerOf(root: string): Compiler {
  try {
    return createRequire(join(root, "package.json"))("typescript") as Compiler;
  } catch {
    throw new LocalError("dist is older than the sources and there is no compiler", "run npm ci");
  }
}

function optionsOf(compiler: Compiler, root: string): CompilerOptions {
  const { config, error } = compiler.readConfigFile(join(root, "tsconfig.json"), (path) => readFileSync(path, "utf8"));
  if (error) throw new LocalError(`tsconfig.json cannot be read${messageOf(compiler, error)}`, "fix it");
  return compiler.convertCompilerOptionsFromJson((config as { readonly compilerOptions: object }).compilerOptions, root).options;
}

interface Compiled {
  readonly text: string;
  /** Places and texts of syntax errors. */
  readonly faults: readonly string[];
}

function compiled(
  compiler: Compiler,
  compilerOptions: CompilerOptions,
  { root, source }: { readonly root: string; readonly source: string },
): Compiled {
  const fileName = join(root, source);
  const { outputText, diagnostics = [] } = compiler.transpileModule(readFileSync(fileName, "utf8"), {
    compilerOptions,
    fileName,
    reportDiagnostics: true,
  });
  return { text: outputText, faults: diagnostics.map((diagnostic) => `${source}${messageOf(compiler, diagnostic)}`) };
}

/** Position in the file, and the message. */
function messageOf(compiler: Compiler, { file, start, messageText }: Diagnostic): string {
  const at = file && start !== undefined ? file.getLineAndCharacterOfPosition(start) : undefined;
  return `${at ? `:${at.line + 1}:${at.character + 1}` : ""}: ${compiler.flattenDiagnosticMessageText(messageText, "\n")}`;
}

/** Writes by rename: another process may read or write the same file. The file mode is kept. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeWhole(path, text, statSync(path, { throwIfNoEntry: false })?.mode ?? 0o644);
}
