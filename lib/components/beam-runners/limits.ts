/** What runners cannot do, as data: each row with its source. */

import type { Problem } from "#lib/core/problem";
import type { PipelineAsk } from "#lib/kube/beam-runner";
import type { BeamRunnerSettings } from "./schema";

/** Kind of a runner. */
export type RunnerType = BeamRunnerSettings["type"];

/** What a pipeline may ask for. */
type Feature =
  | "streaming"
  | "savepoint"
  | "upgrade"
  | "restarts"
  | "artifacts"
  | "featureStore"
  | "collections"
  | "models"
  | "parallelism"
  | "java"
  | "errorOutputs"
  | "severalEnds"
  | "transforms";

/** Limits of one runner. */
interface RunnerLimits {
  /** What messages call it. */
  readonly engine: string;
  /** Why it cannot do something. */
  readonly lacks: Readonly<Partial<Record<Feature, string>>>;
  /** The only transforms that it runs as Beam means them. @default every one */
  readonly transforms?: readonly string[];
}

/** All of them run Python in one image, and none has a state to go on from. */
const COMMON = {
  savepoint: "it has no savepoints",
  upgrade: "it has no savepoints: a new version starts anew",
  restarts: "it has no restart strategy: tries repeats the whole pipeline",
  artifacts: "its workers have the submitter's image and read no staged packages",
  java: "its workers run Python only",
} as const;

/**
 * Dask was measured with Beam 2.77.0 and Dask 2026.3.0: each of these transforms gives what Beam's own runner gives. Of the others, ReadFromText and
 * WriteToJson fail, ReadFromCsv and ReadFromJson give data frames, WriteToText writes empty files, as what a bundle emits at its end is lost,
 * WindowInto has no effect on what is grouped, and Partition sends everything to one output.
 */
const ON_DASK = [
  "AssertEqual",
  "Combine",
  "Create",
  "Explode",
  "Filter",
  "Flatten",
  "LogForTesting",
  "MapToFields",
  "PyTransform",
  "Reshuffle",
  "ValidateWithSchema",
  "chain",
  "composite",
] as const;

/** The limits. Sources: Beam 2.77.0, the Python modules of each runner, and its capability matrix. */
const LIMITS: Readonly<Record<RunnerType, RunnerLimits>> = {
  direct: {
    engine: "Beam's in-process runner",
    // Source: runners/portability/fn_api_runner/fn_runner.py: watermarks and state are in memory, and the run ends with its bounded input.
    lacks: { ...COMMON, streaming: "it keeps all data and state in memory, and a restart loses them" },
  },
  prism: {
    engine: "Prism",
    // Source: sdks/go/pkg/beam/runners/prism/README.md: in memory, for development; runners/portability/prism_runner.py: one worker in the submitter.
    lacks: {
      ...COMMON,
      streaming: "it keeps all data and state in memory, and a restart loses them",
      parallelism: "its worker is the submitter's own process",
    },
  },
  spark: {
    engine: "Spark",
    // Source: runners/spark/.../SparkPipelineRunner.java; the capability matrix: the portable runner has neither timers in streams nor unbounded splittable sources.
    lacks: { ...COMMON, streaming: "Beam's portable runner for Spark runs no unbounded splittable sources, state or timers in streams" },
  },
  dask: {
    engine: "Dask",
    // Source: runners/dask/dask_runner.py: each transform becomes an operation on a bag, and only the graph of the last transform is computed.
    lacks: {
      ...COMMON,
      collections: "its workers are those of the cluster, which mount no volumes of collections",
      models: "its workers are those of the cluster, which mount no models of pipelines",
      featureStore: "its workers are those of the cluster, which have no configuration of a feature store",
      streaming: "its runner knows bounded bags only",
      errorOutputs: "its runner drops the tags of outputs",
      severalEnds: "its runner computes the last transform only, and silently leaves out the others",
      transforms: "its runner fails on others, or gives other results",
    },
    transforms: ON_DASK,
  },
};

/** How a pipeline asks for a feature: the prop, what it says, and what to do instead. */
interface Asked {
  readonly prop: string;
  readonly got: string;
  readonly fix: string;
}

const ASKED: Readonly<Record<Feature, (ask: PipelineAsk, limits: RunnerLimits) => Asked | undefined>> = {
  streaming: ({ streaming }) =>
    streaming === true
      ? { prop: "runner", got: "a pipeline that never ends", fix: "use a cluster of flink.clusters, or read bounded input" }
      : undefined,
  savepoint: ({ savepoint }) => (savepoint === undefined ? undefined : given("savepoint", savepoint)),
  upgrade: ({ upgrade }) => (upgrade === "savepoint" ? given("upgrade", '"savepoint"') : undefined),
  // A pipeline that ends asks for none itself.
  restarts: ({ restarts = 0 }) => (restarts === 0 ? undefined : given("restarts", `${restarts}`)),
  artifacts: ({ artifacts }) => (artifacts ? given("artifacts", artifacts.uri) : undefined),
  featureStore: ({ featureStore }) => (featureStore ? given("featureStore", featureStore.name) : undefined),
  collections: ({ collections = [] }) => {
    const [mounted] = collections.filter(({ inVolume }) => inVolume);
    return mounted && { prop: "collections", got: mounted.name, fix: "have the collection in the cluster's image" };
  },
  models: ({ models: [model] = [] }) =>
    model && { prop: "bindings", got: model.name, fix: "have the model in the cluster's image, or in a bucket" },
  parallelism: ({ parallelism }) => (parallelism === 1 ? undefined : given("parallelism", `${parallelism}`)),
  java: ({ content }) => several("transforms of Java", content?.java, "use transforms of Python"),
  errorOutputs: ({ content }) =>
    several("outputs for elements that fail", content?.errorOutputs, "remove error_handling, or use another runner"),
  severalEnds: ({ content }) =>
    (content?.ends.length ?? 0) > 1
      ? several("several ends", content?.ends, "split the file into a pipeline for each, or use another runner")
      : undefined,
  transforms: ({ content }, { transforms = [] }) =>
    several(
      "the transforms",
      content?.types.filter((type) => !transforms.includes(type)),
      `use ${transforms.join(", ")}, or another runner`,
    ),
};

const given = (prop: string, got: string): Asked => ({ prop, got, fix: `remove ${prop}, or use a cluster of flink.clusters` });

function several(what: string, names: readonly string[] | undefined, fix: string): Asked | undefined {
  return names && names.length > 0 ? { prop: "runner", got: `${what} ${names.join(", ")}`, fix } : undefined;
}

/** Problems of a pipeline that the runner cannot run; `path` is the path of the pipeline's props. */
export function limitProblems(type: RunnerType, ask: PipelineAsk, path: string): Problem[] {
  const limits = LIMITS[type];
  return (Object.entries(limits.lacks) as [Feature, string][]).flatMap(([feature, reason]) => {
    const asked = ASKED[feature](ask, limits);
    if (!asked) return [];
    const { prop, got, fix } = asked;
    return [
      {
        id: "beam-runners.not-supported",
        path: `${path}.${prop}`,
        got: `${got}, on ${limits.engine}`,
        allowed: `what ${limits.engine} can do: ${reason}`,
        fix,
      },
    ];
  });
}
