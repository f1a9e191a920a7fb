/** Helm values of Kueue: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import { controllerConfiguration } from "./configuration";
import type { KueueOperatorSettings } from "./schema";

/** Context of the operator. */
interface KueueContext extends OperatorContext {
  /** Has the environment topologies? */
  readonly topologies: boolean;
}

const DEFAULTS = { requests: { cpu: 0.5, memory: Size.mebibytes(512) }, limits: { cpu: 2, memory: Size.gibibytes(1) } };

/** Helm values of the chart. */
export function kueueValues(settings: KueueOperatorSettings, { image, priority, hostNetwork, topologies }: KueueContext): JsonObject {
  const { replicas } = settings;
  return {
    controllerManager: {
      replicas,
      ...(hostNetwork && onHost()),
      manager: {
        image: { ...repositoryAndTag(image), pullPolicy: "IfNotPresent" },
        ...(priority && { priorityClassName: priority }),
        resources: partResources(settings.resources, DEFAULTS),
        podSecurityContext: restrictedPodSecurity(),
        containerSecurityContext: restrictedContainerSecurity(),
      },
      ...(replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
    },
    managerConfig: { controllerManagerConfigYaml: controllerConfiguration(settings, topologies) },
  };
}

/** A second pod of a node would not get the ports, so that the old one goes first; the host's DNS knows no Services. Source: chart values of Kueue v0.19.2. */
function onHost(): JsonObject {
  return {
    hostNetwork: true,
    dnsPolicy: "ClusterFirstWithHostNet",
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  };
}
