/** Props of Karpenter on Google Cloud. */

import { z } from "zod";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** A service account of Google Cloud. */
const accountSchema = z.string().regex(/^[^@]+@(developer\.gserviceaccount\.com|[^@]+\.iam\.gserviceaccount\.com)$/, {
  error: "the email of a service account, ...@<project>.iam.gserviceaccount.com",
});

/** A machine image at one version. Source: rules of the CRD GCENodeClass v1alpha1, spec.imageSelectorTerms. */
const imageSchema = z.discriminatedUnion("type", [
  /** Container-Optimized OS of Google. */
  z.strictObject({
    type: z.literal("container-optimized-os"),
    /** Milestone and build, such as `125.19216.104.126`; `latest` would replace every node on the day Google publishes another. */
    version: z.string().regex(/^\d+\.\d+\.\d+\.\d+$/, { error: "a version such as 125.19216.104.126, never latest" }),
  }),
  /** Ubuntu with GKE's packages. */
  z.strictObject({
    type: z.literal("ubuntu"),
    /** Release of Ubuntu. */
    release: z.enum(["22.04", "24.04"]),
    /** Date, such as `v20260416`; `latest` would replace every node on the day Google publishes another. */
    version: z.string().regex(/^v\d{8}$/, { error: "a version such as v20260416, never latest" }),
  }),
]);

/** Props of Karpenter on Google Cloud. */
export const karpenterGcpSchema = z.strictObject({
  /** Id of the project. */
  project: z.string().regex(/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/, { error: "the id of a project of Google Cloud" }),
  /** Region or zone of the cluster, such as `europe-west4`. */
  location: z.string().regex(/^[a-z]+-[a-z]+\d+(-[a-z])?$/, { error: "a region or zone, such as europe-west4" }),
  /** Name of the GKE cluster. */
  clusterName: z.string().regex(/^[a-z][-a-z0-9]{0,38}[a-z0-9]$/, { error: "the name of a GKE cluster" }),
  /** Service account of the controller, which Workload Identity Federation for GKE gives it. */
  controllerAccount: accountSchema,
  /** Settings of all nodes. */
  nodes: z.strictObject({
    /** Machine image. */
    image: imageSchema,
    /** Service account of the nodes, with `roles/container.nodeServiceAccount`. */
    serviceAccount: accountSchema,
    /** Version of the NVIDIA driver that GKE installs; `disabled` where an operator in the cluster does. @default "default" */
    gpuDriver: z.enum(["default", "latest", "disabled"]).default("default"),
    /** Cloud KMS key that encrypts the volumes. @default Google's own */
    kmsKey: z
      .string()
      .regex(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/, {
        error: "projects/.../locations/.../keyRings/.../cryptoKeys/...",
      })
      .optional(),
    /** Network tags of the VMs, which firewall rules select. @default none */
    networkTags: z
      .array(z.string().regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: "a network tag" }))
      .max(20)
      .default([]),
  }),
  ...operatorProps,
  /** Pods of the controller, of which one leads. @default 2 */
  replicas: z.int().min(1).max(5).default(2),
  /** Requests and limits of each pod of the controller; it needs more memory with more nodes. @default 0.5 cores and 1Gi, at most 2 cores and 1Gi */
  resources: partResourcesSchema.optional(),
});

/** Props of Karpenter on Google Cloud. */
export type KarpenterGcpProps = PropsOf<typeof karpenterGcpSchema>;

/** Settings of Karpenter on Google Cloud: its props with every default filled in. */
export type KarpenterGcpSettings = SettingsOf<typeof karpenterGcpSchema>;
