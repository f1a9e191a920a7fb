/** Accelerators that nodes may offer: data only. Sources: the instance types in `lib/imports/instance-types`, data sheets of the vendors. */

import { Size } from "#lib/core/size";
import type { AcceleratorModel } from "#lib/kube/node-pool";

/** What an accelerator is. */
export interface Accelerator {
  /** Resource name in pods. */
  readonly resource: string;
  /** Memory of one, in GiB, by the vendor's data sheet; for NV..._A10_v5 the share of a VM. */
  readonly memoryGib: number;
}

const nvidia = (memoryGib: number) => ({ resource: "nvidia.com/gpu", memoryGib }) as const;
const amd = (memoryGib: number) => ({ resource: "amd.com/gpu", memoryGib }) as const;
const neuron = (memoryGib: number) => ({ resource: "aws.amazon.com/neuron", memoryGib }) as const;

/** Every accelerator, by name. */
export const ACCELERATORS = {
  "nvidia-t4": nvidia(16),
  "nvidia-t4g": nvidia(16),
  "nvidia-m60": nvidia(8),
  "nvidia-v100": nvidia(32),
  "nvidia-v100-16gb": nvidia(16),
  "nvidia-a10": nvidia(24),
  "nvidia-a10-4gb": nvidia(4),
  "nvidia-a10-8gb": nvidia(8),
  "nvidia-a10-12gb": nvidia(12),
  "nvidia-a10g": nvidia(24),
  "nvidia-l4": nvidia(24),
  "nvidia-l40s": nvidia(48),
  "nvidia-rtx-pro-6000": nvidia(96),
  "nvidia-a100-40gb": nvidia(40),
  "nvidia-a100-80gb": nvidia(80),
  "nvidia-h100-80gb": nvidia(80),
  "nvidia-h100-mega-80gb": nvidia(80),
  "nvidia-h100-nvl-94gb": nvidia(94),
  "nvidia-h200-141gb": nvidia(141),
  "nvidia-b200": nvidia(179),
  "nvidia-b300": nvidia(269),
  "nvidia-gb200": nvidia(186),
  "amd-mi300x": amd(192),
  "amd-radeon-pro-v520": amd(8),
  "aws-inferentia": neuron(8),
  "aws-inferentia2": neuron(32),
  "aws-trainium": neuron(32),
  "aws-trainium2": neuron(96),
  "habana-gaudi": { resource: "habana.ai/gaudi", memoryGib: 32 },
} as const satisfies Readonly<Record<string, Accelerator>>;

/** Name of an accelerator. */
export type AcceleratorName = keyof typeof ACCELERATORS;

/** A model of the list by its name, or the user's own. */
export function acceleratorOf(type: AcceleratorName | AcceleratorModel): AcceleratorModel {
  if (typeof type !== "string") return type;
  const { resource, memoryGib } = ACCELERATORS[type];
  return { name: type, resource, memory: Size.gibibytes(memoryGib) };
}
