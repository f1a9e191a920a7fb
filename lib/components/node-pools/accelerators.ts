/** Accelerators that nodes may offer: data only. Sources: Karpenter 1.14.1 instance data, cluster-autoscaler and GKE accelerator names. */

/** What an accelerator is. */
export interface Accelerator {
  /** Resource name in pods. */
  readonly resource: "nvidia.com/gpu" | "amd.com/gpu" | "aws.amazon.com/neuron";
  /** Memory of one, in GiB, by the vendor's data sheet. */
  readonly memoryGib: number;
}

const nvidia = (memoryGib: number) => ({ resource: "nvidia.com/gpu", memoryGib }) as const;
const neuron = (memoryGib: number) => ({ resource: "aws.amazon.com/neuron", memoryGib }) as const;

/** Every accelerator, by name. */
export const ACCELERATORS = {
  "nvidia-t4": nvidia(16),
  "nvidia-v100": nvidia(32),
  "nvidia-a10": nvidia(24),
  "nvidia-a10g": nvidia(24),
  "nvidia-l4": nvidia(24),
  "nvidia-l40s": nvidia(48),
  "nvidia-rtx-pro-6000": nvidia(96),
  "nvidia-a100-40gb": nvidia(40),
  "nvidia-a100-80gb": nvidia(80),
  "nvidia-h100-80gb": nvidia(80),
  "nvidia-h200-141gb": nvidia(141),
  "nvidia-b200": nvidia(179),
  "nvidia-b300": nvidia(269),
  "amd-mi300x": { resource: "amd.com/gpu", memoryGib: 192 },
  "aws-inferentia2": neuron(32),
  "aws-trainium": neuron(32),
  "aws-trainium2": neuron(96),
} as const satisfies Readonly<Record<string, Accelerator>>;

/** Name of an accelerator. */
export type AcceleratorName = keyof typeof ACCELERATORS;
