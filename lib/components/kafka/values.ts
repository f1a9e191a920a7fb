/** Helm values of the Strimzi operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { KafkaOperatorSettings } from "./schema";

/** Port of the operator's metrics. Source: the chart's 060-Deployment-strimzi-cluster-operator.yaml. */
export const OPERATOR_METRICS_PORT = 8080;

/** User of Strimzi's images. Source: Strimzi 1.2.0, docker-images/operator/Dockerfile. */
const USER_ID = 1001;

/** What the values take from where the operator stands. */
export interface KafkaOperatorContext extends OperatorContext {
  /** Namespaces with clusters; the operator looks at no others. */
  readonly watchNamespaces: readonly string[];
}

const DEFAULTS = { requests: { cpu: 0.2, memory: Size.mebibytes(384) }, limits: { cpu: 1, memory: Size.mebibytes(512) } };

/** Helm values of the chart. */
export function kafkaOperatorValues(
  { replicas, resources }: KafkaOperatorSettings,
  { image, watchNamespaces, priority }: KafkaOperatorContext,
): JsonObject {
  const { repository, tag } = repositoryAndTag(image);
  const [registry = "", ...path] = repository.split("/");
  return {
    // Every image of the chart is below this registry: those of Kafka, too.
    defaultImageRegistry: registry,
    defaultImageRepository: path.slice(0, -1).join("/"),
    defaultImageTag: tag,
    replicas,
    watchNamespaces,
    ...(priority && { priorityClassName: priority }),
    resources: partResources(resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(USER_ID),
    securityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
    // Its policies would open the ports of clients and metrics to every pod of the cluster; ours name both ends.
    generateNetworkPolicy: false,
    extraEnvs: [{ name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" }],
    ...(replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
  };
}
