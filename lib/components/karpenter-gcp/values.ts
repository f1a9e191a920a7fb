/** Helm values of Karpenter on Google Cloud that differ from the chart's defaults. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { repositoryAndTag } from "#lib/kube/images";
import { partResources } from "#lib/kube/part-resources";
import type { KarpenterGcpSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.5, memory: Size.gibibytes(1) }, limits: { cpu: 2, memory: Size.gibibytes(1) } };

/** Helm values; `image` is already rewritten to the mirror. */
export function karpenterGcpValues(props: KarpenterGcpSettings, image: string): JsonObject {
  const { project, location, clusterName, controllerAccount, nodes, replicas } = props;
  return {
    serviceAccount: { annotations: { "iam.gke.io/gcp-service-account": controllerAccount } },
    // Workload Identity instead of a key in a Secret.
    credentials: { enabled: false },
    // The chart's minAvailable of 1 would block the drain of the node of a single pod.
    podDisruptionBudget: { maxUnavailable: 1 },
    controller: {
      replicaCount: replicas,
      image: repositoryAndTag(image),
      // The chart's gmp-critical exists only where Google's managed Prometheus runs.
      priorityClassName: "system-cluster-critical",
      resources: partResources(props.resources, DEFAULTS),
      settings: {
        projectID: project,
        // Instance types are those of the region.
        clusterLocation: location.replace(/-[a-z]$/, ""),
        nodeLocation: location,
        clusterName,
        // What pools count on: lib/components/node-pools/allocatable-google.ts.
        vmMemoryOverheadPercent: 0.065,
        defaultNodepoolServiceAccount: nodes.serviceAccount,
      },
    },
  };
}
