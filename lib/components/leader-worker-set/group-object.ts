/** LeaderWorkerSets as the webhook writes them back. Source: LeaderWorkerSet v0.8.0, pkg/webhooks/leaderworkerset_webhook.go and the defaults of its CRD. */

import type { ApiObjectProps } from "cdk8s";
import type { JsonObject } from "#lib/core/json";
import type { GroupedPods, PodGroupsAsk } from "#lib/kube/pod-groups";

/** The object. A group is replaced as a whole when one of its pods is: the processes of one program do not go on without each other. */
export function groupObject({ name, namespace, groups, size, leader, workers, rollout }: PodGroupsAsk): ApiObjectProps & JsonObject {
  const [maxSurge, maxUnavailable] = rollout === "surge" ? [1, 0] : [0, 1];
  return {
    apiVersion: "leaderworkerset.x-k8s.io/v1",
    kind: "LeaderWorkerSet",
    metadata: { name, namespace },
    spec: {
      replicas: groups,
      leaderWorkerTemplate: {
        size,
        restartPolicy: "RecreateGroupOnPodRestart",
        leaderTemplate: templateOf(leader),
        workerTemplate: templateOf(workers),
      },
      rolloutStrategy: { type: "RollingUpdate", rollingUpdateConfiguration: { partition: 0, maxSurge, maxUnavailable } },
      // A leader is ready when all workers have joined.
      startupPolicy: "LeaderCreated",
      networkConfig: { subdomainPolicy: "Shared" },
    },
  };
}

function templateOf({ labels, spec }: GroupedPods): JsonObject {
  return { metadata: { labels: { ...labels } }, spec };
}
