/** Pod templates of session clusters and applications, which the operator merges into its pods, at Pod Security level "restricted". */

import type { JsonObject } from "#lib/core/json";
import { fileVolumes } from "#lib/kube/file-mounts";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { identityLabels } from "#lib/kube/identity";
import { COMPONENT_LABEL } from "#lib/kube/labels";
import { type INodePool, placement } from "#lib/kube/node-pool";
import { environmentVariables } from "#lib/kube/pod-parts";
import { withProxyExceptions } from "#lib/kube/proxy";
import { spread } from "#lib/kube/spread";
import { METRICS_PORT } from "./configuration";
import { flinkPin } from "./pin";
import type { FlinkPodSettings } from "./schema";
import { storesOf } from "./state";
import { CLAIM_MOUNT_PATH, type DurableStorage, pluginOf, storageSecrets } from "./storage";
import { TRUST_MOUNT, TRUST_VARIABLE, trustContainer, trustOf, trustVolumes } from "./trust";
import { workerContainer, workerVolumes } from "./worker";

/** User of the official Flink image. */
const FLINK_USER_ID = 9999;
/** The operator identifies Flink's container by this name. */
const MAIN_CONTAINER = "flink-main-container";

/** Inputs of both templates. */
export interface PodProps {
  readonly name: string;
  readonly settings: FlinkPodSettings;
  /** Flink release, such as `2.2.1`: part of the plugins' file names. */
  readonly release: string;
  /** Flink image. */
  readonly image: string;
  /** Image of the Beam workers. @default none beside the TaskManagers */
  readonly workerImage?: string;
  /** Name of the priority class. */
  readonly priority: string | undefined;
}

/** Pods of the JobManager. */
export function jobManagerPod(props: PodProps): JsonObject {
  const { replicas, pool } = props.settings.jobManager;
  return podTemplate(props, {
    ...nodes(pool),
    ...(replicas > 1 && { topologySpreadConstraints: spread(podLabels(props, "jobmanager")) }),
    containers: [mainContainer(props)],
    volumes: volumes(props),
  });
}

/** Pods of the TaskManagers; those of a session cluster each have a worker pool. */
export function taskManagerPod(props: PodProps): JsonObject {
  const { taskManager, worker, highAvailability, namespace } = props.settings;
  const workers = worker && props.workerImage !== undefined ? { worker, image: props.workerImage } : undefined;
  const accelerator = taskManager.pool?.capacity.resource;
  return podTemplate(props, {
    ...nodes(taskManager.pool),
    // Only leader discovery through ConfigMaps needs the API; user code never does.
    automountServiceAccountToken: highAvailability,
    topologySpreadConstraints: spread(podLabels(props, "taskmanager")),
    containers: [
      mainContainer(props),
      ...(workers ? [workerContainer(workers.worker, { image: workers.image, slots: taskManager.slots, accelerator, namespace })] : []),
    ],
    volumes: onceByName([...volumes(props), ...(workers ? workerVolumes(workers.worker, { namespace }) : [])]),
  });
}

/** Flink and the workers may trust the same CA. */
function onceByName(all: readonly JsonObject[]): JsonObject[] {
  return [...new Map(all.map((volume) => [volume["name"], volume])).values()];
}

function podTemplate({ priority, settings, image }: PodProps, spec: JsonObject): JsonObject {
  const trust = trustOf(storesOf(settings));
  return {
    metadata: { labels: { [COMPONENT_LABEL]: flinkPin.name, ...identityLabels(settings.serviceAccountAnnotations) } },
    spec: {
      securityContext: restrictedPodSecurity(FLINK_USER_ID),
      ...(priority && { priorityClassName: priority }),
      ...(trust && { initContainers: [trustContainer(image, trust)] }),
      ...spec,
    },
  };
}

/**
 * The root file system is read-only: Flink writes to /tmp (working directory, pid file, uploaded jars) and to its log folder (the REST API
 * serves those files); its configuration is a ConfigMap, which the image's start script fails to edit either way and then goes on.
 */
function mainContainer({ settings, release }: PodProps): JsonObject {
  const stores = storesOf(settings);
  const trust = trustOf(stores);
  const { secretEnv: secrets = {}, mounts = {} } = settings;
  const own = settings.env && withProxyExceptions(settings.env, Object.keys(secrets));
  const env = [
    ...pluginEnv(stores, release),
    ...environmentVariables({ ...Object.assign({}, ...stores.map(storageSecrets)), ...secrets }),
    ...(trust ? [TRUST_VARIABLE] : []),
    ...regionOf(stores),
    ...environmentVariables(own ?? {}),
  ];
  return {
    name: MAIN_CONTAINER,
    securityContext: restrictedContainerSecurity(),
    ports: [{ name: "metrics", containerPort: METRICS_PORT }],
    ...(env.length > 0 && { env }),
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      { name: "log", mountPath: "/opt/flink/log" },
      ...pluginsOf(stores).map((plugin) => ({ name: plugin, mountPath: `/opt/flink/plugins/${plugin}-${release}` })),
      ...(claimOf(stores) === undefined ? [] : [{ name: "state", mountPath: CLAIM_MOUNT_PATH }]),
      ...(trust ? [TRUST_MOUNT] : []),
      ...fileVolumes(mounts).volumeMounts,
    ],
  };
}

function volumes({ settings }: PodProps): JsonObject[] {
  const stores = storesOf(settings);
  const claimName = claimOf(stores);
  return [
    ...["tmp", "log", ...pluginsOf(stores)].map((name) => ({ name, emptyDir: {} })),
    ...(claimName === undefined ? [] : [{ name: "state", persistentVolumeClaim: { claimName } }]),
    ...trustVolumes(trustOf(stores)),
    ...fileVolumes(settings.mounts ?? {}).volumes,
  ];
}

function pluginsOf(stores: readonly DurableStorage[]): string[] {
  return [...new Set(stores.map(pluginOf))].filter((plugin) => plugin !== undefined);
}

/** Beam's file systems in a TaskManager know no configuration of Flink: they read packages in the region of this variable. */
function regionOf(stores: readonly DurableStorage[]): JsonObject[] {
  const location = stores.map(({ from }) => from?.bucket.location).find((one) => one?.api === "s3");
  return location?.api === "s3" ? [{ name: "AWS_REGION", value: location.region }] : [];
}

function claimOf(stores: readonly DurableStorage[]): string | undefined {
  return stores.find((store) => store.type === "claim")?.claimName;
}

/** The image's start script links these from `opt` into `plugins/<name>`, which is why each needs a writable folder there. */
function pluginEnv(stores: readonly DurableStorage[], release: string): JsonObject[] {
  const jars = pluginsOf(stores).map((plugin) => `${plugin}-${release}.jar`);
  return jars.length === 0 ? [] : [{ name: "ENABLE_BUILT_IN_PLUGINS", value: jars.join(";") }];
}

function nodes(pool: INodePool | undefined): JsonObject {
  const { nodeSelector, tolerations = [] } = placement(pool);
  return { ...(nodeSelector && { nodeSelector }), ...(tolerations.length > 0 && { tolerations: tolerations.map((one) => ({ ...one })) }) };
}

/** Labels that the operator sets on the pods of a cluster. */
function podLabels({ name }: PodProps, component: "jobmanager" | "taskmanager") {
  return { app: name, component };
}
