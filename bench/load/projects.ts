/** The same program as two Pulumi projects: compiled, as shipped, and as TypeScript, Pulumi's default. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#stacks/local/files";
import { linkModules, writeProjectFile } from "../project";

/** Variable with the path of the file into which a program writes its load time. */
export const LOADED = "BENCH_LOADED";

/** Layers of the program. */
const LAYERS = ["lib", "charts", "stacks"];

/** A built copy of this package with its settings. @returns its folder */
export function writeCompiled(scratch: string): string {
  const folder = copyOf(["dist", "tsconfig.json", "tsconfig.build.json"], join(scratch, "compiled"));
  return writeEntry(folder, { main: "index.js", program: "./dist/stacks/index", ours: true });
}

/** A copy of the sources, their subpath imports pointing at sources. @returns its folder */
export function writeSource(scratch: string): string {
  const folder = copyOf([], join(scratch, "source"));
  const { compilerOptions } = readJson("tsconfig.json");
  writeJson(join(folder, "tsconfig.json"), { compilerOptions: { ...(compilerOptions as object), types: ["node"] }, include: LAYERS });
  const imports = Object.fromEntries(LAYERS.map((layer) => [`#${layer}/*`, `./${layer}/*.ts`]));
  return writeEntry(folder, { main: "index.ts", program: "./stacks/index", ours: false, imports });
}

/** A program that only loads the SDK. @returns its folder */
export function writeEmpty(scratch: string): string {
  const folder = join(scratch, "empty");
  mkdirSync(folder);
  writeFileSync(join(folder, "program.js"), 'require("@pulumi/pulumi");\n');
  return writeEntry(folder, { main: "index.js", program: "./program", ours: false });
}

/** Keeps times: the build of a copy must be as new as that of the original. */
function copyOf(besides: readonly string[], folder: string): string {
  for (const path of [...LAYERS, ...besides])
    cpSync(join(packageRoot(), path), join(folder, path), { recursive: true, preserveTimestamps: true });
  return folder;
}

interface Entry {
  readonly main: "index.js" | "index.ts";
  readonly program: string;
  readonly ours: boolean;
  /** @default those of the package */
  readonly imports?: Readonly<Record<string, string>>;
}

/** A project whose program records its load time; a process's clock starts with it. */
function writeEntry(folder: string, { main, program, ours, imports }: Entry): string {
  const lines = [
    `const program = require(${JSON.stringify(program)});`,
    "const took = { seconds: performance.now() / 1000, megabytes: process.resourceUsage().maxRSS / 1024 };",
    `require("node:fs").writeFileSync(process.env[${JSON.stringify(LOADED)}] ?? "", JSON.stringify(took));`,
    "module.exports = program;",
  ];
  writeFileSync(join(folder, main), `${lines.join("\n")}\n`);
  writeJson(join(folder, "package.json"), { ...readJson("package.json"), ...(imports && { imports }) });
  writeProjectFile(folder, { main, typescript: main.endsWith(".ts"), ours });
  linkModules(folder);
  return folder;
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(packageRoot(), file), "utf8")) as Readonly<Record<string, unknown>>;
}

function writeJson(path: string, content: object): void {
  writeFileSync(path, JSON.stringify(content));
}
