/** Rules on a Beam pipeline's props that types cannot forbid. */

import { readDocument, siteAt } from "#lib/beam/document";
import { RUNNER_OPTIONS } from "#lib/beam/findings";
import { includesOtherFiles } from "#lib/beam/jinja";
import type { Problem } from "#lib/core/problem";
import { schemaProblems, show } from "#lib/core/schema";
import { compilePipeline, type PipelineIdentity } from "./compile";
import type { BeamPipelineProps } from "./props";
import { beamPipelineSchema } from "./schema";

/** Everything that is wrong with the props, warnings included. */
export function beamPipelineProblems(props: BeamPipelineProps, identity: PipelineIdentity): Problem[] {
  const shape = schemaProblems(beamPipelineSchema, props, identity.path);
  if (shape.length > 0) return shape;
  const compiled = compilePipeline(props, identity);
  const own = [...nameProblems(identity), ...RULES.flatMap((rule) => rule(props, identity.path))];
  return [...own, ...(compiled.ok ? compiled.warnings : compiled.problems)];
}

const RULES: readonly ((props: BeamPipelineProps, path: string) => Problem[])[] = [
  reservedOptions,
  stateWithoutSavepoint,
  optionsTwice,
  unusedVariables,
];

/** The Job's name has nine characters more, and is a label of its pods: 63 at most. */
function nameProblems({ name, path }: PipelineIdentity): Problem[] {
  if (/^[a-z0-9](?:[-a-z0-9]{0,48}[a-z0-9])?$/.test(name)) return [];
  return [
    {
      id: "beam.name",
      path,
      got: `the name ${show(name)}`,
      allowed: "1 to 50 of a-z, 0-9 and -, a letter or digit at both ends",
      fix: "give the pipeline such a name",
    },
  ];
}

/** Options that the Job itself sets. */
const OWN_OPTIONS = new Set<string>([
  ...RUNNER_OPTIONS,
  "yaml_pipeline",
  "yaml_pipeline_file",
  "pipeline_spec",
  "pipeline_spec_file",
  "jinja_variables",
  "jinja_variable_flags",
  "job_server_timeout",
  "parallelism",
  "savepoint_path",
  "allow_non_restored_state",
  "number_of_execution_retries",
  "flink_submit_uber_jar",
  "flink_job_server_jar",
]);

function reservedOptions({ options = {} }: BeamPipelineProps, path: string): Problem[] {
  return Object.keys(options)
    .filter((name) => OWN_OPTIONS.has(name))
    .map((name) => ({
      id: "beam.reserved-option",
      path: `${path}.options.${name}`,
      got: `the option ${name}`,
      allowed: "options that the Job does not set itself",
      fix: "use the prop of the pipeline, or leave it to the runner",
    }));
}

/** Source: Flink reads allowNonRestoredState only when it restores. */
function stateWithoutSavepoint(props: BeamPipelineProps, path: string): Problem[] {
  if (!props.allowNonRestoredState || props.savepoint !== undefined || props.upgrade === "savepoint") return [];
  return [
    {
      id: "beam.nothing-to-restore",
      path: `${path}.allowNonRestoredState`,
      got: "true",
      allowed: "true only with savepoint, or with upgrade: savepoint",
      fix: "remove it, or say which savepoint to start from",
    },
  ];
}

/** Props, and the options of Beam that they write where they are given. */
const OPTIONS_OF_PROPS = [
  ["parallelism", "parallelism"],
  ["restarts", "number_of_execution_retries"],
  ["savepoint", "savepoint_path"],
  ["allowNonRestoredState", "allow_non_restored_state"],
] as const satisfies readonly (readonly [keyof BeamPipelineProps, string])[];

/** Beam lets the file win over the command line without a word; an upgrade with a savepoint writes one there. */
function optionsTwice({ definition, ...props }: BeamPipelineProps, path: string): Problem[] {
  if (typeof definition !== "string") return [];
  const document = readDocument(definition);
  const given = [
    ...Object.entries(props.options ?? {}).map(([option, value]) => ({ at: `options.${option}`, option, value })),
    ...OPTIONS_OF_PROPS.filter(([prop]) => props[prop] !== undefined).map(([prop, option]) => ({ at: prop, option, value: props[prop] })),
    ...(props.upgrade === "savepoint" && props.savepoint === undefined
      ? [{ at: "upgrade", option: "savepoint_path", value: props.upgrade }]
      : []),
  ];
  return given
    .filter(({ option }) => siteAt(document, ["options", option]) !== undefined)
    .map(({ at, option, value }) => ({
      id: "beam.option-in-file",
      path: `${path}.${at}`,
      got: `${show(value)}, and the file sets ${option} too`,
      allowed: "each option in one place: Beam takes the file's",
      fix: `bind "options.${option}" to a value instead, or take it out of the file`,
    }));
}

function unusedVariables({ variables = {}, definition }: BeamPipelineProps, path: string): Problem[] {
  if (typeof definition === "string" && includesOtherFiles(definition)) return [];
  const template = typeof definition === "string" ? definition : "";
  return Object.keys(variables)
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(template) || name.startsWith("beamstack_"))
    .map((name) => ({
      id: "beam.unused-variable",
      path: `${path}.variables.${name}`,
      got: `the Jinja variable ${name}`,
      allowed: "variables that the file names; names that begin with beamstack_ are taken",
      fix: "write it into the file, or remove it",
    }));
}
