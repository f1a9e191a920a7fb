/** Cluster API in the contract suite: its settings with one pool of each kind. */

import { ClusterApi, type ClusterApiProps, clusterApiPin, clusterApiSchema, MachineNodePool } from "#lib/components/cluster-api/index";
import { contractEntry } from "../../../contract/entry";

const POOL = {
  name: "workers",
  kind: "machine-deployment",
  nodes: 3,
  labels: { "node.cluster.x-k8s.io/node-pool": "workers" },
  taints: [],
  zones: ["a"],
  architecture: "amd64",
  infrastructure: { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "Metal3MachineTemplate", name: "workers" },
  bootstrap: { apiGroup: "bootstrap.cluster.x-k8s.io", kind: "KubeadmConfigTemplate", name: "workers" },
  capacity: { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "100Gi" },
} as const;

const clusterApi = contractEntry<ClusterApiProps>({
  title: "ClusterApi",
  pin: clusterApiPin,
  schema: clusterApiSchema,
  build: (scope, props) => {
    const { settings } = new ClusterApi(scope, "Subject", props);
    new MachineNodePool(scope, "Fixed", { pool: POOL, settings });
    new MachineNodePool(scope, "Bounds", { pool: { ...POOL, name: "bounds", kind: "machine-pool", nodes: { min: 0, max: 4 } }, settings });
  },
  smallest: { cluster: "site", namespace: "capi-site", version: "v1.34.2" },
  variants: { cluster: { cluster: "other" }, namespace: { namespace: "capi-other" }, version: { version: "v1.34.3" } },
  refused: { "spec.wrong-value": { version: "1.34" } },
});

/** What the contract suite tries. */
export const entries = [clusterApi];
