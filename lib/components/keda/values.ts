/** Helm values of KEDA: what differs from the chart's own. Its containers are restricted by default. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedPodSecurity } from "#lib/kube/hardening";
import { partResources } from "#lib/kube/part-resources";
import type { kedaPin } from "./pin";
import type { KedaOperatorSettings } from "./schema";

/** Context of the values. */
export interface KedaContext {
  /** Images by part, already moved to a mirror where there is one. */
  readonly images: Readonly<Record<keyof typeof kedaPin.images, string>>;
  /** Name of the priority class. */
  readonly priority: string | undefined;
}

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(128) }, limits: { cpu: 1, memory: Size.gibibytes(1) } };

/** Helm values of the chart. */
export function kedaValues({ replicas, resources }: KedaOperatorSettings, { images, priority }: KedaContext): JsonObject {
  const each = <T extends JsonObject | number>(value: T) => ({ operator: value, metricServer: value, webhooks: value });
  return {
    // What is scaled outlives the release of the chart.
    crds: { additionalAnnotations: { "helm.sh/resource-policy": "keep" } },
    image: {
      keda: image(images.operator),
      metricsApiServer: image(images.metricsApiServer),
      webhooks: image(images.webhooks),
      pullPolicy: "IfNotPresent",
    },
    operator: { replicaCount: replicas },
    metricsServer: { replicaCount: replicas },
    webhooks: { replicaCount: replicas },
    resources: each(partResources(resources, DEFAULTS)),
    podSecurityContext: each(restrictedPodSecurity()),
    ...(priority && { priorityClassName: priority }),
    ...(replicas > 1 && { podDisruptionBudget: each({ minAvailable: 1 }) }),
    // By default the chart lets the operator read every object of every group, Secrets too, because anything may be a target.
    rbac: { enabledCustomScaledRefKinds: false },
    permissions: { operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } },
    prometheus: { operator: { enabled: true } },
  };
}

function image(reference: string): JsonObject {
  const { registry, repository, tag } = parseImage(reference) ?? {};
  return { registry, repository, tag };
}
