/** Helm values of Kubeflow Trainer: what differs from the chart's own. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { TrainerOperatorSettings } from "./schema";

/** Ports of the pods. Source: chart values manager.config.metrics.bindAddress and manager.config.webhook.port. */
export const METRICS_PORT = 8443;
export const WEBHOOK_PORT = 9443;

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.mebibytes(512) } };

/** Helm values of the chart, which has none for a priority class, a pod's security context or a disruption budget. */
export function trainerValues({ replicas, resources }: TrainerOperatorSettings, { image }: OperatorContext): JsonObject {
  const { registry = "docker.io", repository, tag = "" } = parseImage(image) ?? { repository: image };
  const { fsGroup: _ofPods, ...pod } = restrictedPodSecurity();
  return {
    image: { registry, repository, tag },
    // The environment's own section installs it.
    jobset: { install: false },
    manager: {
      replicas,
      resources: partResources(resources, DEFAULTS),
      securityContext: { ...restrictedContainerSecurity(), ...pod },
    },
  };
}
