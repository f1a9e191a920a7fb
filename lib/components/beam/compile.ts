/** Compiles a pipeline's props for its Job: the file without secrets, the submitter's inputs, and all problems. */

import { declareCollections, type PipelineCollection } from "#lib/beam/collections";
import { type BeamPipelineDocument, readDocument } from "#lib/beam/document";
import type { FindingContext } from "#lib/beam/findings";
import { type GivenSecret, givenSecrets } from "#lib/beam/given";
import { importPipeline } from "#lib/beam/import-pipeline";
import { withoutDot } from "#lib/beam/includes";
import { pipelineYaml } from "#lib/beam/pipeline-spec";
import {
  expansionServices,
  fetchesPackages,
  foreignPythonClasses,
  isStreaming,
  packageOptions,
  uriSchemes,
  webAddresses,
} from "#lib/beam/reach";
import { type PipelineBinding, type RenderedPipeline, renderPipeline, type SecretVariable } from "#lib/beam/render-pipeline";
import { validatePipeline } from "#lib/beam/validate";
import type { JsonObject, JsonValue } from "#lib/core/json";
import { isError, type Problem, type Result } from "#lib/core/problem";
import type { SecretRef } from "#lib/core/secret-ref";
import { submitterFiles } from "#lib/imports/submitter/index";
import type { BeamSdkVersion } from "#lib/kube/beam-runner";
import { classesIn } from "./collection-checks";
import { featureBindings } from "./feature-bindings";
import { includeProblems } from "./include-checks";
import type { ResolvedSettings } from "./reference-bindings";
import type { BeamPipelineSettings } from "./schema";
import { stateName, stateSettings } from "./stream-state";
import { topicBindings, type WiredTopic } from "./topic-bindings";

/** A Secret key, and the path of its mounted file below the submitter's folder. */
export interface SecretFile {
  readonly secret: SecretRef;
  readonly file: string;
}

/** A compiled pipeline. */
export interface CompiledPipeline {
  /** Files beside the submitter, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretFile[];
  readonly outcome: "finished" | "running";
  /** ConfigMap of its state. @default it keeps none */
  readonly state: string | undefined;
  /** Is the pipeline unbounded? */
  readonly streaming: boolean;
  /** Does the submitter fetch packages or jars? */
  readonly fetches: boolean;
  /** Schemes of the URIs that the submitter may read. */
  readonly schemes: readonly string[];
  /** Hosts and ports that the submitter calls besides: expansion services, and pages on ports of their own. */
  readonly addresses: readonly SubmitterAddress[];
  /** The original file. */
  readonly document: BeamPipelineDocument;
}

/** A host and a port. */
export interface SubmitterAddress {
  readonly host: string;
  readonly port: number;
}

/** Name and path of a pipeline. */
export interface PipelineIdentity {
  readonly name: string;
  /** Path of its props. */
  readonly path: string;
  /** SDK of its runner. */
  readonly sdk: BeamSdkVersion;
  /** What messages call its file. @default its prop */
  readonly source?: string | undefined;
  /** How its user gives values: by props or by options of the command. @default "props" */
  readonly by?: FindingContext["by"] | undefined;
  /** Topics that it reads and writes. @default none */
  readonly topics?: readonly WiredTopic[] | undefined;
  /** Collections that its file takes transforms of. @default none */
  readonly collections?: readonly PipelineCollection[] | undefined;
  /** Name of its feature store. @default it has none */
  readonly featureStore?: string | undefined;
}

/** Size limit of a ConfigMap's data in the API server (etcd's limit is 1.5 MiB). */
const CONFIG_MAP_BYTES = 1024 ** 2;

/** A file as it is submitted, and as it was read. */
type RenderedFile = RenderedPipeline & { readonly document: BeamPipelineDocument };

/** Reads the file and renders it with its bindings, those of its topics included. */
function renderFile(props: ResolvedSettings, identity: PipelineIdentity): Result<RenderedFile> {
  const { name, path, source = `${path}.definition`, by = "props", collections = [] } = identity;
  const text = typeof props.definition === "string" ? props.definition : pipelineYaml(props.definition);
  const { variables, includes, webIncludes } = props;
  const given = readDocument(text);
  const wired = topicBindings(given, identity.topics ?? [], path);
  const features = featureBindings(given, { path, featureStore: identity.featureStore, bindings: props.bindings });
  const pointedOut = [...wired.problems, ...features.problems, ...includeProblems({ text, source, includes, webIncludes, path, by })];
  if (pointedOut.some(isError)) return { ok: false, problems: pointedOut };
  const bindings = { ...wired.bindings, ...features.bindings, ...props.bindings };
  const secretName = `${name}-secrets`;
  const own = Object.keys(includes).map(withoutDot);
  // What is written in TypeScript was never accepted by Beam: what it would refuse is refused here.
  const read = typeof props.definition === "string" ? importPipeline : validatePipeline;
  const imported = read(text, source, { bindings, variables, secretName, includes: own, by, collections });
  if (!imported.ok) return imported;
  const document = imported.value;
  const inClearText = givenSecrets(document, { bindings: props.bindings, variables });
  if (inClearText.length > 0)
    return { ok: false, problems: inClearText.map((secret) => givenInClearText(secret, { path, by, secretName })) };
  const rendered = renderPipeline(document, { bindings, secretName, path });
  if (!rendered.ok) return rendered;
  const declared = declareCollections(rendered.value.text, collections);
  if (declared === undefined) return { ok: false, problems: [notDeclarable(source)] };
  return { ok: true, value: { ...rendered.value, text: declared, document }, warnings: [...pointedOut, ...imported.warnings] };
}

/** Compiles a pipeline. */
export function compilePipeline(props: ResolvedSettings, identity: PipelineIdentity): Result<CompiledPipeline> {
  const rendered = renderFile(props, identity);
  if (!rendered.ok) return rendered;
  const { path } = identity;
  const { variables, includes, webIncludes } = props;
  const { document } = rendered.value;
  // Bindings may name other places, or make a stream of it.
  const { submitted } = rendered.value;
  const streaming = isStreaming(submitted) || props.options["streaming"] === true;
  const outcome = props.outcome ?? (streaming ? "running" : "finished");
  const secrets = secretFiles(rendered.value.secrets, variables);
  const state = stateName(identity.name, props, outcome);
  const own = {
    "pipeline.yaml": rendered.value.text,
    ...Object.fromEntries(Object.entries(includes).map(([file, included]) => [withoutDot(file), included])),
  };
  const settings = submitSettings(props, {
    outcome,
    secrets,
    variables,
    state,
    sdk: identity.sdk,
    files: Object.keys(own),
    collections: identity.collections ?? [],
  });
  const files = {
    ...own,
    "settings.json": `${JSON.stringify(settings, null, 1)}\n`,
    ...submitterFiles,
  };
  const large = tooLarge(files, path);
  if (large) return { ok: false, problems: [large] };
  const warnings = [...rendered.warnings, ...imageFindings(document, props, path)];
  const lifted = secrets.map(({ secret, file }) => ({ secret, file }));
  // Flows to a bucket of the environment are its own.
  const artifacts = typeof props.artifacts === "string" ? props.artifacts : "";
  const texts = Object.values(variables).flatMap((binding) =>
    binding.type === "value" && typeof binding.value === "string" ? [binding.value] : [],
  );
  const schemes = [...uriSchemes(submitted, texts), artifacts.slice(0, Math.max(artifacts.indexOf(":"), 0))];
  return {
    ok: true,
    value: {
      files,
      secrets: lifted,
      outcome,
      state,
      streaming,
      fetches: fetches(submitted, props),
      schemes,
      addresses: addressesOf([...webAddresses(submitted), ...webIncludes], submitted),
      document,
    },
    warnings,
  };
}

/** Nobody knows which providers Jinja will make. */
function notDeclarable(source: string): Problem {
  return {
    id: "beam.collections-not-declarable",
    path: source,
    got: "a file whose providers Jinja makes, and collections",
    allowed: "a file that is YAML before Jinja renders it, or one with the key providers",
    fix: "write providers: [] into the file, outside of Jinja's blocks",
  };
}

/** It would stand in the ConfigMap. */
function givenInClearText(
  { prop, name }: GivenSecret,
  { path, by, secretName }: { readonly path: string; readonly by: FindingContext["by"]; readonly secretName: string },
): Problem {
  const options = { bindings: "--value", variables: "--variable" } as const;
  const instead = by === "options" && prop === "bindings" ? `--secret ${JSON.stringify(`${name}=${secretName}/<key>`)}` : "secretRef(...)";
  return {
    id: "beam.secret-given-in-clear-text",
    path: by === "options" ? `${options[prop]} ${name}` : `${path}.${prop}[${JSON.stringify(name)}]`,
    got: "a plain-text secret",
    allowed: "a reference to a key of a Secret",
    fix: `put the value into a Secret and give it with ${instead}`,
  };
}

interface SecretSetting extends SecretFile {
  readonly variable: string;
  /** Is the variable inside YAML double quotes? Always where we wrote it; not always in a hand-written file. */
  readonly quoted: boolean;
}

function secretFiles(lifted: readonly SecretVariable[], variables: Readonly<Record<string, PipelineBinding>>): SecretSetting[] {
  const own = Object.entries(variables).flatMap(([variable, binding]) =>
    binding.type === "secret-ref" ? [{ variable, secret: binding, quoted: false }] : [],
  );
  const all = [...lifted, ...own];
  return all.map((each, position) => ({ ...each, file: `secrets/${position}` }));
}

function submitSettings(
  props: BeamPipelineSettings,
  given: {
    readonly outcome: string;
    readonly secrets: readonly SecretSetting[];
    readonly variables: Readonly<Record<string, PipelineBinding>>;
    readonly state: string | undefined;
    readonly sdk: BeamSdkVersion;
    /** Paths of its own files. */
    readonly files: readonly string[];
    readonly collections: readonly PipelineCollection[];
  },
): JsonObject {
  const values = Object.entries(given.variables).flatMap<[string, JsonValue]>(([name, binding]) =>
    binding.type === "value" ? [[name, binding.value]] : [],
  );
  return {
    outcome: given.outcome,
    upgrade: props.upgrade,
    artifacts: props.artifacts !== undefined,
    variables: Object.fromEntries(values),
    secrets: Object.fromEntries(
      given.secrets.map(({ variable, secret, file, quoted }) => [variable, { file, quoted, ref: `${secret.name}/${secret.key}` }]),
    ),
    files: [...given.files],
    sdk: given.sdk,
    ...(given.collections.length > 0 && { collections: classesIn(given.collections) }),
    ...stateSettings(given.state, props),
  };
}

function tooLarge(files: Readonly<Record<string, string>>, path: string): Problem | undefined {
  const bytes = Object.values(files).reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  if (bytes <= CONFIG_MAP_BYTES) return undefined;
  return {
    id: "beam.file-too-large",
    path: `${path}.definition`,
    got: `${bytes} bytes with the submitter's own files`,
    allowed: `at most ${CONFIG_MAP_BYTES} bytes, the size limit of a ConfigMap`,
    fix: "read data from storage instead of writing it into the pipeline",
  };
}

function addressesOf(web: readonly string[], document: BeamPipelineDocument): SubmitterAddress[] {
  const pages = web
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address))
    .map(({ protocol, hostname, port }) => ({ host: hostname, port: Number(port) || (protocol === "http:" ? 80 : 443) }));
  const all = [...expansionServices(document).map(({ host, port }) => ({ host, port })), ...pages];
  return [...new Map(all.map((address) => [`${address.host}:${address.port}`, address])).values()];
}

function fetches(document: BeamPipelineDocument, { options, webIncludes }: BeamPipelineSettings): boolean {
  return webIncludes.length > 0 || fetchesPackages(document) || "requirements_file" in options || "setup_file" in options;
}

/** Where the code of a file's providers must come from. */
function imageFindings(document: BeamPipelineDocument, props: BeamPipelineSettings, path: string): Problem[] {
  const classes = foreignPythonClasses(document);
  const travels =
    document.providers.some(({ type, packages }) => type === "pythonPackage" || packages) || packageOptions(document).length > 0;
  return [
    ...(classes.length > 0 && props.image === undefined ? [missingClasses(classes, path)] : []),
    ...(travels && props.artifacts === undefined ? [artifactsNotShared(path)] : []),
  ];
}

function missingClasses(classes: readonly string[], path: string): Problem {
  return {
    id: "beam.classes-not-in-sdk-image",
    path: `${path}.image`,
    got: `providers that name ${classes.join(", ")}`,
    allowed: "an image with these packages, for the submitter and the workers",
    fix: "set the runner's worker image to one with the packages; the submitter uses the same image by default",
    severity: "warning",
  };
}

function artifactsNotShared(path: string): Problem {
  return {
    id: "beam.artifacts-not-shared",
    path: `${path}.artifacts`,
    got: "packages to stage, without shared storage",
    allowed: "artifacts in a bucket that the submitter and the workers can access",
    fix: "set artifacts, or put the packages into the image",
    severity: "warning",
  };
}
