/** `pipeline`: checks Beam YAML, renders it as objects or as code, or runs it on this machine; stops pipelines of an environment. */

import { basename } from "node:path";
import { Command, Option } from "commander";
import { readDocument } from "#lib/beam/document";
import { FLINK_LINES, type FlinkLine } from "#lib/beam/matrix";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import type { Duration } from "#lib/core/duration";
import { isError, unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { toYaml } from "#lib/gitops/yaml";
import { BEAM_SDK_VERSIONS, type BeamSdkVersion, PYTHON_VERSIONS, type PythonVersion } from "#lib/kube/beam-runner";
import type { KubeObject } from "#lib/kube/object";
import { readIncludes, refusePages } from "../../beam/includes";
import { renderObjects } from "../../beam/render-objects";
import { type LocalRunner, runLocal } from "../../beam/run-local";
import { runTests } from "../../beam/run-tests";
import { type SubmitterEnd, secretItems } from "../../beam/submitter";
import { CommandError, EXIT } from "../exit-codes";
import { type CommonOptions, notedProgress, type Output, problemsBody, processTerminal, run, type Terminal } from "../output";
import { importCommand } from "./pipeline/import";
import { collection, collectionsOf, json, pairs, pythonPath, textOf, timeout, valuesOf, webInclude } from "./pipeline/inputs";
import { logsCommand } from "./pipeline/logs";
import { stopCommand } from "./pipeline/stop";
import { validateCommand } from "./pipeline/validate";

/** The command `pipeline` with its subcommands. */
export function pipelineCommand(terminal: Terminal = processTerminal): Command {
  return new Command("pipeline")
    .description("validate, import, render, run or test Beam YAML files; stop pipelines of an environment, or show their logs")
    .addCommand(validateCommand(terminal))
    .addCommand(importCommand(terminal))
    .addCommand(renderCommand(terminal))
    .addCommand(runLocalCommand(terminal))
    .addCommand(testCommand(terminal))
    .addCommand(stopCommand(terminal))
    .addCommand(logsCommand(terminal));
}

interface RenderOptions extends CommonOptions {
  readonly name?: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly beam: BeamSdkVersion;
  readonly flink: FlinkLine;
  readonly python: PythonVersion;
  readonly image?: string;
  readonly collection: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, string>>;
  readonly variable: Readonly<Record<string, string>>;
  readonly webInclude: readonly string[];
}

function renderCommand(terminal: Terminal): Command {
  return new Command("render")
    .description("print the objects that run a pipeline on a Flink cluster; needs no cluster")
    .argument("<file>", "Beam YAML")
    .option("--name <name>", "name of the pipeline; default: that of the file")
    .option("--cluster <name>", "name of the FlinkDeployment", "main")
    .option("--namespace <namespace>", "its namespace", "flink")
    .addOption(new Option("--beam <version>", "Beam SDK").choices(BEAM_SDK_VERSIONS).default("2.77.0"))
    .addOption(new Option("--flink <line>", "Flink line").choices(FLINK_LINES).default("2.2"))
    .addOption(new Option("--python <version>", "Python").choices(PYTHON_VERSIONS).default("3.11"))
    .option("--image <image>", "image of the submitter and the workers")
    .addOption(collection())
    .addOption(pairs("--secret <binding=secret/key>", "take a value from a key of a Secret"))
    .addOption(pairs("--value <binding=json>", "replace a value of the file"))
    .addOption(pairs("--variable <name=json>", "set a Jinja variable of the file"))
    .addOption(webInclude())
    .option("--json", "print the result as JSON")
    .action((file: string, options: RenderOptions) => run(options, (output) => render(file, options, output), terminal));
}

function render(file: string, options: RenderOptions, output: Output): void {
  refuseTwoOrigins(options);
  const { beam: beamSdk, flink: flinkVersion, python, cluster, namespace, image } = options;
  const secrets = Object.entries(options.secret).map(([binding, place]) => [binding, secretPlace(place)] as const);
  const definition = textOf(file);
  const rendered = renderObjects({
    name: options.name ?? nameOf(file),
    source: file,
    collections: collectionsOf(options.collection),
    pipeline: {
      definition,
      includes: readIncludes(file, definition, textOf),
      webIncludes: options.webInclude,
      bindings: { ...Object.fromEntries(secrets), ...valuesOf(options.value) },
      variables: valuesOf(options.variable),
      ...(image && { image }),
    },
    flink: { name: cluster, namespace, versions: { beamSdk, flinkVersion, python }, ...(image && { workerImage: image }) },
  });
  const objects = unwrap(rendered);
  const warnings = rendered.ok ? rendered.warnings.filter((problem) => !isError(problem)) : [];
  output.problems(warnings);
  const keys = requiredKeys(objects);
  if (keys.length > 0) output.note(`Secrets that must exist in namespace ${namespace}:\n${keys.map((key) => `  ${key}\n`).join("")}`);
  output.result("Pipeline", { objects, requires: keys, warnings: problemsBody(warnings) }, () =>
    objects.map((object) => `---\n${toYaml(object)}`).join(""),
  );
}

/** `<secret>/<key>` of everything that the Job mounts. */
function requiredKeys(objects: readonly KubeObject[]): string[] {
  const jobs = objects.filter(({ kind }) => kind === "Job");
  return [...new Set(jobs.flatMap((job) => secretItems(job).map(({ secret, key }) => `${secret}/${key}`)))];
}

interface RunLocalOptions extends CommonOptions {
  readonly portable: boolean;
  readonly on?: "flink";
  readonly secret: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, string>>;
  readonly variable: Readonly<Record<string, string>>;
  readonly webInclude: readonly string[];
  readonly collection: Readonly<Record<string, string>>;
  readonly pythonPath: readonly string[];
  readonly timeout: Duration;
}

function runLocalCommand(terminal: Terminal): Command {
  return new Command("run-local")
    .description("run a pipeline on this machine with the submitter that clusters use")
    .argument("<file>", "Beam YAML")
    .option("--portable", "run on Prism, Beam's portable runner; it listens on every address of this machine", false)
    .addOption(new Option("--on <engine>", "run on a temporary cluster of this engine").choices(["flink"]).conflicts("portable"))
    .addOption(pairs("--secret <binding=file>", "read a secret from a file"))
    .addOption(pairs("--value <binding=json>", "replace a value of the file"))
    .addOption(pairs("--variable <name=json>", "set a Jinja variable of the file"))
    .addOption(webInclude())
    .addOption(collection())
    .addOption(pythonPath())
    .addOption(timeout("how long the pipeline may run", 10))
    .option("--json", "print the result as JSON")
    .action((file: string, options: RunLocalOptions) => run(options, (output) => runFile(file, options, output), terminal));
}

/** What people call them. */
const RUNNERS: Readonly<Record<LocalRunner, string>> = { beam: "Beam's own runner", prism: "Prism", flink: "Flink" };

async function runFile(file: string, options: RunLocalOptions, output: Output): Promise<void> {
  refuseTwoOrigins(options);
  const name = nameOf(file);
  const definition = textOf(file);
  refusePages(file, definition, { includes: readIncludes(file, definition, textOf), allowed: options.webInclude });
  const on = options.portable ? "prism" : (options.on ?? "beam");
  const secrets = Object.entries(options.secret).map(([binding, place]) => [binding, textOf(place).replace(/\r?\n$/, "")] as const);
  const end = await runLocal({
    name,
    file,
    definition,
    on,
    secrets: Object.fromEntries(secrets),
    values: valuesOf(options.value),
    variables: valuesOf(options.variable),
    collections: collectionsOf(options.collection),
    pythonPath: options.pythonPath,
    timeoutMs: options.timeout.seconds * 1000,
    progress: notedProgress(output),
    tell: (text) => output.note(text),
    warn: (problems) => output.problems(problems),
  });
  if (end.code !== 0) throw failure(name, end, options.timeout);
  output.result("PipelineRun", { name, on, state: "finished", messages: end.messages }, () =>
    [...end.messages, `${name}: finished on ${RUNNERS[on]}`].join("\n"),
  );
}

interface TestOptions extends CommonOptions {
  readonly variable: Readonly<Record<string, string>>;
  readonly webInclude: readonly string[];
  readonly collection: Readonly<Record<string, string>>;
  readonly pythonPath: readonly string[];
}

function testCommand(terminal: Terminal): Command {
  return new Command("test")
    .description("run the tests of a pipeline file with Beam's own test runner")
    .argument("<file>", "Beam YAML with the key tests")
    .addOption(pairs("--variable <name=json>", "set a Jinja variable of the file"))
    .addOption(webInclude())
    .addOption(collection())
    .addOption(pythonPath())
    .option("--json", "print the result as JSON")
    .action((file: string, options: TestOptions) => run(options, (output) => testFile(file, options, output), terminal));
}

async function testFile(file: string, options: TestOptions, output: Output): Promise<void> {
  const text = textOf(file);
  refusePages(file, text, { includes: readIncludes(file, text, textOf), allowed: options.webInclude });
  refuseWithoutTests(file, text);
  const variables = Object.fromEntries(Object.entries(options.variable).map(([name, text]) => [name, json(text)]));
  const { pythonPath } = options;
  const collections = collectionsOf(options.collection);
  const progress = notedProgress(output);
  const code = await runTests({ file, variables, pythonPath, collections, progress, tell: (text) => output.note(text) });
  if (code !== 0) throw new CommandError(EXIT.other, `the tests of ${file} failed`, "see the output above");
  output.result("PipelineTest", { file, state: "passed" }, () => `${file}: all tests passed`);
}

/** @throws CommandError where Beam would end with a stack trace; what Jinja makes of the file is not known */
function refuseWithoutTests(file: string, text: string): void {
  const { form, complete, root } = readDocument(text);
  if (form !== "yaml" || !complete || root?.entries.has("tests") === true) return;
  throw new CommandError(
    EXIT.configuration,
    `${file} has no tests`,
    "write them under the key tests: see Beam YAML's documentation of testing",
  );
}

/** Errors by the submitter's exit code, see its script. */
function failure(name: string, { code, signal, timedOut }: SubmitterEnd, timeout: Duration): CommandError {
  if (timedOut) return new CommandError(EXIT.timeout, `${name} did not end within ${timeout}`, "give it more time with --timeout");
  if (code === 2) return new CommandError(EXIT.configuration, `Beam refuses ${name}`, "fix the errors above");
  if (signal) return new CommandError(EXIT.other, `${name} was ended by ${signal}`, "check whether this machine ran out of memory");
  return new CommandError(EXIT.other, `${name} failed`, "see the error above");
}

/** @throws CommandError if a binding has two sources, of which one would be ignored */
function refuseTwoOrigins({ secret, value }: Pick<RenderOptions, "secret" | "value">): void {
  const both = Object.keys(secret).filter((binding) => Object.hasOwn(value, binding));
  if (both.length > 0)
    throw new CommandError(EXIT.configuration, `--secret and --value both give ${both.join(", ")}`, "give each of them once");
}

function secretPlace(place: string): PipelineBinding {
  const [name = "", key = "", ...rest] = place.split("/");
  if (name === "" || key === "" || rest.length > 0) {
    throw new CommandError(EXIT.configuration, `${JSON.stringify(place)} is not a key of a Secret`, "write it as <secret>/<key>");
  }
  return secretRef(name, key);
}

function nameOf(file: string): string {
  const name = basename(file)
    .replace(/\.[^.]*$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return name.replace(/^-+|-+$/g, "").slice(0, 50) || "pipeline";
}
