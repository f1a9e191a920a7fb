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
import { freePort } from "./free-port";
import { type LocalBeam, startLocalJobServer, startPrism, startWorkerPool } from "./local-beam";
import { collectionFolders, type LocalCollection } from "./local-collections";
import { jobServerCommand, jobServerPorts, startFlinkJobServer, startLocalFlink } from "./local-flink";
import { renderObjects } from "./render-objects";
import { answers } from "./service";
import { type Session, withSession } from "./session";
import { type LoopbackAddresses, loopbackCommand, runSubmitter, type SubmitterEnd, WITHOUT_FLINK, writeVolume } from "./submitter";
import { prismMessages, workerMessages } from "./worker-messages";

/** Where a pipeline runs: on Beam's own runner in Python, on Prism, or on a Flink session cluster. */
export type LocalRunner = "beam" | "prism" | "flink";

/** What to run, and how. */
export interface RunLocalProps {
  readonly name: string;
  /** Path of the file. */
  readonly file: string;
  /** The file's text. */
  readonly definition: string;
  readonly on: LocalRunner;
  /** Values of secrets by binding; without one, the file's clear-text value is used. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Values that replace those of the file, by binding. */
  readonly values: Readonly<Record<string, PipelineBinding>>;
  /** Jinja variables. */
  readonly variables: Readonly<Record<string, PipelineBinding>>;
  /** Folders whose Python modules the file's providers name. */
  readonly pythonPath: readonly string[];
  /** Collections that the file takes transforms of. */
  readonly collections: readonly LocalCollection[];
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
  const [job, configMap] = [find(objects, "Job"), find(objects, "ConfigMap")];
  return withSession(async (session) => {
    // Locked packages come first: nothing takes their place.
    const pythonPath = [...(await collectionFolders(props.collections, props.progress)), ...props.pythonPath];
    const { local, ports, messages } = await START[props.on](session, { ...props, pythonPath });
    const volume = join(session.folder, "volume");
    writeVolume({ job, configMap }, volume, (secret, key) => secrets.get(`${secret}/${key}`) ?? "");
    const [python = "", , ...options] = loopbackCommand(job, { ...ports, workerPoolPort: local.workerPoolPort });
    const command = [python, join(volume, "submit.py"), ...options];
    const env = { ...local.env, BEAMSTACK_PIPELINE_FILE: resolve(props.file), ...(props.on !== "flink" && WITHOUT_FLINK) };
    const { timeoutMs, tell } = props;
    const submitter = runSubmitter(command, { folder: process.cwd(), env, timeoutMs, tell, signal: session.signal });
    session.atEnd(() => submitter.then(doNothing, doNothing));
    const end = await submitter;
    // A worker that cannot start reports it only in the pool's log.
    if (end.code !== 0 && !session.signal.aborted) tell(`worker pool:\n${local.workerPool.lastLines()}\n`);
    return { ...end, messages: messages() };
  });
}

/** Everything that a submitter needs. */
interface Started {
  readonly local: LocalBeam;
  readonly ports: Pick<LoopbackAddresses, "flinkPort" | "jobServerPort">;
  /** What user code has logged so far. */
  readonly messages: () => readonly string[];
}

const START: Readonly<Record<LocalRunner, (session: Session, props: RunLocalProps) => Promise<Started>>> = {
  beam: async (session, props) => {
    const local = await startPool(session, props);
    const { port, server } = await startLocalJobServer(local, session.folder, session.start);
    return { local, ports: await withoutFlink(port), messages: () => workerMessages(server.output) };
  },
  prism: async (session, props) => {
    const local = await startPool(session, props);
    const { port, server } = await startPrism(local, { ...session, progress: props.progress });
    return { local, ports: await withoutFlink(port), messages: () => prismMessages(server.output) };
  },
  flink: async (session, { progress, ...props }) => {
    // First, as it may not be there.
    const command = await jobServerCommand(progress);
    const local = await startPool(session, { ...props, progress });
    const own = { ...session, env: local.env };
    const { restPort } = await startLocalFlink({ ...own, progress });
    const ports = await jobServerPorts();
    const server = startFlinkJobServer(command, { ...own, ports, restPort });
    await server.until(() => answers(ports.job));
    // The TaskManager's log has them.
    return { local, ports: { flinkPort: restPort, jobServerPort: ports.job }, messages: () => [] };
  },
};

/** Nothing listens at Flink's port: the submitter relies on the job state that Beam reports. */
async function withoutFlink(jobServerPort: number): Promise<Started["ports"]> {
  return { flinkPort: await freePort(), jobServerPort };
}

function startPool(session: Session, { progress, pythonPath }: Pick<RunLocalProps, "progress" | "pythonPath">): Promise<LocalBeam> {
  // Beam's boot leaves this file in the folder where workers run.
  const left = resolve("pipeline_options.json");
  if (!existsSync(left)) session.atEnd(async () => rmSync(left, { force: true }));
  return startWorkerPool({ ...session, progress, pythonPath, cwd: process.cwd() });
}

function doNothing(): void {}

/** What matters on a cluster alone: on this machine paths, packages and classes are those of the user. */
const OF_CLUSTERS = new Set([
  "beam.artifacts-not-shared",
  "beam.fetches-packages",
  "beam.local-file",
  "beam.option-of-the-runner",
  "beam.other-file",
  "beam.secret-in-clear-text",
]);

/** Submitter and workers have an image of their own: this machine, with the packages of collections. */
const HERE = "localhost/beam:here";

/** The objects, and the values of their Secret keys: those that were given, else those of the file. */
function prepare({ name, file, definition, values, variables, collections, warn, ...props }: RunLocalProps) {
  const given = Object.entries(props.secrets).map(([binding, text], position) => ({
    binding,
    text,
    ref: secretRef("local", `given-${position}`),
  }));
  const document = readDocument(definition);
  const hidden = hiddenValues(document, { bindings: values, variables });
  const bindings = { ...Object.fromEntries(given.map(({ binding, ref }) => [binding, ref])), ...values, ...hidden.bindings };
  const clear = liftedSecrets(document, { bindings, secretName: `${name}-secrets` });
  // Those of collections are compared with what runs here before they are installed.
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: collections[0]?.lock.python ?? "3.11" } as const;
  // Beam reads what is included from beside the user's file; pages were asked for before.
  const pipeline = {
    definition,
    bindings,
    variables: { ...variables, ...hidden.variables },
    webIncludes: pagesOf(definition),
    image: HERE,
  };
  const rendered = renderObjects({ name, source: file, collections, pipeline, flink: { name: "local", versions, workerImage: HERE } });
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
