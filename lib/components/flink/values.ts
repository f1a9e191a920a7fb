/** Helm values of the Flink operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { FlinkOperatorSettings } from "./schema";

/** User of the operator's image, as of Flink's. */
const OPERATOR_USER_ID = 9999;

/** Port of the operator's metrics. */
export const OPERATOR_METRICS_PORT = 9999;

const OPERATOR = { requests: { cpu: 0.2, memory: Size.mebibytes(512) }, limits: { cpu: 1, memory: Size.gibibytes(1) } };
const WEBHOOK = { requests: { cpu: 0.05, memory: Size.mebibytes(256) }, limits: { cpu: 0.5, memory: Size.mebibytes(512) } };

/** Inputs of the values besides props. */
export interface FlinkOperatorContext extends OperatorContext {
  /** Is there an issuer for the webhook's certificate? */
  readonly webhook: boolean;
}

/** Helm values of the chart. */
export function flinkOperatorValues(props: FlinkOperatorSettings, { image, webhook, priority }: FlinkOperatorContext): JsonObject {
  return {
    image: {
      ...repositoryAndTag(image),
      ...(props.imageDigest !== undefined && { digest: props.imageDigest }),
    },
    replicas: props.replicas,
    // With leader election the new pod can start before the old one stops. Every number of replicas has the same strategy: Helm 4 applies on
    // the server, where a change to the chart's own `Recreate` keeps the defaults of `rollingUpdate` and is refused.
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    ...(props.watchNamespaces && { watchNamespaces: props.watchNamespaces }),
    webhook: { create: webhook },
    // Every cluster has its own ServiceAccounts, with fewer permissions than those of the chart.
    jobServiceAccount: { create: false },
    rbac: { jobRole: { create: false }, jobRoleBinding: { create: false } },
    operatorPod: {
      ...(priority && { priorityClassName: priority }),
      resources: partResources(props.resources?.operator, OPERATOR),
      webhook: { resources: partResources(props.resources?.webhook, WEBHOOK) },
    },
    podSecurityContext: restrictedPodSecurity(OPERATOR_USER_ID),
    // Both write temporary files below the root of their file system (FlinkConfigBuilder.createTempFile), for which the chart has no volume.
    operatorSecurityContext: restrictedContainerSecurity(false),
    webhookSecurityContext: restrictedContainerSecurity(false),
    metrics: { port: OPERATOR_METRICS_PORT },
    defaultConfiguration: { create: true, append: true, "flink-conf.yaml": operatorConfiguration() },
  };
}

/** Replaces the chart's text of this key, so it repeats the settings of that text that we keep. */
function operatorConfiguration(): string {
  const settings = {
    "kubernetes.operator.metrics.reporter.prom.factory.class": "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
    "kubernetes.operator.metrics.reporter.prom.port": OPERATOR_METRICS_PORT,
    "kubernetes.operator.reconcile.interval": "15 s",
    "kubernetes.operator.observer.progress-check.interval": "5 s",
    "kubernetes.operator.leader-election.enabled": true,
    "kubernetes.operator.leader-election.lease-name": "flink-operator-lease",
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}
