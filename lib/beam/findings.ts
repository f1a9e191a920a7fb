/** What to point out in a pipeline file. All of it is a warning: Beam accepts the file, and so do we. */

import type { Problem } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";
import { type BeamTransformFacts, beamTransforms } from "#lib/imports/beam/index";
import { type BeamPipelineDocument, siteAt, type TransformSite, type ValueSite } from "./document";
import { includesOtherFiles } from "./jinja";
import { bindingName, secretsOf } from "./secrets";

/** A finding before it knows where the file came from. */
type Finding = Omit<Problem, "severity">;

/** Everything to point out, each with a path below `source`. */
export function findingsOf(document: BeamPipelineDocument, source: string): Problem[] {
  const rules = document.form === "yaml" ? [...VALUE_RULES, otherFiles] : [secretsInTemplate, otherFiles];
  return rules.flatMap((rule) => rule(document)).map((finding) => ({ ...finding, path: `${source}#${finding.path}`, severity: "warning" }));
}

const VALUE_RULES: readonly ((document: BeamPipelineDocument) => Finding[])[] = [
  secretsInClearText,
  certificatesNotVerified,
  droppedDocumentIds,
  localFiles,
  unknownTransforms,
  javaTransforms,
  optionsOfTheRunner,
];

function secretsInClearText(document: BeamPipelineDocument): Finding[] {
  return secretsOf(document).map(({ name, state }) => ({
    id: state === "clear" ? "beam.secret-in-clear-text" : "beam.secret-empty",
    path: name,
    got: state === "clear" ? "a plain-text secret (it is removed from all output)" : "no value where a secret belongs",
    allowed: "a reference to a key of a Secret",
    fix: `bind ${JSON.stringify(name)} to a secretRef(...) of the pipeline`,
  }));
}

/** Simple `key: value` lines are all that can be seen of a template. */
function secretsInTemplate(document: BeamPipelineDocument): Finding[] {
  const line =
    /^[ \t-]*["']?(?<key>(?:\w*_)?(?:api_?key|password|secret|access_key|private_key)|token)["']?[ \t]*:[ \t]*(?<value>["']?[^\s"'{#|>][^\n{]*)$/gim;
  return [...document.text.matchAll(line)].map((found) => ({
    id: "beam.secret-in-template",
    path: found.groups?.["key"] ?? "(template)",
    got: "a possible plain-text secret in a file that cannot be parsed",
    allowed: "a Jinja variable",
    fix: "replace it with a variable such as {{ api_key }} and set variables.api_key to a secretRef",
  }));
}

function certificatesNotVerified(document: BeamPipelineDocument): Finding[] {
  const keys = new Set(["verify_certs", "verify_ssl", "ssl_verify", "verify"]);
  return document.values
    .filter((site) => site.scalar === false && keys.has(String(site.path.at(-1))))
    .map((site) => ({
      id: "beam.certificates-not-verified",
      path: bindingName(document, site.path),
      got: "false",
      allowed: "true, with the server's CA",
      fix: "verify against the CA: have it in a Secret or ConfigMap in the namespace of the workers (an Elasticsearch has it in the Secret <cluster>-es-http-certs-public) and mount it with worker.mounts of the runner",
    }));
}

/** Source: BeamStackProj/transforms, embeddings/openai and vectorstore/elasticsearch as of 2024-10-24. */
function droppedDocumentIds(document: BeamPipelineDocument): Finding[] {
  const stands = (type: string) => document.providers.map((provider) => provider.transforms[type]).find((name) => name !== undefined) ?? "";
  const sinks = document.transforms.some(({ type }) => stands(type).startsWith("beamstack_transforms.vectorstore.elasticsearch."));
  return document.transforms.flatMap((transform) => {
    const id = siteAt(document, [...transform.path, "config", "doc_id"]);
    if (!(sinks && id && stands(transform.type).startsWith("beamstack_transforms.embeddings.openai."))) return [];
    return [
      {
        id: "beam.document-id-dropped",
        path: bindingName(document, id.path),
        got: `the document id ${JSON.stringify(id.scalar)}, which the embedding stores under another key and the sink drops`,
        allowed: "a sink that keeps the id",
        fix: "expect duplicates when the pipeline runs twice, or use a transform that keeps the id",
      },
    ];
  });
}

function localFiles(document: BeamPipelineDocument): Finding[] {
  const files = document.transforms.filter((transform) =>
    /^(?:ReadFrom|WriteTo)(?:Text|Csv|Json|Parquet|Avro|TFRecord)$/.test(transform.type),
  );
  return files.flatMap((transform) => {
    const path = ["path", "file_pattern"]
      .map((key) => siteAt(document, [...transform.path, "config", key]))
      .find((site) => site !== undefined);
    if (typeof path?.scalar !== "string" || schemeOf(path.scalar) !== undefined || path.scalar.includes("{")) return [];
    return [
      {
        id: "beam.local-file",
        path: bindingName(document, path.path),
        got: `the local path ${JSON.stringify(path.scalar)}`,
        allowed: "a URI that every worker can reach, such as s3://bucket/path",
        fix: "use object storage: a worker's own disk is lost with its pod",
      },
    ];
  });
}

/** Only this file travels to the submitter. */
function otherFiles(document: BeamPipelineDocument): Finding[] {
  const providers = document.values.filter(({ path }) => path.length === 3 && path[0] === "providers" && path[2] === "include");
  const named = [...templatesOf(document), ...providers.map(({ scalar }) => String(scalar))].filter((name) => schemeOf(name) === undefined);
  return [...new Set(named)].map((name) => ({
    id: "beam.other-file",
    path: "include",
    got: `the file ${JSON.stringify(name)}, which is not part of the pipeline`,
    allowed: "a URI that the submitter can reach, such as s3://bucket/file.yaml, or a path in its image",
    fix: "put the file into object storage or the image, or inline it",
  }));
}

/** Names that the file's Jinja includes. */
function templatesOf({ text }: BeamPipelineDocument): string[] {
  return [...text.matchAll(/\{%-?\s*(?:include|import|from|extends)\s+["']([^"']+)["']/g)].map((found) => found[1] ?? "");
}

function schemeOf(text: string): string | undefined {
  return /^([a-z][\w+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
}

/**
 * Schemes of all URIs in the file: what it includes, and what its transforms name, which look for it while the file is expanded.
 *
 * @param more texts that Jinja puts into it
 */
export function uriSchemes(document: BeamPipelineDocument, more: readonly string[] = []): string[] {
  const texts = [...more, ...templatesOf(document), ...document.values.map(({ scalar }) => (typeof scalar === "string" ? scalar : ""))];
  return [...new Set(texts.map(schemeOf))].filter((scheme) => scheme !== undefined);
}

/** Does expanding the file fetch packages or jars? Source: Beam 2.77, yaml_provider.py and stager.py. */
export function fetchesPackages(document: BeamPipelineDocument): boolean {
  const fetched = new Set(["requirements_file", "setup_file"]);
  return (
    document.providers.some(({ type, packages }) => packages || type === "pythonPackage" || JAVA_PROVIDERS.has(type ?? "")) ||
    document.values.some(({ path }) => path.length === 2 && path[0] === "options" && fetched.has(String(path[1]))) ||
    javaTransforms(document).length > 0
  );
}

/** Providers whose transforms a Java process expands. */
const JAVA_PROVIDERS: ReadonlySet<string> = new Set(["javaJar", "mavenJar", "beamJar"]);

function unknownTransforms(document: BeamPipelineDocument): Finding[] {
  if (includesOtherFiles(document.text) || document.providers.some((provider) => provider.type === undefined)) return [];
  const declared = new Set(document.providers.flatMap((provider) => Object.keys(provider.transforms)));
  const known = [...beamNames, ...declared];
  const isKnown = ({ type }: TransformSite) => declared.has(type) || beamNames.has(type) || BUILT_IN.has(type) || /[{:./]/.test(type);
  return document.transforms.filter((transform) => !isKnown(transform)).map((transform) => unknownTransform(document, transform, known));
}

/** Names as people write them: `MapToFields` for `MapToFields-python`. */
const beamNames = new Set(Object.keys(beamTransforms).flatMap((name) => [name, name.replace(/-\w+$/, "")]));

/** Shapes that Beam's YAML itself knows; they are no transforms of a provider. */
const BUILT_IN = new Set(["chain", "composite"]);

function unknownTransform(document: BeamPipelineDocument, transform: TransformSite, known: readonly string[]): Finding {
  const near = nearest(transform.type, known);
  return {
    id: "beam.unknown-transform",
    path: bindingName(document, [...transform.path, "type"]),
    got: `the transform type ${JSON.stringify(transform.type)}`,
    allowed: "a transform of Beam or of a provider in the file",
    fix: near ? `did you mean ${near}?` : "declare it under providers",
  };
}

function javaTransforms(document: BeamPipelineDocument): Finding[] {
  const declared = new Map(document.providers.flatMap(({ type, transforms }) => Object.keys(transforms).map((name) => [name, type])));
  return document.transforms
    .filter((transform) => {
      const provider = declared.get(transform.type);
      return provider === undefined ? factsOf(document, transform)?.language === "java" : JAVA_PROVIDERS.has(provider);
    })
    .map((transform) => ({
      id: "beam.needs-java",
      path: bindingName(document, [...transform.path, "type"]),
      got: `${transform.type}, which needs Java to expand it on submission`,
      allowed: "an image with Java and the expansion service's jar",
      fix: "use an image with both; Beam's SDK image has neither",
    }));
}

/** Facts of a transform of Beam's own, in the language that its configuration asks for. */
function factsOf(document: BeamPipelineDocument, { type, path }: TransformSite): BeamTransformFacts | undefined {
  const language = siteAt(document, [...path, "config", "language"])?.scalar;
  return beamTransforms[`${type}-${language}`] ?? beamTransforms[type];
}

/** Options that say where a pipeline runs: Beam lets the file win over the command line, and the cluster's own are put back. */
export const RUNNER_OPTIONS = ["runner", "flink_master", "job_endpoint", "environment_type", "environment_config", "job_name"] as const;

function optionsOfTheRunner(document: BeamPipelineDocument): Finding[] {
  const given = RUNNER_OPTIONS.map((name) => siteAt(document, ["options", name])).filter((site): site is ValueSite => site !== undefined);
  return given.map((site) => ({
    id: "beam.option-of-the-runner",
    path: site.path.join("."),
    got: `${site.path.join(".")} = ${JSON.stringify(site.scalar)}`,
    allowed: "no value: the runner sets it",
    fix: "remove it; it has no effect on a cluster",
  }));
}

/** Python classes that the file's providers name and Beam does not bring: they must be in the image. */
export function foreignPythonClasses(document: BeamPipelineDocument): string[] {
  const names = document.providers
    .filter((provider) => provider.type === "python" && !provider.packages)
    .flatMap((provider) => Object.values(provider.transforms))
    .filter((name) => /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(name) && !name.startsWith("apache_beam."));
  return [...new Set(names)].sort();
}

/** Does the file ask for a stream that never ends? */
export function isStreaming(document: BeamPipelineDocument): boolean {
  return document.values.some((site) => site.path.join(".") === "options.streaming" && site.scalar === true);
}
