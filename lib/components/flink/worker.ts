/** The Beam worker pool, a sidecar of the TaskManager: all user code runs there. */

import type { JsonObject } from "#lib/core/json";
import { featureStoreMount } from "#lib/kube/feature-store";
import { fileVolumes } from "#lib/kube/file-mounts";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { modelMounts } from "#lib/kube/pretrained-model";
import { withProxyExceptions } from "#lib/kube/proxy";
import { collectionMounts } from "#lib/kube/transform-collection";
import type { FlinkClusterSettings } from "./schema";
import { workerBucketSet } from "./worker-data";

/** Mount path of `filesClaim`, the same as in upstream Beamstack. */
const FILES_MOUNT_PATH = "/pvc";

const TEMPORARY_FOLDER = "/tmp";
const VENV_FOLDER = "/opt/apache/beam-venv";

/** Folders that the container writes to or starts from. */
export const WORKER_FOLDERS = [FILES_MOUNT_PATH, TEMPORARY_FOLDER, VENV_FOLDER, "/opt/apache/beam", "/usr", "/etc/ssl"];

type Worker = FlinkClusterSettings["worker"];

/** Port on which the worker pool beside each TaskManager listens; EXTERNAL environments are `localhost:<port>`. */
export const WORKER_POOL_PORT = 50_000;

/** Inputs of the container. */
export interface WorkerPod {
  readonly image: string;
  /** Slots of the TaskManager. */
  readonly slots: number;
  /** Namespace of the pods. */
  readonly namespace: string;
  /** Resource name of the pool's accelerators. @default "nvidia.com/gpu" */
  readonly accelerator?: string;
}

/**
 * The worker pool. The image's entry point is Beam's `boot`; with `--worker_pool` it starts one `boot` per worker.
 * Each creates a virtual environment below /opt/apache/beam-venv and stages files into /tmp/staged; the rest of the image stays read-only.
 */
export function workerContainer(worker: Worker, pod: WorkerPod): JsonObject {
  const port = { tcpSocket: { port: WORKER_POOL_PORT } };
  const features = featuresOf(worker, pod);
  const buckets = workerBucketSet(worker, pod.namespace);
  return {
    name: "beam-worker",
    image: pod.image,
    args: ["--worker_pool"],
    ports: [{ name: "worker-pool", containerPort: WORKER_POOL_PORT }],
    env: environment(worker, pod),
    resources: resources(worker, pod),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [
      { name: "worker-tmp", mountPath: TEMPORARY_FOLDER },
      { name: "worker-venv", mountPath: VENV_FOLDER },
      ...(worker.filesClaim === undefined ? [] : [{ name: "files", mountPath: FILES_MOUNT_PATH }]),
      ...fileVolumes(worker.mounts ?? {}).volumeMounts,
      ...(features ? [features.mount] : []),
      ...collectionMounts(worker.collections, pod.namespace).mounts,
      ...(buckets.trust ? [{ ...buckets.trust.mount }] : []),
      ...modelMounts(worker.models, pod.namespace).mounts,
    ],
    readinessProbe: { ...port, periodSeconds: 5 },
    // A pool that installs packages still responds; one that does not respond for a minute has failed.
    livenessProbe: { ...port, initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 6 },
  };
}

/** Volumes of the worker pool. */
export function workerVolumes(worker: Worker, place: Pick<WorkerPod, "namespace">): JsonObject[] {
  const features = featuresOf(worker, place);
  const { trust } = workerBucketSet(worker, place.namespace);
  return [
    ...["worker-tmp", "worker-venv"].map((name) => ({ name, emptyDir: {} })),
    ...(worker.filesClaim === undefined ? [] : [{ name: "files", persistentVolumeClaim: { claimName: worker.filesClaim } }]),
    ...fileVolumes(worker.mounts ?? {}).volumes,
    ...(features ? [features.volume] : []),
    ...collectionMounts(worker.collections, place.namespace).volumes,
    ...(trust ? [secretVolume(trust.volume)] : []),
    ...modelMounts(worker.models, place.namespace).volumes,
  ];
}

function featuresOf({ featureStore }: Worker, { namespace }: Pick<WorkerPod, "namespace">) {
  return featureStore && featureStoreMount(featureStore.enter(namespace));
}

/** The pod's user has no entry in the image's passwd file: Python reads these variables instead. */
function environment(worker: Worker, place: Pick<WorkerPod, "namespace">): JsonObject[] {
  const ofProps = { ...featuresOf(worker, place)?.environment, ...collectionMounts(worker.collections, place.namespace).environment };
  const own = { HOME: "/tmp", USER: "beam", ...ofProps, ...worker.env };
  const values = withProxyExceptions(own, Object.keys(worker.secretEnv ?? {}));
  return environmentVariables({ ...values, ...workerBucketSet(worker, place.namespace).environment, ...worker.secretEnv });
}

/** One worker process per slot. GPUs cannot be split between them, so they are counted per pod. */
function resources(worker: Worker, { slots, accelerator = "nvidia.com/gpu" }: WorkerPod): JsonObject {
  const gpus = worker.gpus > 0 ? { [accelerator]: worker.gpus } : {};
  const own = {
    cpu: `${Math.round(worker.cpuPerSlot * slots * 1000)}m`,
    memory: `${worker.memoryPerSlot.inMebibytes * slots}Mi`,
    ...(worker.scratch && { "ephemeral-storage": `${worker.scratch}` }),
    ...gpus,
  };
  return { requests: own, limits: own };
}
