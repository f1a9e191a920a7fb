/** Beam's runners without a cluster of their own operator: SDK images, and the job server of Spark. */

import { beamSdkImage, DEFAULT_BEAM_SDK, DEFAULT_PYTHON } from "#lib/beam/matrix";
import type { BeamSdkVersion } from "#lib/kube/beam-runner";
import type { ComponentPin } from "#lib/kube/pin";

/** The job server with Spark 3.5 inside, such as `apache/beam_spark3_job_server:2.77.0`. Beam's Python knows no other Spark. Source: Beam 2.77, pipeline_options.py. */
export function sparkJobServerImage(beamSdk: BeamSdkVersion): string {
  return `apache/beam_spark3_job_server:${beamSdk}`;
}

/** The pins of runners. */
export const beamRunnersPin = {
  name: "beam-runners",
  licence: "Apache-2.0",
  source: "Beam 2.77.0 release notes; images apache/beam_python<P>_sdk and apache/beam_spark3_job_server",
  images: { sdk: beamSdkImage(DEFAULT_BEAM_SDK, DEFAULT_PYTHON), sparkJobServer: sparkJobServerImage(DEFAULT_BEAM_SDK) },
  kinds: [],
  // Sidecars end with the submitter: restartPolicy of init containers, on by default since 1.29.
  kubernetes: { min: "1.31" },
} as const satisfies ComponentPin;
