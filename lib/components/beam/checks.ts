/** Rules on a Beam pipeline's props that a schema cannot express. */

import { type BeamPipelineDocument, siteAt } from "#lib/beam/document";
import { RUNNER_OPTIONS } from "#lib/beam/findings";
import { includesOtherFiles } from "#lib/beam/template";
import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import type { BeamPipelineSettings } from "./schema";

/** A pipeline to check. */
export interface CheckedPipeline {
  readonly name: string;
  /** Path of its props. */
  readonly path: string;
  readonly settings: BeamPipelineSettings;
  /** Absent if the file cannot be parsed. */
  readonly document: BeamPipelineDocument | undefined;
}

/** Problems of a pipeline's props. */
export function beamPipelineProblems(pipeline: CheckedPipeline): Problem[] {
  return [nameProblems, reservedOptions, stateWithoutSavepoint, optionsTwice, unusedVariables].flatMap((rule) => rule(pipeline));
}

/** The Job's name is nine characters longer and is a label of its pods: 63 at most. That of a CronJob has 52, as its Jobs have longer ones. */
function nameProblems({ name, path, settings }: CheckedPipeline): Problem[] {
  const most = settings.schedule ? 43 : 50;
  if (name.length <= most && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name)) return [];
  return [
    {
      id: "beam.name",
      path,
      got: `the name ${show(name)}`,
      allowed: `1 to ${most} of a-z, 0-9 and -, a letter or digit at both ends`,
      fix: "rename the pipeline",
    },
  ];
}

/** Options that the Job sets. */
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

function reservedOptions({ settings: { options }, path }: CheckedPipeline): Problem[] {
  return Object.keys(options)
    .filter((name) => OWN_OPTIONS.has(name))
    .map((name) => ({
      id: "beam.reserved-option",
      path: `${path}.options.${name}`,
      got: `the option ${name}`,
      allowed: "options that the Job does not set",
      fix: "use the pipeline's prop, or remove it",
    }));
}

/** Source: Flink reads allowNonRestoredState only when it restores. */
function stateWithoutSavepoint({ settings, path }: CheckedPipeline): Problem[] {
  if (!settings.allowNonRestoredState || settings.savepoint !== undefined || settings.upgrade === "savepoint") return [];
  return [
    {
      id: "beam.nothing-to-restore",
      path: `${path}.allowNonRestoredState`,
      got: "true",
      allowed: "true only with savepoint, or with upgrade: savepoint",
      fix: "remove it, or set savepoint",
    },
  ];
}

/** Props, and the Beam options that they set. */
const OPTIONS_OF_PROPS = [
  ["parallelism", "parallelism"],
  ["restarts", "number_of_execution_retries"],
  ["savepoint", "savepoint_path"],
  ["allowNonRestoredState", "allow_non_restored_state"],
] as const satisfies readonly (readonly [keyof BeamPipelineSettings, string])[];

/** In Beam the file silently overrides the command line, on which an upgrade with a savepoint passes options. */
function optionsTwice({ settings, document, path }: CheckedPipeline): Problem[] {
  if (!document || typeof settings.definition !== "string") return [];
  const given = [
    ...Object.entries(settings.options).map(([option, value]) => ({ at: `options.${option}`, option, value })),
    ...OPTIONS_OF_PROPS.filter(([prop]) => settings[prop] !== undefined).map(([prop, option]) => ({
      at: prop,
      option,
      value: settings[prop],
    })),
    ...(settings.upgrade === "savepoint" && settings.savepoint === undefined
      ? [{ at: "upgrade", option: "savepoint_path", value: settings.upgrade }]
      : []),
  ];
  return given
    .filter(({ option }) => siteAt(document, ["options", option]) !== undefined)
    .map(({ at, option, value }) => ({
      id: "beam.option-in-file",
      path: `${path}.${at}`,
      got: `${show(value)}, and the file sets ${option} too`,
      allowed: "each option in one place: the file overrides the prop",
      fix: `bind "options.${option}" to a value instead, or remove it from the file`,
    }));
}

function unusedVariables({ settings: { variables, definition }, path }: CheckedPipeline): Problem[] {
  if (typeof definition === "string" && includesOtherFiles(definition)) return [];
  const template = typeof definition === "string" ? definition : "";
  return Object.keys(variables)
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(template) || name.startsWith("beamstack_"))
    .map((name) => ({
      id: "beam.unused-variable",
      path: `${path}.variables.${name}`,
      got: `the Jinja variable ${name}`,
      allowed: "variables that the file uses; the prefix beamstack_ is reserved",
      fix: "use it in the file, or remove it",
    }));
}
