/**
 * Accelerators that nodes may offer: data only. Sources: Karpenter 1.14.1 instance data, cluster-autoscaler and GKE accelerator names; MIG profiles:
 * GPU operator v26.7.0, assets/state-mig-manager/0400_configmap.yaml.
 */

/** What an accelerator is. */
export interface Accelerator {
  /** Resource name in pods. */
  readonly resource: "nvidia.com/gpu" | "amd.com/gpu" | "aws.amazon.com/neuron";
  /** Memory of one, in GiB, by the vendor's data sheet. */
  readonly memoryGib: number;
  /** MIG profiles, with the most slices of each that one accelerator is divided into. @default it has no MIG */
  readonly mig?: Readonly<Record<string, number>>;
}

const nvidia = (memoryGib: number, mig?: Accelerator["mig"]): Accelerator => ({
  resource: "nvidia.com/gpu",
  memoryGib,
  ...(mig && { mig }),
});
const neuron = (memoryGib: number): Accelerator => ({ resource: "aws.amazon.com/neuron", memoryGib });

const MIG_80 = { "1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1 };

/** Every accelerator, by name. */
export const ACCELERATORS = {
  "nvidia-t4": nvidia(16),
  "nvidia-v100": nvidia(32),
  "nvidia-a10": nvidia(24),
  "nvidia-a10g": nvidia(24),
  "nvidia-l4": nvidia(24),
  "nvidia-l40s": nvidia(48),
  "nvidia-rtx-pro-6000": nvidia(96, { "1g.24gb": 4, "2g.48gb": 2, "4g.96gb": 1 }),
  "nvidia-a100-40gb": nvidia(40, { "1g.5gb": 7, "1g.10gb": 4, "2g.10gb": 3, "3g.20gb": 2, "4g.20gb": 1, "7g.40gb": 1 }),
  "nvidia-a100-80gb": nvidia(80, MIG_80),
  "nvidia-h100-80gb": nvidia(80, MIG_80),
  "nvidia-h200-141gb": nvidia(141, { "1g.18gb": 7, "1g.35gb": 4, "2g.35gb": 3, "3g.71gb": 2, "4g.71gb": 1, "7g.141gb": 1 }),
  "nvidia-b200": nvidia(179, { "1g.23gb": 7, "1g.45gb": 4, "2g.45gb": 3, "3g.90gb": 2, "4g.90gb": 1, "7g.180gb": 1 }),
  "nvidia-b300": nvidia(269, { "1g.34gb": 7, "1g.67gb": 4, "2g.67gb": 3, "3g.135gb": 2, "4g.135gb": 1, "7g.269gb": 1 }),
  "amd-mi300x": { resource: "amd.com/gpu", memoryGib: 192 } as Accelerator,
  "aws-inferentia2": neuron(32),
  "aws-trainium": neuron(32),
  "aws-trainium2": neuron(96),
} satisfies Readonly<Record<string, Accelerator>>;

/** Name of an accelerator. */
export type AcceleratorName = keyof typeof ACCELERATORS;
