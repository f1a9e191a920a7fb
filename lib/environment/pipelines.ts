/** Section `pipelines` of the environment file: Beam YAML files and the clusters that run them. */

import { z } from "zod";
import { beamPipelineProblems } from "#lib/components/beam/checks";
import type { BeamPipelineSettings } from "#lib/components/beam/props";
import { beamPipelineSettingsSchema } from "#lib/components/beam/schema";
import type { Problem } from "#lib/core/problem";

/** One pipeline of an environment. `Runner` is the names of the declared Flink clusters, `Store` those of the Elasticsearch clusters. */
export interface PipelineSpec<Runner extends string = string, Store extends string = string> extends BeamPipelineSettings {
  /** Path of the Beam YAML file, relative to the folder of environment files, without `..`. */
  readonly file: string;
  /** Name of the Flink cluster, a key of `flink.clusters`. */
  readonly runner: Runner;
  /** Names of the Elasticsearch clusters, keys of `elasticsearch.clusters`, that its workers are let through to. @default none */
  readonly stores?: readonly Store[];
}

/** A relative path of plain words: it can leave no folder and name no device. */
export const filePathSchema = z.string().regex(/^(?!.*(?:^|\/)\.)[\w.-]+(?:\/[\w.-]+)*$/, {
  error: "a relative path of letters, digits, ., - and _, such as pipelines/clicks.yaml",
});

/** Source: a Job's pods carry its name and a random suffix; with ours of 9 characters this leaves room in 63. */
const pipelineNameSchema = z.string().regex(/^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/, {
  error: "1 to 40 of a-z, 0-9 and -, a letter first",
});

const storesSchema = z.array(z.string()).refine((names) => new Set(names).size === names.length, { error: "each name once" });

/** Schema of the section. */
export const pipelinesSchema = z.record(
  pipelineNameSchema,
  beamPipelineSettingsSchema.extend({ file: filePathSchema, runner: z.string(), stores: storesSchema.optional() }),
) satisfies z.ZodType<Readonly<Record<string, PipelineSpec>>>;

/** What the section refers to. */
export interface PipelineSurroundings {
  /** Names of the declared Flink clusters. */
  readonly runners: readonly string[];
  /** Text of the files that are there. */
  readonly files: ReadonlyMap<string, string>;
}

/** Everything that is wrong with one pipeline beyond its shape. */
export function pipelineProblems(name: string, spec: PipelineSpec, { runners, files }: PipelineSurroundings): Problem[] {
  const path = `pipelines.${name}`;
  const { file, runner, stores: _stores, ...settings } = spec;
  const found: Problem[] = [];
  if (!runners.includes(runner)) found.push(unknownRunner(runner, runners, path));
  const text = files.get(file);
  if (text === undefined) found.push(...(filePathSchema.safeParse(file).success ? [missingFile(file, path)] : []));
  else if (pipelineNameSchema.safeParse(name).success)
    found.push(...beamPipelineProblems({ definition: text, ...settings }, { name, path }));
  return found;
}

function unknownRunner(runner: string, runners: readonly string[], path: string): Problem {
  return {
    id: "pipelines.unknown-runner",
    path: `${path}.runner`,
    got: JSON.stringify(runner),
    allowed: runners.length > 0 ? `a key of flink.clusters: ${runners.join(", ")}` : "a key of flink.clusters, and there is none",
    fix: "name a declared cluster, or declare this one below flink.clusters",
  };
}

function missingFile(file: string, path: string): Problem {
  return {
    id: "pipelines.missing-file",
    path: `${path}.file`,
    got: `${JSON.stringify(file)}, which is not there`,
    allowed: "a file below the folder of environment files",
    fix: "put the file there, or mend the path",
  };
}
