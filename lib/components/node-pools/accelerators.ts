/**
 * Accelerators that nodes may offer: data only. Sources: the instance types in `lib/imports/instance-types`, data sheets of the vendors; MIG profiles:
 * GPU operator v26.7.0, assets/state-mig-manager/0400_configmap.yaml; compute capabilities: NVIDIA, "CUDA GPU Compute Capability".
 */

import { Size } from "#lib/core/size";
import type { AcceleratorModel } from "#lib/kube/node-pool";

/** What an accelerator is. */
export interface Accelerator {
  /** Resource name in pods. */
  readonly resource: string;
  /** Memory of one, in GiB, by the vendor's data sheet; for NV..._A10_v5 the share of a VM. */
  readonly memoryGib: number;
  /** Compute capability, such as 8.9. @default it is no GPU of NVIDIA */
  readonly computeCapability?: number;
  /** MIG profiles, with the most slices of each that one accelerator is divided into. @default it has no MIG */
  readonly mig?: Readonly<Record<string, number>>;
}

const nvidia = (memoryGib: number, computeCapability: number, mig?: Accelerator["mig"]): Accelerator => ({
  resource: "nvidia.com/gpu",
  memoryGib,
  computeCapability,
  ...(mig && { mig }),
});
const amd = (memoryGib: number): Accelerator => ({ resource: "amd.com/gpu", memoryGib });
const neuron = (memoryGib: number): Accelerator => ({ resource: "aws.amazon.com/neuron", memoryGib });
const gaudi = (memoryGib: number): Accelerator => ({ resource: "habana.ai/gaudi", memoryGib });

const MIG_80 = { "1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1 };

/** Every accelerator, by name. */
export const ACCELERATORS = {
  "nvidia-t4": nvidia(16, 7.5),
  "nvidia-t4g": nvidia(16, 7.5),
  "nvidia-m60": nvidia(8, 5.2),
  "nvidia-v100": nvidia(32, 7),
  "nvidia-v100-16gb": nvidia(16, 7),
  "nvidia-a10": nvidia(24, 8.6),
  "nvidia-a10-4gb": nvidia(4, 8.6),
  "nvidia-a10-8gb": nvidia(8, 8.6),
  "nvidia-a10-12gb": nvidia(12, 8.6),
  "nvidia-a10g": nvidia(24, 8.6),
  "nvidia-l4": nvidia(24, 8.9),
  "nvidia-l40s": nvidia(48, 8.9),
  "nvidia-rtx-pro-6000": nvidia(96, 12, { "1g.24gb": 4, "2g.48gb": 2, "4g.96gb": 1 }),
  "nvidia-a100-40gb": nvidia(40, 8, { "1g.5gb": 7, "1g.10gb": 4, "2g.10gb": 3, "3g.20gb": 2, "4g.20gb": 1, "7g.40gb": 1 }),
  "nvidia-a100-80gb": nvidia(80, 8, MIG_80),
  "nvidia-h100-80gb": nvidia(80, 9, MIG_80),
  "nvidia-h100-mega-80gb": nvidia(80, 9, MIG_80),
  "nvidia-h100-nvl-94gb": nvidia(94, 9),
  "nvidia-h200-141gb": nvidia(141, 9, { "1g.18gb": 7, "1g.35gb": 4, "2g.35gb": 3, "3g.71gb": 2, "4g.71gb": 1, "7g.141gb": 1 }),
  "nvidia-b200": nvidia(179, 10, { "1g.23gb": 7, "1g.45gb": 4, "2g.45gb": 3, "3g.90gb": 2, "4g.90gb": 1, "7g.180gb": 1 }),
  "nvidia-b300": nvidia(269, 10.3, { "1g.34gb": 7, "1g.67gb": 4, "2g.67gb": 3, "3g.135gb": 2, "4g.135gb": 1, "7g.269gb": 1 }),
  "nvidia-gb200": nvidia(186, 10),
  "amd-mi300x": amd(192),
  "amd-radeon-pro-v520": amd(8),
  "aws-inferentia": neuron(8),
  "aws-inferentia2": neuron(32),
  "aws-trainium": neuron(32),
  "aws-trainium2": neuron(96),
  "habana-gaudi": gaudi(32),
} satisfies Readonly<Record<string, Accelerator>>;

/** Name of an accelerator. */
export type AcceleratorName = keyof typeof ACCELERATORS;

/** A model of the list by its name, or the user's own. */
export function acceleratorOf(type: AcceleratorName | AcceleratorModel): AcceleratorModel {
  if (typeof type !== "string") return type;
  const { resource, memoryGib, computeCapability }: Accelerator = ACCELERATORS[type];
  return { name: type, resource, memory: Size.gibibytes(memoryGib), ...(computeCapability !== undefined && { computeCapability }) };
}

/** The MIG profiles of a model, with the slices of each; none of a model of the user's own. */
export function migProfiles(name: string): Readonly<Record<string, number>> {
  const models: Readonly<Record<string, Accelerator>> = ACCELERATORS;
  return models[name]?.mig ?? {};
}
