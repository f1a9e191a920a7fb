/** The client calls that `doctor` uses. */

import type { KubeClient } from "../../../cluster/client";

/** Read-only, apart from dry runs. */
export type ClusterReader = Pick<KubeClient, "access" | "get" | "list" | "create" | "discover" | "json" | "version" | "clusterUid">;
