/** The catalogue of frameworks: images of JupyterLab, and whether they have the libraries of NVIDIA's GPUs. */

import { workspacesPin } from "./pin";

const { images } = workspacesPin;

/** Frameworks by name. */
export const FRAMEWORKS = {
  scipy: { image: images.scipy, cuda: false },
  pytorch: { image: images.pytorch, cuda: false },
  "pytorch-cuda": { image: images.pytorchCuda, cuda: true },
  tensorflow: { image: images.tensorflow, cuda: false },
  "tensorflow-cuda": { image: images.tensorflowCuda, cuda: true },
} as const;

/** Name of a framework. */
type FrameworkName = keyof typeof FRAMEWORKS;

/** Names of all frameworks. */
export const FRAMEWORK_NAMES = Object.keys(FRAMEWORKS) as [FrameworkName, ...FrameworkName[]];
