/** Pods of a service, at Pod Security level "restricted". */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import type { Size } from "#lib/core/size";
import type { FeatureStoreMount } from "#lib/kube/feature-store";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { COMPONENT_LABEL, DIGEST_ANNOTATION, UPSTREAM_ANNOTATION } from "#lib/kube/labels";
import { type INodePool, placement } from "#lib/kube/node-pool";
import { environmentVariables } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { CONTAINER, type Part, PORT, serviceLabels } from "./labels";
import type { FetchedModel } from "./model";

/** A pod as data. */
export interface ServingPod {
  /** Name of the service. */
  readonly service: string;
  readonly part: Part;
  readonly account: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly priority: string | undefined;
  readonly user: number;
  readonly pool?: INodePool | undefined;
  /** Name of the container that serves. @default "kserve-container" */
  readonly container?: string;
  readonly image: string;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | SecretRef>>;
  readonly cpu: number;
  readonly memory: Size;
  readonly scratch: Size;
  /** @default 0 */
  readonly accelerators?: number;
  /** Probes, by the field of the container. */
  readonly probes: JsonObject;
  /** Port of requests. @default 8080 */
  readonly port?: number;
  /** @default the port of requests, or none */
  readonly metricsPort?: number | undefined;
  readonly model?: FetchedModel | undefined;
  /** How the configuration of a feature store gets into it. @default not at all */
  readonly features?: FeatureStoreMount | undefined;
  readonly rollout: "surge" | "replace";
}

/**
 * What changes with any field of the service. KServe copies annotations of a service to its pods, unless the part has them: without these, every change would
 * replace all pods, such as that of a canary's share. Source: KServe v0.20.0, components/predictor.go, buildObjectMeta.
 */
const NOT_OF_PODS = { [DIGEST_ANNOTATION]: "", [UPSTREAM_ANNOTATION]: "" };

/** The part of an InferenceService that says what its pods look like, with the fields that KServe's webhook writes. */
export function servingPod(pod: ServingPod): JsonObject {
  const { service, part, model, features, annotations, rollout, priority, user, pool } = pod;
  return {
    labels: { [COMPONENT_LABEL]: "kserve", ...identityLabels(annotations) },
    annotations: { ...NOT_OF_PODS },
    deploymentStrategy: {
      type: "RollingUpdate",
      rollingUpdate: rollout === "surge" ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 },
    },
    serviceAccountName: pod.account,
    automountServiceAccountToken: false,
    // A Service named vllm would set VLLM_PORT, which vLLM takes for a setting of its own.
    enableServiceLinks: false,
    ...(priority !== undefined && { priorityClassName: priority }),
    securityContext: restrictedPodSecurity(user),
    topologySpreadConstraints: spread(serviceLabels(service, part)),
    ...placement(pool),
    ...(model && model.initContainers.length > 0 && { initContainers: [...model.initContainers] }),
    containers: [containerOf(pod)],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: `${pod.scratch}` } },
      ...(model?.volumes ?? []),
      ...(features ? [features.volume] : []),
    ],
  };
}

function containerOf(pod: ServingPod): JsonObject {
  const { container = CONTAINER, port: requests = PORT, image, command, args, env, model, features, metricsPort, probes } = pod;
  return {
    name: container,
    image,
    imagePullPolicy: "IfNotPresent",
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    env: environmentVariables({
      HOME: "/tmp",
      ...features?.environment,
      ...env,
      ...(model?.uri !== undefined && { STORAGE_URI: model.uri }),
    }),
    ports: [port("http", requests), ...(metricsPort !== undefined && metricsPort !== requests ? [port("metrics", metricsPort)] : [])],
    resources: resourcesOf(pod),
    ...probes,
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...(model?.volumeMounts ?? []), ...(features ? [features.mount] : [])],
  };
}

function port(name: string, containerPort: number): JsonObject {
  return { name, containerPort, protocol: "TCP" };
}

function resourcesOf({ cpu, memory, scratch, accelerators = 0, pool }: ServingPod): JsonObject {
  const resource = pool?.capacity.resource;
  const extended = accelerators > 0 && resource !== undefined ? { [resource]: accelerators } : {};
  return resources({ cpu, memory, ephemeralStorage: scratch, extended });
}
