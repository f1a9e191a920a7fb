/** Helm values of the Spark operator: what differs from the chart's own. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { SparkOperatorSettings } from "./schema";

/** Port of the metrics. Source: chart value prometheus.metrics.port. */
export const METRICS_PORT = 8080;
/** Port of the webhook. Source: chart value webhook.port. */
export const WEBHOOK_PORT = 9443;

/** User of the operator's image. Source: Spark operator v2.5.2, Dockerfile. */
const OPERATOR_USER = 185;

/** Context of the operator. */
export interface SparkOperatorContext extends OperatorContext {
  /** Namespaces with applications. */
  readonly jobNamespaces: readonly string[];
}

const CONTROLLER = { requests: { cpu: 0.2, memory: Size.mebibytes(512) }, limits: { cpu: 2, memory: Size.gibibytes(2) } };
const WEBHOOK = { requests: { cpu: 0.05, memory: Size.mebibytes(128) }, limits: { cpu: 0.5, memory: Size.mebibytes(256) } };

/** Helm values of the chart. */
export function sparkOperatorValues(settings: SparkOperatorSettings, { image, jobNamespaces, priority }: SparkOperatorContext): JsonObject {
  const { replicas, resources } = settings;
  const part = {
    replicas,
    ...(priority && { priorityClassName: priority }),
    podSecurityContext: restrictedPodSecurity(OPERATOR_USER),
    securityContext: restrictedContainerSecurity(),
    ...(replicas > 1 && { podDisruptionBudget: { enable: true, minAvailable: 1 } }),
  };
  return {
    image: imageParts(image),
    // A JVM for each submission runs in the controller's pod.
    controller: { ...part, resources: partResources(resources?.controller, CONTROLLER) },
    webhook: { ...part, enable: true, resources: partResources(resources?.webhook, WEBHOOK) },
    // Every application has an account of its own.
    spark: { jobNamespaces, serviceAccount: { create: false }, rbac: { create: false } },
    prometheus: { metrics: { enable: true, port: METRICS_PORT } },
  };
}

function imageParts(image: string): JsonObject {
  const { registry = "docker.io", repository, tag = "" } = parseImage(image) ?? { repository: image };
  return { registry, repository, tag };
}
