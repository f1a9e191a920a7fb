/** Cloud identities of pods, by annotations of their ServiceAccount. */

import { CLOUD_IDENTITY, type FlowProps, type PodsEnd } from "./network";

/** Labels that pods need in addition. Source: Azure Workload Identity, whose webhook changes labelled pods only. */
export function identityLabels(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  const isAzure = Object.keys(annotations).some((key) => key.startsWith("azure.workload.identity/"));
  return isAzure ? { "azure.workload.identity/use": "true" } : {};
}

/** Flows to the identity service of Google's clusters for pods whose ServiceAccount has such an identity; AWS and Azure exchange tokens over HTTPS. */
export function identityFlows(name: string, from: PodsEnd, annotations: Readonly<Record<string, string>>): FlowProps[] {
  const isGoogle = Object.keys(annotations).some((key) => key.startsWith("iam.gke.io/"));
  return isGoogle ? [{ name: `${name}-identity`, from, ...CLOUD_IDENTITY.gcp }] : [];
}
