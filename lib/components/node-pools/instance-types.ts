/** EC2 instance types that Karpenter pools may name: data only. Sources: Karpenter 1.14.1 instance data and limits of the VPC; c7i, m7i, r7i: EC2 user guide. */

import type { AcceleratorName } from "./accelerators";

/** Capacity of an instance type. */
export interface InstanceType {
  /** vCPUs. */
  readonly cpu: number;
  readonly memoryGib: number;
  /** @default none */
  readonly accelerator?: AcceleratorName;
  /** Number of accelerators. */
  readonly count: number;
  /** Most pods with an address of the VPC: interfaces of the default network card x (IPv4 addresses of each - 1) + 2. */
  readonly pods: number;
}

const plain = (cpu: number, memoryGib: number, pods: number) => ({ cpu, memoryGib, count: 0, pods }) as const;

/** Every instance type, by name. */
export const INSTANCE_TYPES = {
  "c7i.large": plain(2, 4, 29),
  "c7i.xlarge": plain(4, 8, 58),
  "c7i.2xlarge": plain(8, 16, 58),
  "c7i.4xlarge": plain(16, 32, 234),
  "c7i.8xlarge": plain(32, 64, 234),
  "c7i.12xlarge": plain(48, 96, 234),
  "c7i.16xlarge": plain(64, 128, 737),
  "c7i.24xlarge": plain(96, 192, 737),
  "c7i.48xlarge": plain(192, 384, 737),
  "m7i.large": plain(2, 8, 29),
  "m7i.xlarge": plain(4, 16, 58),
  "m7i.2xlarge": plain(8, 32, 58),
  "m7i.4xlarge": plain(16, 64, 234),
  "m7i.8xlarge": plain(32, 128, 234),
  "m7i.12xlarge": plain(48, 192, 234),
  "m7i.16xlarge": plain(64, 256, 737),
  "m7i.24xlarge": plain(96, 384, 737),
  "m7i.48xlarge": plain(192, 768, 737),
  "r7i.large": plain(2, 16, 29),
  "r7i.xlarge": plain(4, 32, 58),
  "r7i.2xlarge": plain(8, 64, 58),
  "r7i.4xlarge": plain(16, 128, 234),
  "r7i.8xlarge": plain(32, 256, 234),
  "r7i.12xlarge": plain(48, 384, 234),
  "r7i.16xlarge": plain(64, 512, 737),
  "r7i.24xlarge": plain(96, 768, 737),
  "r7i.48xlarge": plain(192, 1536, 737),
  "g4dn.xlarge": { cpu: 4, memoryGib: 16, accelerator: "nvidia-t4", count: 1, pods: 29 },
  "g4dn.2xlarge": { cpu: 8, memoryGib: 32, accelerator: "nvidia-t4", count: 1, pods: 29 },
  "g4dn.4xlarge": { cpu: 16, memoryGib: 64, accelerator: "nvidia-t4", count: 1, pods: 29 },
  "g4dn.8xlarge": { cpu: 32, memoryGib: 128, accelerator: "nvidia-t4", count: 1, pods: 58 },
  "g4dn.16xlarge": { cpu: 64, memoryGib: 256, accelerator: "nvidia-t4", count: 1, pods: 58 },
  "g4dn.12xlarge": { cpu: 48, memoryGib: 192, accelerator: "nvidia-t4", count: 4, pods: 234 },
  "g4dn.metal": { cpu: 96, memoryGib: 384, accelerator: "nvidia-t4", count: 8, pods: 737 },
  "g5.xlarge": { cpu: 4, memoryGib: 16, accelerator: "nvidia-a10g", count: 1, pods: 58 },
  "g5.2xlarge": { cpu: 8, memoryGib: 32, accelerator: "nvidia-a10g", count: 1, pods: 58 },
  "g5.4xlarge": { cpu: 16, memoryGib: 64, accelerator: "nvidia-a10g", count: 1, pods: 234 },
  "g5.8xlarge": { cpu: 32, memoryGib: 128, accelerator: "nvidia-a10g", count: 1, pods: 234 },
  "g5.16xlarge": { cpu: 64, memoryGib: 256, accelerator: "nvidia-a10g", count: 1, pods: 234 },
  "g5.12xlarge": { cpu: 48, memoryGib: 192, accelerator: "nvidia-a10g", count: 4, pods: 737 },
  "g5.24xlarge": { cpu: 96, memoryGib: 384, accelerator: "nvidia-a10g", count: 4, pods: 737 },
  "g5.48xlarge": { cpu: 192, memoryGib: 768, accelerator: "nvidia-a10g", count: 8, pods: 345 },
  "g6.xlarge": { cpu: 4, memoryGib: 16, accelerator: "nvidia-l4", count: 1, pods: 58 },
  "g6.2xlarge": { cpu: 8, memoryGib: 32, accelerator: "nvidia-l4", count: 1, pods: 58 },
  "g6.4xlarge": { cpu: 16, memoryGib: 64, accelerator: "nvidia-l4", count: 1, pods: 234 },
  "g6.8xlarge": { cpu: 32, memoryGib: 128, accelerator: "nvidia-l4", count: 1, pods: 234 },
  "g6.16xlarge": { cpu: 64, memoryGib: 256, accelerator: "nvidia-l4", count: 1, pods: 737 },
  "g6.12xlarge": { cpu: 48, memoryGib: 192, accelerator: "nvidia-l4", count: 4, pods: 234 },
  "g6.24xlarge": { cpu: 96, memoryGib: 384, accelerator: "nvidia-l4", count: 4, pods: 737 },
  "g6.48xlarge": { cpu: 192, memoryGib: 768, accelerator: "nvidia-l4", count: 8, pods: 737 },
  "gr6.4xlarge": { cpu: 16, memoryGib: 128, accelerator: "nvidia-l4", count: 1, pods: 234 },
  "gr6.8xlarge": { cpu: 32, memoryGib: 256, accelerator: "nvidia-l4", count: 1, pods: 234 },
  "g6e.xlarge": { cpu: 4, memoryGib: 32, accelerator: "nvidia-l40s", count: 1, pods: 58 },
  "g6e.2xlarge": { cpu: 8, memoryGib: 64, accelerator: "nvidia-l40s", count: 1, pods: 58 },
  "g6e.4xlarge": { cpu: 16, memoryGib: 128, accelerator: "nvidia-l40s", count: 1, pods: 234 },
  "g6e.8xlarge": { cpu: 32, memoryGib: 256, accelerator: "nvidia-l40s", count: 1, pods: 234 },
  "g6e.16xlarge": { cpu: 64, memoryGib: 512, accelerator: "nvidia-l40s", count: 1, pods: 737 },
  "g6e.12xlarge": { cpu: 48, memoryGib: 384, accelerator: "nvidia-l40s", count: 4, pods: 292 },
  "g6e.24xlarge": { cpu: 96, memoryGib: 768, accelerator: "nvidia-l40s", count: 4, pods: 492 },
  "g6e.48xlarge": { cpu: 192, memoryGib: 1536, accelerator: "nvidia-l40s", count: 8, pods: 492 },
  "g7e.2xlarge": { cpu: 8, memoryGib: 64, accelerator: "nvidia-rtx-pro-6000", count: 1, pods: 254 },
  "g7e.4xlarge": { cpu: 16, memoryGib: 128, accelerator: "nvidia-rtx-pro-6000", count: 1, pods: 506 },
  "g7e.8xlarge": { cpu: 32, memoryGib: 256, accelerator: "nvidia-rtx-pro-6000", count: 1, pods: 506 },
  "g7e.12xlarge": { cpu: 48, memoryGib: 512, accelerator: "nvidia-rtx-pro-6000", count: 2, pods: 632 },
  "g7e.24xlarge": { cpu: 96, memoryGib: 1024, accelerator: "nvidia-rtx-pro-6000", count: 4, pods: 632 },
  "g7e.48xlarge": { cpu: 192, memoryGib: 2048, accelerator: "nvidia-rtx-pro-6000", count: 8, pods: 632 },
  "p3dn.24xlarge": { cpu: 96, memoryGib: 768, accelerator: "nvidia-v100", count: 8, pods: 737 },
  "p4d.24xlarge": { cpu: 96, memoryGib: 1152, accelerator: "nvidia-a100-40gb", count: 8, pods: 737 },
  "p4de.24xlarge": { cpu: 96, memoryGib: 1152, accelerator: "nvidia-a100-80gb", count: 8, pods: 737 },
  "p5.4xlarge": { cpu: 16, memoryGib: 256, accelerator: "nvidia-h100-80gb", count: 1, pods: 118 },
  "p5.48xlarge": { cpu: 192, memoryGib: 2048, accelerator: "nvidia-h100-80gb", count: 8, pods: 100 },
  "p5e.48xlarge": { cpu: 192, memoryGib: 2048, accelerator: "nvidia-h200-141gb", count: 8, pods: 100 },
  "p5en.48xlarge": { cpu: 192, memoryGib: 2048, accelerator: "nvidia-h200-141gb", count: 8, pods: 198 },
  "p6-b200.48xlarge": { cpu: 192, memoryGib: 2048, accelerator: "nvidia-b200", count: 8, pods: 198 },
  "p6-b300.48xlarge": { cpu: 192, memoryGib: 4096, accelerator: "nvidia-b300", count: 8, pods: 198 },
  "inf2.xlarge": { cpu: 4, memoryGib: 16, accelerator: "aws-inferentia2", count: 1, pods: 58 },
  "inf2.8xlarge": { cpu: 32, memoryGib: 128, accelerator: "aws-inferentia2", count: 1, pods: 234 },
  "inf2.24xlarge": { cpu: 96, memoryGib: 384, accelerator: "aws-inferentia2", count: 6, pods: 737 },
  "inf2.48xlarge": { cpu: 192, memoryGib: 768, accelerator: "aws-inferentia2", count: 12, pods: 737 },
  "trn1.2xlarge": { cpu: 8, memoryGib: 32, accelerator: "aws-trainium", count: 1, pods: 58 },
  "trn1.32xlarge": { cpu: 128, memoryGib: 512, accelerator: "aws-trainium", count: 16, pods: 247 },
  "trn1n.32xlarge": { cpu: 128, memoryGib: 512, accelerator: "aws-trainium", count: 16, pods: 247 },
  "trn2.48xlarge": { cpu: 192, memoryGib: 2048, accelerator: "aws-trainium2", count: 16, pods: 100 },
} as const satisfies Readonly<Record<string, InstanceType>>;

/** Name of an instance type. */
export type InstanceTypeName = keyof typeof INSTANCE_TYPES;
