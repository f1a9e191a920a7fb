/** Which Beam SDK runs on which Flink line and Python: types for what may be written, data for what must be checked. */

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
}

/**
 * The matrix. Source: Beam release notes; 2.75.0 adds the runners for Flink 2.1 and 2.2 and drops those for 1.17 and 1.18,
 * 2.73.0 adds Python 3.14, 2.70.0 drops 3.9.
 */
const BEAM_MATRIX = {
  "2.75.0": { flink: ["1.19", "1.20", "2.0", "2.1", "2.2"], python: ["3.10", "3.11", "3.12", "3.13", "3.14"] },
  "2.76.0": { flink: ["1.19", "1.20", "2.0", "2.1", "2.2"], python: ["3.10", "3.11", "3.12", "3.13", "3.14"] },
  "2.77.0": { flink: ["1.19", "1.20", "2.0", "2.1", "2.2"], python: ["3.10", "3.11", "3.12", "3.13", "3.14"] },
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

/** A combination as it comes from outside. */
export interface BeamPair {
  readonly beamSdk: string;
  readonly flinkVersion: string;
  readonly python: string;
}

/** What is wrong with a combination, each problem naming the legal ones; `path` is where it stands. */
export function pairProblems(pair: BeamPair, path: string): Problem[] {
  const sdk = BEAM_SDK_VERSIONS.find((version) => version === pair.beamSdk);
  if (sdk === undefined) {
    return [problem("beamSdk", { got: `Beam SDK ${pair.beamSdk}`, allowed: BEAM_SDK_VERSIONS.join(", ") }, path)];
  }
  const { flink, python }: Companions = BEAM_MATRIX[sdk];
  const found: Problem[] = [];
  if (!flink.some((line) => line === pair.flinkVersion)) {
    found.push(
      problem(
        "flinkVersion",
        { got: `Flink ${pair.flinkVersion} with Beam ${sdk}`, allowed: `Flink ${flink.join(", ")} with Beam ${sdk}` },
        path,
      ),
    );
  }
  if (!python.some((version) => version === pair.python)) {
    found.push(
      problem("python", { got: `Python ${pair.python} with Beam ${sdk}`, allowed: `Python ${python.join(", ")} with Beam ${sdk}` }, path),
    );
  }
  return found;
}

function problem(field: keyof BeamPair, { got, allowed }: { readonly got: string; readonly allowed: string }, path: string): Problem {
  return { id: "beam.illegal-pair", path: `${path}.${field}`, got, allowed, fix: `set ${field} to one of the allowed versions` };
}
