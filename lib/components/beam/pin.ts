/** Beam: the images of its newest SDK. There is no operator: a pipeline is a Job that submits to Flink. */

import { beamSdkImage, DEFAULT_BEAM_SDK, DEFAULT_PYTHON, jobServerImage } from "#lib/beam/matrix";
import { FLINK_LINES } from "#lib/kube/beam-runner";
import type { ComponentPin } from "#lib/kube/pin";

/** The pins of Beam pipelines. */
export const beamPin = {
  name: "beam",
  licence: "Apache-2.0",
  source: "Beam 2.77.0 release notes; images apache/beam_python<P>_sdk and apache/beam_flink<F>_job_server",
  images: {
    sdk: beamSdkImage(DEFAULT_BEAM_SDK, DEFAULT_PYTHON),
    ...Object.fromEntries(FLINK_LINES.map((line) => [`jobServer${line}`, jobServerImage(DEFAULT_BEAM_SDK, line)])),
  },
  kinds: [],
  // The job server is a sidecar that ends with the submitter: restartPolicy of init containers, on by default since 1.29.
  kubernetes: { min: "1.31" },
} as const satisfies ComponentPin;
