/** What to point out in a pipeline file. Where Beam may accept the file, it is a warning. */

import { secretsInText } from "#lib/core/secret-text";
import { collectionFindings, type PipelineCollection } from "./collections";
import { type BeamPipelineDocument, siteAt } from "./document";
import type { Finding } from "./finding";
import { graphFindings } from "./graph";
import { localFiles, otherFiles } from "./local-paths";
import type { ValueSite } from "./node";
import { schemaFindings } from "./pipeline-schema";
import { dependencies, javaTransforms } from "./reach";
import { liftedSecrets, type RenderOptions } from "./render-pipeline";
import { bindingName, type SecretSite, secretsOf } from "./secrets";
import { undefinedNames } from "./template";

/** What is given to the file from outside, and how its user gives it. */
export interface FindingContext {
  readonly bindings: RenderOptions["bindings"];
  readonly variables: Readonly<Record<string, unknown>>;
  /** Name of the Secret that clear-text secrets without a binding are expected in. */
  readonly secretName: string;
  /** Paths of included files that travel with the pipeline. */
  readonly includes: readonly string[];
  /** Collections that bring transforms. @default none */
  readonly collections?: readonly PipelineCollection[];
  /** `options`: on the command line; `props`: in TypeScript. */
  readonly by: "options" | "props";
}

/** Everything to point out, in the order of the file. */
export function findingsOf(document: BeamPipelineDocument, context: FindingContext): Finding[] {
  const bound = new Set(Object.keys(context.bindings));
  const found = document.form === "yaml" ? RULES.flatMap((rule) => rule(document)) : [];
  const elsewhere = otherFiles(document)
    .filter(({ path }) => !context.includes.includes(path))
    .map(({ path: _, ...finding }) => finding);
  const all = [
    ...secretFindings(document, context),
    ...elsewhere,
    ...undefinedVariables(document, context),
    ...unchecked(document),
    ...(document.form === "yaml" ? collectionFindings(document, context.collections ?? []) : []),
    ...found,
  ];
  return all.filter(({ name }) => name === undefined || !bound.has(name)).sort((a, b) => a.start - b.start);
}

const RULES: readonly ((document: BeamPipelineDocument) => Finding[])[] = [
  refusedByYaml,
  doubledKeys,
  schemaFindings,
  graphFindings,
  certificatesNotVerified,
  droppedDocumentIds,
  localFiles,
  needsJava,
  fetchesDependencies,
  optionsOfTheRunner,
];

function secretFindings(document: BeamPipelineDocument, context: FindingContext): Finding[] {
  const { secretName, by } = context;
  const bind = (name: string) =>
    by === "options" ? `--secret ${JSON.stringify(`${name}=<secret>/<key>`)}` : `bindings[${JSON.stringify(name)}] = secretRef(...)`;
  const another = ({ form, name }: SecretSite) => (form === "value" ? `, or give another one with ${bind(name)}` : "");
  const clear = liftedSecrets(document, context).map(({ secret, ref }) => ({
    id: "beam.secret-in-clear-text",
    start: secret.start,
    name: secret.name,
    got: "a plain-text secret (it is removed from all output)",
    allowed: "a reference to a key of a Secret",
    fix: `create the Secret ${secretName} with the key ${ref.key}${another(secret)}`,
  }));
  const empty = secretsOf(document).filter(({ state }) => state === "empty");
  return [
    ...clear,
    ...empty.map(({ start, name }) => ({
      id: "beam.secret-empty",
      start,
      name,
      got: "no value where a secret belongs",
      allowed: "a reference to a key of a Secret",
      fix: `give it with ${bind(name)}`,
    })),
  ];
}

/** Source: Beam renders with Jinja's StrictUndefined. */
function undefinedVariables({ text, segments }: BeamPipelineDocument, { variables, by }: FindingContext): Finding[] {
  return undefinedNames(text, segments)
    .filter(({ name }) => !Object.hasOwn(variables, name) && !name.startsWith("beamstack_secret_"))
    .map(({ name, start }) => ({
      id: "beam.undefined-variable",
      start,
      got: `the Jinja variable ${name}, which has no value`,
      allowed: "variables that are set, or have a default: Beam refuses the file otherwise",
      fix: by === "options" ? `give it with --variable ${name}=<value>` : `set variables.${name}`,
    }));
}

/** Of a text that is no YAML before Jinja has rendered it, secrets are told by their form, or by a name at the beginning of their line. */
function unchecked({ text, unread, fault }: BeamPipelineDocument): Finding[] {
  return unread.flatMap(({ start, end }) => [
    ...(fault
      ? []
      : [
          {
            id: "beam.not-checked",
            start,
            got: "a template that is no YAML before Jinja renders it",
            allowed: "Jinja in values, around whole lines, or in macros whose bodies are YAML",
            fix: "check yourself that it holds no secret of another form than those that are known: nothing in it is removed",
          },
        ]),
    ...secretsInText(text.slice(start, end)).map(({ what, index }) => ({
      id: "beam.secret-in-template",
      start: start + index,
      got: `${what}, in a file that cannot be parsed`,
      allowed: "a Jinja variable: where a file cannot be parsed, nothing can be lifted out of it",
      fix: "replace it with a variable such as {{ api_key }} that a Secret gives, or write the file so that it is YAML",
      // A warning would leave the secret in the ConfigMap.
      severity: "error" as const,
    })),
  ]);
}

function refusedByYaml({ refused }: BeamPipelineDocument): Finding[] {
  return refused.map(({ what, start }) => ({
    id: "beam.refused-by-parser",
    start,
    got: what,
    allowed: "YAML 1.1 as Beam's parser takes it",
    fix: "correct it: Beam refuses the file",
    severity: "error",
  }));
}

function doubledKeys(document: BeamPipelineDocument): Finding[] {
  if (!document.complete) return [];
  return document.doubled.map(({ path, start }) => ({
    id: "beam.duplicate-key",
    start,
    got: `the key ${JSON.stringify(path.at(-1))} a second time`,
    allowed: "each key once: Beam takes the last one",
    fix: "remove one of them",
  }));
}

function certificatesNotVerified(document: BeamPipelineDocument): Finding[] {
  const keys = new Set(["verify_certs", "verify_ssl", "ssl_verify", "verify", "verify_certificate"]);
  return document.values
    .filter((site) => site.scalar === false && keys.has(String(site.path.at(-1))))
    .map((site) => ({
      id: "beam.certificates-not-verified",
      start: site.start,
      name: bindingName(document, site.path),
      got: "false",
      allowed: "true, with the server's CA",
      fix: "verify against the CA: have it in a Secret or ConfigMap in the namespace of the workers (an Elasticsearch has it in the Secret <cluster>-es-http-certs-public) and mount it with worker.mounts of the runner",
    }));
}

/** Source: BeamStackProj/transforms, embeddings/openai and vectorstore/elasticsearch as of 2024-10-24. */
function droppedDocumentIds(document: BeamPipelineDocument): Finding[] {
  const stands = (type = "") => document.providers.map((provider) => provider.transforms[type]).find((name) => name !== undefined) ?? "";
  const sinks = document.transforms.some(({ type }) => stands(type).startsWith("beamstack_transforms.vectorstore.elasticsearch."));
  return document.transforms.flatMap((transform) => {
    const id = transform.site.entries.get("config")?.entries.get("doc_id");
    if (!(sinks && id && stands(transform.type).startsWith("beamstack_transforms.embeddings.openai."))) return [];
    return [
      {
        id: "beam.document-id-dropped",
        start: id.start,
        name: bindingName(document, id.path),
        got: `the document id ${JSON.stringify(id.scalar)}, which the embedding stores under another key and the sink drops`,
        allowed: "a sink that keeps the id",
        fix: "expect duplicates when the pipeline runs twice, or use a transform that keeps the id",
      },
    ];
  });
}

function needsJava(document: BeamPipelineDocument): Finding[] {
  return javaTransforms(document).map(({ type, site }) => {
    const at = site.entries.get("type") ?? site;
    return {
      id: "beam.needs-java",
      start: at.start,
      name: bindingName(document, at.path),
      got: `${type}, which Java expands and runs`,
      allowed: "transforms that Python workers run: the worker pool has no Java workers",
      fix: "use a transform of Python, or run the pipeline on a runner with Java workers; an image with Java lets the submitter expand it, no more",
    };
  });
}

function fetchesDependencies(document: BeamPipelineDocument): Finding[] {
  return dependencies(document).map((site) => ({
    id: "beam.fetches-packages",
    start: site.start,
    name: bindingName(document, site.path),
    got: "Python packages that the submitter fetches from the package index with pip",
    allowed: "packages in the image, or a package index that the submitter reaches on port 443, which is open for it",
    fix: "put the packages into the image and remove dependencies, or leave it and provide the index",
  }));
}

/** Options that say where a pipeline runs: Beam lets the file win over the command line, and the cluster's own are put back. */
export const RUNNER_OPTIONS = ["runner", "flink_master", "job_endpoint", "environment_type", "environment_config", "job_name"] as const;

function optionsOfTheRunner(document: BeamPipelineDocument): Finding[] {
  const given = RUNNER_OPTIONS.map((name) => siteAt(document, ["options", name])).filter((site): site is ValueSite => site !== undefined);
  return given.map((site) => ({
    id: "beam.option-of-the-runner",
    start: site.start,
    name: site.path.join("."),
    got: site.kind === "scalar" ? `${site.path.join(".")} = ${JSON.stringify(site.scalar)}` : `a value for ${site.path.join(".")}`,
    allowed: "no value: the runner sets it",
    fix: "remove it; it has no effect on a cluster",
  }));
}
