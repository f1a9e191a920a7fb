/** Runs one pipeline file on this machine with the submitter that clusters use. */

import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type BeamPipelineDocument, readDocument } from "#lib/beam/document";
import { type GivenValues, givenSecrets } from "#lib/beam/given";
import { pagesOf } from "#lib/beam/includes";
import { liftedSecrets, type PipelineBinding } from "#lib/beam/render-pipeline";
import { isError, type Problem, unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import type { KubeObject } from "#lib/kube/object";
import type { Progress } from "../local/progress";
import { scratchFolder } from "../local/scratch";
import { freePort } from "./free-port";
import { type LocalBeam, startLocalJobServer, startWorkerPool } from "./local-beam";
import { jobServerCommand, jobServerPorts, startFlinkJobServer, startLocalFlink } from "./local-flink";
import { renderObjects } from "./render-objects";
import { answers, type Service } from "./service";
import { loopbackCommand, runSubmitter, type SubmitterEnd, WITHOUT_FLINK, writeVolume } from "./submitter";
import { workerMessages } from "./worker-messages";

/** What to run, and how. */
export interface RunLocalProps {
  readonly name: string;
  /** Path of the file. */
  readonly file: string;
  /** The file's text. */
  readonly definition: string;
  /** On Flink, or on Beam's own portable runner. */
  readonly on: "flink" | "beam";
  /** Values of secrets by binding; without one, the file's clear-text value is used. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Values that replace those of the file, by binding. */
  readonly values: Readonly<Record<string, PipelineBinding>>;
  /** Jinja variables. */
  readonly variables: Readonly<Record<string, PipelineBinding>>;
  /** Folders whose Python modules the file's providers name. */
  readonly pythonPath: readonly string[];
  readonly timeoutMs: number;
  readonly progress: Progress;
  /** Called with the submitter's output. */
  readonly tell: (text: string) => void;
  /** Called with warnings before anything starts. */
  readonly warn: (problems: readonly Problem[]) => void;
}

/** How a run ended, and what its code logged. */
export interface RunLocalEnd extends SubmitterEnd {
  /** Empty on Flink: the TaskManager's log has them. */
  readonly messages: readonly string[];
}

/** Runs the pipeline to completion, then stops everything it started. */
export async function runLocal(props: RunLocalProps): Promise<RunLocalEnd> {
  const { objects, secrets } = prepare(props);
  // Beam's boot leaves this file in the folder where workers run.
  const left = resolve("pipeline_options.json");
  const there = existsSync(left);
  const folder = scratchFolder("run");
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (): void => void stop().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupted);
  try {
    const local = await startWorkerPool({ folder, progress: props.progress, pythonPath: props.pythonPath, cwd: process.cwd() });
    stops.push(async () => {
      await local.workerPool.stop();
      if (!there) rmSync(left, { force: true });
    });
    const ports =
      props.on === "flink" ? await onFlink(local, { folder, progress: props.progress, stops }) : await onBeam(local, { folder, stops });
    const [job, configMap] = [find(objects, "Job"), find(objects, "ConfigMap")];
    const volume = join(folder, "volume");
    writeVolume({ job, configMap }, volume, (secret, key) => secrets.get(`${secret}/${key}`) ?? "");
    const [python = "", , ...options] = loopbackCommand(job, { ...ports, workerPoolPort: local.workerPoolPort });
    const command = [python, join(volume, "submit.py"), ...options];
    const env = { ...local.env, BEAMSTACK_PIPELINE_FILE: resolve(props.file), ...(props.on === "beam" && WITHOUT_FLINK) };
    const end = await runSubmitter(command, { folder: process.cwd(), env, timeoutMs: props.timeoutMs, tell: props.tell });
    // A worker that cannot start reports it only in the pool's log.
    if (end.code !== 0) props.tell(`worker pool:\n${local.workerPool.lastLines()}\n`);
    return { ...end, messages: ports.jobServer ? workerMessages(ports.jobServer.output) : [] };
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, interrupted);
    await stop();
  }
}

interface Ports {
  readonly flinkPort: number;
  readonly jobServerPort: number;
  /** The job server to which workers report. @default they report to Flink */
  readonly jobServer?: Service;
}

async function onBeam(local: LocalBeam, at: { readonly folder: string; readonly stops: (() => Promise<void>)[] }): Promise<Ports> {
  const { port, server } = await startLocalJobServer(local, at.folder);
  at.stops.push(() => server.stop());
  // Nothing listens there: the submitter relies on the job state that Beam reports.
  return { flinkPort: await freePort(), jobServerPort: port, jobServer: server };
}

async function onFlink(
  { env }: LocalBeam,
  at: { readonly folder: string; readonly progress: Progress; readonly stops: (() => Promise<void>)[] },
): Promise<Ports> {
  const command = await jobServerCommand(at.progress);
  const flink = await startLocalFlink({ folder: at.folder, env, progress: at.progress });
  at.stops.push(() => flink.stop());
  const ports = await jobServerPorts();
  const server = startFlinkJobServer(command, { ports, restPort: flink.restPort, folder: at.folder, env });
  at.stops.push(() => server.stop());
  await server.until(() => answers(ports.job));
  return { flinkPort: flink.restPort, jobServerPort: ports.job };
}

/** What matters on a cluster alone: on this machine paths, packages and classes are those of the user. */
const OF_CLUSTERS = new Set([
  "beam.artifacts-not-shared",
  "beam.classes-not-in-sdk-image",
  "beam.fetches-packages",
  "beam.local-file",
  "beam.option-of-the-runner",
  "beam.other-file",
  "beam.secret-in-clear-text",
]);

/** The objects, and the values of their Secret keys: those that were given, else those of the file. */
function prepare({ name, file, definition, values, variables, warn, ...props }: RunLocalProps) {
  const given = Object.entries(props.secrets).map(([binding, text], position) => ({
    binding,
    text,
    ref: secretRef("local", `given-${position}`),
  }));
  const document = readDocument(definition);
  const hidden = hiddenValues(document, { bindings: values, variables });
  const bindings = { ...Object.fromEntries(given.map(({ binding, ref }) => [binding, ref])), ...values, ...hidden.bindings };
  const clear = liftedSecrets(document, { bindings, secretName: `${name}-secrets` });
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } as const;
  // Beam reads what is included from beside the user's file; pages were asked for before.
  const pipeline = { definition, bindings, variables: { ...variables, ...hidden.variables }, webIncludes: pagesOf(definition) };
  const rendered = renderObjects({ name, source: file, pipeline, flink: { name: "local", versions } });
  const objects = unwrap(rendered);
  if (rendered.ok) warn(rendered.warnings.filter((problem) => !isError(problem) && !OF_CLUSTERS.has(problem.id)));
  const known = [...clear.map(({ secret, ref }) => ({ ref, text: secret.text })), ...given, ...hidden.known];
  return { objects, secrets: new Map(known.map(({ ref, text }) => [`${ref.name}/${ref.key}`, text])) };
}

/** Secrets among the values that were given on the command line: like those of files they reach the submitter as files, which it keeps out of its output. */
function hiddenValues(document: BeamPipelineDocument, values: GivenValues) {
  const known = givenSecrets(document, values).flatMap(({ prop, name }, position) => {
    const binding = values[prop][name];
    const text = binding?.type === "value" && typeof binding.value !== "object" ? String(binding.value) : undefined;
    return text === undefined ? [] : [{ prop, name, text, ref: secretRef("local", `value-${position}`) }];
  });
  const refs = (of: keyof GivenValues) => Object.fromEntries(known.flatMap(({ prop, name, ref }) => (prop === of ? [[name, ref]] : [])));
  return { bindings: refs("bindings"), variables: refs("variables"), known };
}

function find(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.find((object) => object.kind === kind);
  if (!found) throw new Error(`a pipeline without a ${kind}`);
  return found;
}
