/** The endpoint picker of a language model: the gateway asks it which pod gets a request. Sources: llm-d-router v0.9.0, cmd/epp, pkg/epp/server/options.go and Dockerfile.epp. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { partResources } from "#lib/kube/part-resources";
import { PICKER_PORT, poolName } from "./router-names";
import type { RouterSettings } from "./router-schema";

const HEALTH_PORT = 9003;
const METRICS_PORT = 9090;

/** User of the image. */
const USER = 65_532;

/** Source: KServe v0.20.0, config/llmisvcconfig/config-llm-scheduler.yaml. */
const DEFAULTS = {
  requests: { cpu: 1, memory: Size.gibibytes(2) },
  limits: { cpu: 6, memory: Size.gibibytes(16) },
};

/** An endpoint picker as data. */
export interface PickerPod {
  /** Name of the model. */
  readonly name: string;
  readonly namespace: string;
  readonly account: string;
  readonly priority: string | undefined;
  readonly image: string;
  readonly resources: RouterSettings["resources"];
}

/** Its pod. KServe adds the configuration to the arguments of the container `main`. Without a certificate it makes one, which gateways do not verify. */
export function pickerPod({ name, namespace, account, priority, image, resources }: PickerPod): JsonObject {
  return {
    serviceAccountName: account,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    ...(priority !== undefined && { priorityClassName: priority }),
    securityContext: restrictedPodSecurity(USER),
    containers: [
      {
        name: "main",
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["/app/epp"],
        args: [
          `--pool-name=${poolName(name)}`,
          `--pool-namespace=${namespace}`,
          `--grpc-port=${PICKER_PORT}`,
          `--grpc-health-port=${HEALTH_PORT}`,
          `--metrics-port=${METRICS_PORT}`,
          "--zap-encoder=json",
          "--enable-pprof=false",
          // It would send traces to a collector in its own pod.
          "--tracing=false",
        ],
        ports: [port("grpc", PICKER_PORT), port("grpc-health", HEALTH_PORT), port("metrics", METRICS_PORT)],
        livenessProbe: { grpc: { port: HEALTH_PORT, service: "liveness" }, initialDelaySeconds: 5, periodSeconds: 10 },
        readinessProbe: { grpc: { port: HEALTH_PORT, service: "readiness" }, periodSeconds: 10 },
        resources: partResources(resources, DEFAULTS),
        securityContext: restrictedContainerSecurity(),
      },
    ],
  };
}

function port(name: string, containerPort: number): JsonObject {
  return { name, containerPort, protocol: "TCP" };
}

/** Weights that nobody needs to change: prompts that no pod knows go to the pod that was asked longest ago, those of an adapter to pods that have loaded it. */
const FIXED = { noHit: 2, adapter: 4 } as const;

/** What it compares pods by. Source: KServe v0.20.0, pkg/controller/v1alpha2/llmisvc/scheduler.go, schedulerConfigText. */
export function pickerConfig({ prefixCache, queue, kvCacheUtilization }: RouterSettings["scorers"], hasAdapters: boolean): JsonObject {
  const weights = {
    "queue-scorer": queue,
    "kv-cache-utilization-scorer": kvCacheUtilization,
    "prefix-cache-scorer": prefixCache,
    "no-hit-lru-scorer": FIXED.noHit,
    ...(hasAdapters && { "lora-affinity-scorer": FIXED.adapter }),
  };
  const scorers = Object.entries(weights);
  return {
    apiVersion: "llm-d.ai/v1alpha1",
    kind: "EndpointPickerConfig",
    plugins: ["single-profile-handler", ...scorers.map(([type]) => type), "max-score-picker"].map((type) => ({ type })),
    schedulingProfiles: [
      {
        name: "default",
        plugins: [...scorers.map(([pluginRef, weight]) => ({ pluginRef, weight })), { pluginRef: "max-score-picker" }],
      },
    ],
  };
}
