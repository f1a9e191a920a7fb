/** What follows from the settings of a feature store. */

import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import type { FeastServer } from "./labels";
import type { FeatureStoreSettings } from "./schema";

/** Memory that the servers and the Jobs each have. */
export function memoryOf({ memory, workers }: Pick<FeatureStoreSettings, "memory" | "workers">): Size {
  return memory ?? Size.mebibytes(512 + 256 * workers);
}

/** The servers: containers of each pod. Only a database is worth a server of its own; clients read Parquet files themselves. */
export function serversOf({ offline, ui }: Pick<FeatureStoreSettings, "offline" | "ui">): FeastServer[] {
  return ["registry", "online", ...(offline.type === "database" ? (["offline"] as const) : []), ...(ui ? (["ui"] as const) : [])];
}

/** Buckets of the stores. */
export function bucketsOf({ registry, offline }: Pick<FeatureStoreSettings, "registry" | "offline">): IBucket[] {
  const all = [registry, offline].flatMap((store) => (store.type === "bucket" ? [store.bucket] : []));
  return [...new Set(all)];
}
