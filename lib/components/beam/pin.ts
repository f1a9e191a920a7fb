/** Beam: the SDK image. There is no operator: a pipeline is a Job that submits to a runner. */

import { beamSdkImage, DEFAULT_BEAM_SDK, DEFAULT_PYTHON } from "#lib/beam/matrix";
import type { ComponentPin } from "#lib/kube/pin";

/** The pins of Beam pipelines. */
export const beamPin = {
  name: "beam",
  licence: "Apache-2.0",
  source: "Beam 2.77.0 release notes; images apache/beam_python<P>_sdk",
  images: { sdk: beamSdkImage(DEFAULT_BEAM_SDK, DEFAULT_PYTHON) },
  kinds: [],
  // Sidecars end with the submitter: restartPolicy of init containers, on by default since 1.29.
  kubernetes: { min: "1.31" },
} as const satisfies ComponentPin;
