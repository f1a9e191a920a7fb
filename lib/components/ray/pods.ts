/** Pod templates of the head, the workers and the submitter. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { BucketEnvironment } from "#lib/kube/bucket-clients";
import type { BucketSet } from "#lib/kube/bucket-set";
import { featureStoreMount } from "#lib/kube/feature-store";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { registryEnvironment } from "#lib/kube/model-registry";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume, tokenMount, tokenVolume } from "#lib/kube/pod-parts";
import { modelMounts, modelVariables } from "#lib/kube/pretrained-model";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { INSTANCE_LABEL, PORTS } from "./flows";
import { rayPin } from "./pin";
import type { HeadSettings, NodesSettings, WorkerGroupSettings } from "./schema";

/** User and group of the official images. Source: ray-project/ray, docker/base-deps/Dockerfile: user ray, group users. */
const RAY_USER = 1000;

/** What the pods take from their cluster. */
export interface PodContext {
  /** Value of {@link INSTANCE_LABEL}. */
  readonly instance: string;
  readonly settings: NodesSettings;
  readonly serviceAccountName: string;
  /** Annotations of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly buckets: BucketSet;
  /** Labels of its queue, for a group of pods. */
  readonly queueLabels: (group: string) => Readonly<Record<string, string>>;
  /** Name of the priority class. */
  readonly priority: string | undefined;
  /** The image of pods with and without accelerators. */
  readonly image: (accelerators: number) => string;
}

/** Memory of the object store: Ray's own default is 30 % of the memory. Source: Ray 2.58, ray_constants.DEFAULT_OBJECT_STORE_MEMORY_PROPORTION. */
export function objectStoreOf({ memory, objectStore }: Pick<HeadSettings, "memory" | "objectStore">): Size {
  return objectStore ?? Size.mebibytes(Math.floor(memory.inMebibytes * 0.3));
}

/** Requests of the autoscaler's container. Source: KubeRay v1.7.0, BuildAutoscalerContainer; it needs more memory with hundreds of nodes. */
export const AUTOSCALER = { cpu: 0.5, memory: Size.gibibytes(1) } as const;

/** The volume with a token of the API server, which only the autoscaler mounts: the drivers beside it run user code. */
const TOKEN_VOLUME = "api-server-token";

/** Template of the head. */
export function headTemplate(context: PodContext): JsonObject {
  const { settings } = context;
  const { head, autoscaling } = settings;
  return template(context, head, {
    group: "head",
    name: "ray-head",
    image: context.image(0),
    ports: [
      port("gcs-server", PORTS.gcs),
      port("dashboard", PORTS.dashboard),
      port("client", PORTS.client),
      port("serve", PORTS.serve),
      port("metrics", PORTS.metrics),
    ],
    volumes: autoscaling ? [tokenVolume(TOKEN_VOLUME)] : [],
    resources: resources({ cpu: head.cpu, memory: head.memory, ephemeralStorage: head.scratch }),
  });
}

/** Template of a worker group. */
export function workerTemplate(context: PodContext, group: string, settings: WorkerGroupSettings): JsonObject {
  const { accelerators, cpu, memory, scratch, pool } = settings;
  return template(context, settings, {
    group,
    name: "ray-worker",
    image: context.image(accelerators),
    ports: [port("serve", PORTS.serve), port("metrics", PORTS.metrics)],
    resources: resources({
      cpu,
      memory,
      ephemeralStorage: scratch,
      ...(accelerators > 0 && { extended: { [pool?.capacity.resource ?? "nvidia.com/gpu"]: accelerators } }),
    }),
    spec: { topologySpreadConstraints: spread({ [INSTANCE_LABEL]: context.instance, "ray.io/group": group }) },
  });
}

/** CPU and memory of the submitter. Source: KubeRay v1.7.0, GetDefaultSubmitterContainer. */
export const SUBMITTER = { cpu: 0.5, memory: Size.mebibytes(512) } as const;

/** Template of the pod that submits the driver and follows its log; KubeRay adds the command. */
export function submitterTemplate(context: PodContext): JsonObject {
  return {
    metadata: {
      labels: {
        [COMPONENT_LABEL]: rayPin.name,
        [INSTANCE_LABEL]: context.instance,
        "ray.io/node-type": "submitter",
        ...context.queueLabels("submitter"),
      },
    },
    spec: {
      ...podBasics(context),
      restartPolicy: "Never",
      ...placement(context.settings.head.pool),
      containers: [
        {
          name: "ray-job-submitter",
          image: context.image(0),
          securityContext: restrictedContainerSecurity(),
          resources: resources(SUBMITTER),
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Gi" } }],
    },
  };
}

/** The autoscaler's container. */
export function autoscalerOptions({ idleTimeout, upscaling }: NonNullable<NodesSettings["autoscaling"]>): JsonObject {
  return {
    version: "v2",
    idleTimeoutSeconds: idleTimeout.seconds,
    upscalingMode: UPSCALING[upscaling],
    imagePullPolicy: "IfNotPresent",
    resources: resources(AUTOSCALER),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, tokenMount(TOKEN_VOLUME)],
  };
}

const UPSCALING = { default: "Default", aggressive: "Aggressive", conservative: "Conservative" } as const;

/** The protocol is written as the API server writes it back into a list that has one owner as a whole. */
function port(name: string, containerPort: number): JsonObject {
  return { name, containerPort, protocol: "TCP" };
}

interface Container {
  /** Group of the pods, as queues name it. */
  readonly group: string;
  readonly name: string;
  readonly image: string;
  readonly ports: readonly JsonObject[];
  readonly resources: JsonObject;
  /** @default none */
  readonly volumes?: readonly JsonObject[];
  /** Further fields of the pod. @default none */
  readonly spec?: JsonObject;
}

/** Ray writes below /tmp/ray, and objects to shared memory. Without a volume there, KubeRay would mount one of the size of the whole memory. */
function template(context: PodContext, part: HeadSettings | WorkerGroupSettings, container: Container): JsonObject {
  const { group, volumes = [], spec = {}, ...own } = container;
  const { buckets } = context;
  const { featureStore, models, namespace } = context.settings;
  const read = modelMounts(models, namespace);
  const features = featureStore && featureStoreMount(featureStore.enter(namespace));
  const clients = clientVariables(context.settings);
  const shared = { ...buckets.environment, ...clients.models, ...clients.modelRegistry, ...clients.featureStore };
  return {
    metadata: {
      labels: {
        [COMPONENT_LABEL]: rayPin.name,
        [INSTANCE_LABEL]: context.instance,
        ...identityLabels(context.annotations),
        ...context.queueLabels(group),
      },
    },
    spec: {
      ...podBasics(context),
      ...placement(part.pool),
      ...spec,
      // KubeRay takes the first container as Ray's.
      containers: [
        {
          ...own,
          imagePullPolicy: "IfNotPresent",
          env: environment(part, shared),
          securityContext: restrictedContainerSecurity(),
          volumeMounts: [
            { name: "tmp", mountPath: "/tmp" },
            { name: "shared-mem", mountPath: "/dev/shm" },
            ...(buckets.trust ? [{ ...buckets.trust.mount }] : []),
            ...read.mounts,
            ...(features ? [features.mount] : []),
          ],
        },
      ],
      volumes: [
        { name: "tmp", emptyDir: { sizeLimit: `${part.scratch}` } },
        { name: "shared-mem", emptyDir: { medium: "Memory", sizeLimit: `${objectStoreOf(part)}` } },
        ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : []),
        ...read.volumes,
        ...(features ? [features.volume] : []),
        ...volumes,
      ],
    },
  };
}

/** Variables of all pods by the prop that sets them, besides those of buckets. */
export function clientVariables({ models, modelRegistry, featureStore, namespace }: NodesSettings) {
  return {
    models: modelVariables(models, namespace),
    modelRegistry: modelRegistry && registryEnvironment(modelRegistry),
    featureStore: featureStore && featureStoreMount(featureStore.enter(namespace)).environment,
  };
}

function podBasics({ serviceAccountName, priority }: PodContext): JsonObject {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    ...(priority && { priorityClassName: priority }),
    securityContext: restrictedPodSecurity(RAY_USER),
  };
}

/** Ray's usage statistics would leave the cluster. */
function environment({ env, secretEnv }: Pick<HeadSettings, "env" | "secretEnv">, shared: BucketEnvironment): JsonObject[] {
  return environmentVariables({ RAY_USAGE_STATS_ENABLED: "0", ...shared, ...env, ...secretEnv });
}
