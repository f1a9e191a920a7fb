/** Collections of transforms: installed by pip in Beam's SDK image, without an operator. */

import { beamSdkImage, DEFAULT_BEAM_SDK, DEFAULT_PYTHON } from "#lib/beam/matrix";
import type { ComponentPin } from "#lib/kube/pin";

/** The pins of collections. */
export const transformCollectionsPin = {
  name: "transform-collections",
  licence: "Apache-2.0",
  source: "Beam 2.77.0 release notes; images apache/beam_python<P>_sdk; pip 24 documentation, Secure installs",
  images: { install: beamSdkImage(DEFAULT_BEAM_SDK, DEFAULT_PYTHON) },
  kinds: [],
  kubernetes: { min: "1.31" },
} as const satisfies ComponentPin;
