/** Props of GKE's compute classes. */

import { z } from "zod";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of GKE's compute classes. */
export const gkeComputeClassSchema = z.strictObject({
  /** Image of the nodes. @default "cos_containerd" */
  image: z.enum(["cos_containerd", "ubuntu_containerd"]).default("cos_containerd"),
  /** Service account of the nodes, with `roles/container.defaultNodeServiceAccount`. @default that of node auto-provisioning */
  serviceAccount: z
    .string()
    .regex(/^[^@]+@[^@]+\.gserviceaccount\.com$/, { error: "the email of a service account, ...@<project>.iam.gserviceaccount.com" })
    .optional(),
  /** Version of the NVIDIA driver that GKE installs. @default "default" */
  gpuDriver: z.enum(["default", "latest"]).default("default"),
  /** Cloud KMS key that encrypts the boot disks. @default Google's own */
  kmsKey: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/, {
      error: "projects/.../locations/.../keyRings/.../cryptoKeys/...",
    })
    .optional(),
});

/** Props of GKE's compute classes. */
export type GkeComputeClassProps = PropsOf<typeof gkeComputeClassSchema>;

/** Settings of GKE's compute classes: the props with every default filled in. */
export type GkeComputeClassSettings = SettingsOf<typeof gkeComputeClassSchema>;
