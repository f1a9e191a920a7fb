/** Identities that a cloud gives to pods by annotations of their ServiceAccount. */

/** Labels that the pods need beside them. Source: Azure Workload Identity, whose webhook changes labelled pods only. */
export function identityLabels(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  const isAzure = Object.keys(annotations).some((key) => key.startsWith("azure.workload.identity/"));
  return isAzure ? { "azure.workload.identity/use": "true" } : {};
}
