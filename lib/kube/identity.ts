/** Cloud identities of pods, by annotations of their ServiceAccount. */

/** Labels that pods need in addition. Source: Azure Workload Identity, whose webhook changes labelled pods only. */
export function identityLabels(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  const isAzure = Object.keys(annotations).some((key) => key.startsWith("azure.workload.identity/"));
  return isAzure ? { "azure.workload.identity/use": "true" } : {};
}
