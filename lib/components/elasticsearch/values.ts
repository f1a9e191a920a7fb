/** Helm values of the ECK operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { ElasticOperatorSettings } from "./schema";

/** Port of the operator's webhook. On a node 9443 may be that of another webhook, such as Kueue's. Source: ECK 3.5.0, chart value webhook.port. */
export const WEBHOOK_PORTS = { pods: 9443, host: 9444 } as const;

/** Port of the operator's metrics, which the chart leaves closed. In the host's network 9100 is node-exporter's. */
export const OPERATOR_METRICS_PORT = 9101;

/** What the values take from where the operator stands. */
export interface ElasticOperatorContext extends OperatorContext {
  /** Namespaces with clusters; the operator looks at no others. */
  readonly managedNamespaces: readonly string[];
}

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.gibibytes(1) } };

/** Helm values of the chart. */
export function elasticOperatorValues(
  props: ElasticOperatorSettings,
  { image, managedNamespaces, hostNetwork, priority }: ElasticOperatorContext,
): JsonObject {
  return {
    image: repositoryAndTag(image),
    managedNamespaces,
    replicaCount: props.replicas,
    ...(hostNetwork && { hostNetwork }),
    ...(priority && { priorityClassName: priority }),
    resources: partResources(props.resources, DEFAULTS),
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
    // Usage data would leave the cluster.
    telemetry: { disabled: true },
    webhook: { enabled: true, port: WEBHOOK_PORTS[hostNetwork ? "host" : "pods"] },
    config: { metrics: { port: String(OPERATOR_METRICS_PORT) } },
    ...(props.replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
  };
}
