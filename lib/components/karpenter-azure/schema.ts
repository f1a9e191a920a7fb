/** Props of Karpenter on Azure. */

import { z } from "zod";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Source: CRD AKSNodeClass v1beta1, spec.vnetSubnetID. */
const subnetSchema = z
  .string()
  .regex(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[\w\-().]{0,89}[\w\-()]\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i,
    { error: "the resource id of a subnet, /subscriptions/.../subnets/..." },
  );

/** Sources: CRD AKSNodeClass v1beta1, spec.tags; Azure Resource Manager, "Use tags". */
const tagsSchema = z.record(
  z.string().regex(/^[^<>%&?/\\]{1,512}$/, { error: "at most 512 characters, without <, >, %, &, ?, / and \\" }),
  z.string().max(255),
);

/** Props of Karpenter on Azure. */
export const karpenterAzureSchema = z.strictObject({
  /** Image family of the nodes; AKS chooses its version and upgrades it. Pin one to stay on its Ubuntu release. @default "Ubuntu2404" */
  imageFamily: z.enum(["Ubuntu2204", "Ubuntu2404", "AzureLinux"]).default("Ubuntu2404"),
  /** Who installs the driver of NVIDIA GPUs: AKS, or nobody, so that an operator in the cluster can. @default "aks" */
  gpuDriver: z.enum(["aks", "none"]).default("aks"),
  /** Subnet of the nodes. @default that of the cluster */
  subnet: subnetSchema.optional(),
  /** Encrypts disks and caches on the host of the VM. The subscription must have the feature EncryptionAtHost. @default false */
  encryptionAtHost: z.boolean().default(false),
  /** Tags of VMs, disks and network interfaces. @default none */
  tags: tagsSchema.optional(),
});

/** Props of Karpenter on Azure. */
export type KarpenterAzureProps = PropsOf<typeof karpenterAzureSchema>;

/** Settings of Karpenter on Azure: its props with every default filled in. */
export type KarpenterAzureSettings = SettingsOf<typeof karpenterAzureSchema>;
