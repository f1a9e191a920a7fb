/** Helm values of the ECK operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import { partResources } from "#lib/kube/part-resources";
import type { PriorityName } from "#lib/kube/priority";
import type { ElasticOperatorSettings } from "./schema";

/** Port of the operator's webhook. Source: ECK 3.5.0, chart value webhook.port. */
export const WEBHOOK_PORT = 9443;

/** Port of the operator's metrics, which the chart leaves closed. */
export const OPERATOR_METRICS_PORT = 9100;

/** What the values take from where the operator stands. */
export interface OperatorContext {
  /** The operator's image, already moved to a mirror where there is one. */
  readonly image: string;
  /** Namespaces with clusters; the operator looks at no others. */
  readonly managedNamespaces: readonly string[];
  readonly priority: PriorityName | undefined;
}

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.gibibytes(1) } };

/** Helm values of the chart. */
export function elasticOperatorValues(props: ElasticOperatorSettings, { image, managedNamespaces, priority }: OperatorContext): JsonObject {
  return {
    image: repositoryAndTag(image),
    managedNamespaces,
    replicaCount: props.replicas,
    ...(priority && { priorityClassName: priority }),
    resources: partResources(props.resources, DEFAULTS),
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
    // Usage data would leave the cluster.
    telemetry: { disabled: true },
    webhook: { enabled: true, port: WEBHOOK_PORT },
    config: { metrics: { port: String(OPERATOR_METRICS_PORT) } },
    ...(props.replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
  };
}
