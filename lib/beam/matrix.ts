/** Which Beam SDK runs on which Flink line, Spark line, Flink operator and Python: types for what may be written, data for what must be checked. */

import type { Problem } from "#lib/core/problem";
import { BEAM_SDK_VERSIONS, type BeamSdkVersion, type PythonVersion } from "#lib/kube/beam-runner";

/** Flink release lines for which Beam has a runner, oldest first. */
export const FLINK_LINES = ["1.19", "1.20", "2.0", "2.1", "2.2"] as const;
/** A Flink release line. */
export type FlinkLine = (typeof FLINK_LINES)[number];

/** What one Beam SDK goes with. */
interface Companions {
  readonly flink: readonly FlinkLine[];
  readonly python: readonly PythonVersion[];
  /** Lines of Spark for pipelines in Python. */
  readonly spark: readonly string[];
  /** Releases of the Flink operator whose CRD has all of these Flink lines. */
  readonly flinkOperator: readonly string[];
}

const OF_ALL = { spark: ["3.5"], flinkOperator: ["1.15.0"] } as const;

/**
 * The matrix. Source: Beam release notes; 2.75.0 adds the runners for Flink 2.1 and 2.2 and drops those for 1.17 and 1.18,
 * 2.73.0 adds Python 3.14, 2.70.0 drops 3.9; the Python SDK's option `spark_version` knows 3, whose runner is tested up to 3.5;
 * the CRD of the Flink operator 1.15.0 ends with v2_2.
 */
const BEAM_MATRIX = {
  "2.75.0": { flink: ["1.19", "1.20", "2.0", "2.1", "2.2"], python: ["3.10", "3.11", "3.12", "3.13", "3.14"], ...OF_ALL },
  "2.76.0": { flink: ["1.19", "1.20", "2.0", "2.1", "2.2"], python: ["3.10", "3.11", "3.12", "3.13", "3.14"], ...OF_ALL },
  "2.77.0": { flink: ["1.19", "1.20", "2.0", "2.1", "2.2"], python: ["3.10", "3.11", "3.12", "3.13", "3.14"], ...OF_ALL },
} as const satisfies Record<BeamSdkVersion, Companions>;

/** Every legal combination of Beam SDK, Flink line and Python: anything else does not compile. */
export type BeamOnFlink = {
  readonly [Sdk in BeamSdkVersion]: {
    readonly beamSdk: Sdk;
    readonly flinkVersion: (typeof BEAM_MATRIX)[Sdk]["flink"][number];
    readonly python: (typeof BEAM_MATRIX)[Sdk]["python"][number];
  };
}[BeamSdkVersion];

/** The Beam SDK that holds where none is named: the newest. */
export const DEFAULT_BEAM_SDK = "2.77.0" satisfies BeamSdkVersion;
/** The Python that holds where none is named. */
export const DEFAULT_PYTHON = "3.11" satisfies PythonVersion;

/** The SDK image, which is both the worker pool and the submitter, such as `apache/beam_python3.11_sdk:2.77.0`. */
export function beamSdkImage(beamSdk: BeamSdkVersion, python: PythonVersion): string {
  return `apache/beam_python${python}_sdk:${beamSdk}`;
}

/** The job server image of a Flink line, such as `apache/beam_flink2.2_job_server:2.77.0`. */
export function jobServerImage(beamSdk: BeamSdkVersion, flinkVersion: FlinkLine): string {
  return `apache/beam_flink${flinkVersion}_job_server:${beamSdk}`;
}

/** The job server image of Spark 3, such as `apache/beam_spark3_job_server:2.77.0`. */
export function sparkJobServerImage(beamSdk: BeamSdkVersion): string {
  return `apache/beam_spark3_job_server:${beamSdk}`;
}

/** A combination as it comes from outside. */
export interface BeamPair {
  readonly beamSdk: string;
  /** Line of Flink. @default not on Flink */
  readonly flinkVersion?: string;
  readonly python: string;
  /** Line of Spark. @default not on Spark */
  readonly sparkVersion?: string;
  /** Release of the Flink operator. @default without one */
  readonly flinkOperator?: string;
}

/** What goes with an SDK: the field of a combination, its name in messages, and its key in the matrix. */
const AXES = [
  ["flinkVersion", "Flink", "flink"],
  ["python", "Python", "python"],
  ["sparkVersion", "Spark", "spark"],
  ["flinkOperator", "Flink operator", "flinkOperator"],
] as const satisfies readonly (readonly [keyof BeamPair, string, keyof Companions])[];

/** What is wrong with a combination, each problem naming the legal ones; `path` is where it stands. */
export function pairProblems(pair: BeamPair, path: string): Problem[] {
  const sdk = BEAM_SDK_VERSIONS.find((version) => version === pair.beamSdk);
  if (sdk === undefined) {
    return [problem("beamSdk", { got: `Beam SDK ${pair.beamSdk}`, allowed: BEAM_SDK_VERSIONS.join(", ") }, path)];
  }
  const companions: Companions = BEAM_MATRIX[sdk];
  return AXES.flatMap(([field, name, key]) => {
    const legal: readonly string[] = companions[key];
    const given = pair[field];
    if (given === undefined || legal.includes(given)) return [];
    return [problem(field, { got: `${name} ${given} with Beam ${sdk}`, allowed: `${name} ${legal.join(", ")} with Beam ${sdk}` }, path)];
  });
}

function problem(field: keyof BeamPair, { got, allowed }: { readonly got: string; readonly allowed: string }, path: string): Problem {
  return { id: "beam.illegal-pair", path: `${path}.${field}`, got, allowed, fix: `set ${field} to one of the allowed versions` };
}
