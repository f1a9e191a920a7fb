/** The calls by which `doctor` looks at a cluster. */

import type { KubeClient } from "../../../cluster/client";

/** Everything here reads, or only pretends to write. */
export type ClusterReader = Pick<KubeClient, "access" | "get" | "list" | "create" | "discover" | "json" | "version" | "clusterUid">;
