/** `init`: creates a user's own repository of environments. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { ConfigError, type Problem, sortProblems } from "#lib/core/problem";
import { readIfThere, writeWhole } from "../../local/files";
import { codeOf } from "../../local/local-error";
import { CommandError, EXIT } from "../exit-codes";
import { type CommonOptions, type Output, processTerminal, run, type Terminal } from "../output";
import { completedManifest, templateFiles } from "./init/repository";

/** Name of a package and of a Pulumi project. */
const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/;

interface InitOptions extends CommonOptions {
  readonly name?: string;
}

/** The command `init`. */
export function initCommand(terminal: Terminal = processTerminal): Command {
  return new Command("init")
    .description("create your own repository in this folder: one environment, its Pulumi project, and CI for GitOps")
    .option(
      "--name <name>",
      "name of the repository, its package and its Pulumi project (default: that of package.json, else of the folder)",
      nameOf,
    )
    .option("--json", "print the result as JSON")
    .action((options: InitOptions) => run(options, (output) => init(process.cwd(), options, output), terminal));
}

function nameOf(text: string): string {
  if (!NAME.test(text)) throw new InvalidArgumentError("expected lower-case letters, digits and dashes");
  return text;
}

/** Next steps in the new repository, with reasons. */
const NEXT = [
  ["npm install", "the compiler that checks environment files; commit package-lock.json, too"],
  ["npm run check", "check types, then show every other problem with its file and line"],
  ["npx beamstack-iac up local", "on a control plane of this machine; npx beamstack-iac destroy local removes it"],
  ["npm run synth", "the files for Argo CD or Flux in gitops/local, to be committed"],
] as const;

function init(folder: string, { name: asked }: InitOptions, output: Output): void {
  const existing = existingManifest(folder);
  const own = existing?.["name"];
  const name = asked ?? (typeof own === "string" ? own : defaultName(folder));
  const files = templateFiles(name);
  const { manifest, differing } = completedManifest(name, existing);
  const problems = [
    ...[...files.keys()].filter((path) => existsSync(join(folder, path))).map(fileExists),
    ...differing.map((key) => differs(key, existing ?? {})),
  ];
  if (problems.length > 0) throw new ConfigError(sortProblems(problems));
  write(folder, files, `${JSON.stringify(manifest, undefined, 2)}\n`);
  const made = ["package.json", ...files.keys()];
  output.result("Init", { name, folder, files: made, next: NEXT.map(([command]) => command) }, () =>
    [`made ${name} in ${folder}:`, ...made.map((path) => `  ${path}`), "next:", ...NEXT.map(nextText)].join("\n"),
  );
}

function nextText([command, why]: (typeof NEXT)[number]): string {
  const width = Math.max(...NEXT.map(([text]) => text.length));
  return `  ${command.padEnd(width)}  # ${why}`;
}

/** @throws CommandError if it is not a JSON object */
function existingManifest(folder: string): JsonObject | undefined {
  const text = readIfThere(join(folder, "package.json"));
  if (text === undefined) return undefined;
  const content = parsed(text);
  if (isJsonObject(content)) return content;
  throw new CommandError(EXIT.configuration, "package.json is not a JSON object", "correct it, or move it away");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function defaultName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return NAME.test(name) ? name : "beamstack";
}

function write(folder: string, files: ReadonlyMap<string, string>, manifest: string): void {
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      // Fails if another process has created the file since the check.
      writeFileSync(join(folder, path), text, { flag: "wx" });
    }
    writeWhole(join(folder, "package.json"), manifest, 0o644);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    throw new CommandError(EXIT.other, `${folder} cannot be written: ${code}`, "run it in a folder that you can write to");
  }
}

function fileExists(path: string): Problem {
  return {
    id: "init.file-exists",
    path,
    got: "a file that exists",
    allowed: "a folder without it: init overwrites nothing",
    fix: "run init in an empty folder and copy what you need, or move this file away",
  };
}

function differs(key: string, existing: JsonObject): Problem {
  const value = key.split(".").reduce<unknown>((at, step) => (isJsonObject(at) ? at[step] : undefined), existing);
  return {
    id: "init.package-differs",
    path: `package.json#${key}`,
    got: JSON.stringify(value),
    allowed: "no value, or the one that init writes: it changes nothing that is there",
    fix: key === "name" ? "leave --name out, or change the name in package.json" : "rename this script",
  };
}
