/** What a cluster's storage requires outside of the cluster: its bucket, and an identity that may write to it. */

import type { OwnRequirement } from "#lib/kube/requirement";
import type { FlinkPodSettings } from "./schema";
import { type DurableStorage, storageSecrets } from "./storage";

/** The cluster that uses a storage. */
export interface StorageUser {
  readonly name: string;
  readonly namespace: string;
  readonly settings: Pick<FlinkPodSettings, "serviceAccountAnnotations">;
}

/** A claim and keys in Secrets are found in the pods that mount them. */
export function storageRequirements(storage: DurableStorage, user: StorageUser): OwnRequirement[] {
  if (storage.type === "claim") return [];
  const bucket = { type: "bucket", name: storage.uri, purpose: "checkpoints, savepoints and metadata of Flink" } as const;
  const hasKeys = Object.keys(storageSecrets(storage)).length > 0;
  return [bucket, ...(hasKeys ? [] : [identity(storage.uri, user)])];
}

function identity(uri: string, { name, namespace, settings }: StorageUser): OwnRequirement {
  const accounts = `ServiceAccounts ${namespace}/${name} and ${namespace}/${name}-taskmanager`;
  const [role] = Object.values(settings.serviceAccountAnnotations ?? {});
  return { type: "cloud-identity", name: role === undefined ? accounts : `${role} for ${accounts}`, purpose: `read and write ${uri}` };
}
