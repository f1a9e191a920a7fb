/** The Beam worker pool as a container beside the TaskManager: user code runs there, and only there. */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import type { FlinkClusterSettings } from "./schema";

/** Where pipelines find files of the claim, as upstream Beamstack mounts it. */
const FILES_MOUNT_PATH = "/pvc";

type Worker = FlinkClusterSettings["worker"];

/** Port on which the worker pool beside each TaskManager listens; EXTERNAL environments are `localhost:<port>`. */
export const WORKER_POOL_PORT = 50_000;

/** What the container must know of its pod. */
export interface WorkerPod {
  readonly image: string;
  /** Slots of the TaskManager beside it. */
  readonly slots: number;
  /** Resource by which the pool's accelerators are asked for. @default "nvidia.com/gpu" */
  readonly accelerator?: string;
}

/**
 * The worker pool. The image's entry point is Beam's `boot`, which `--worker_pool` turns into a pool that starts one `boot` a worker.
 * Each makes a virtual environment below /opt/apache/beam-venv and stages files into /tmp/staged; the rest of the image stays read-only.
 */
export function workerContainer(worker: Worker, pod: WorkerPod): JsonObject {
  const port = { tcpSocket: { port: WORKER_POOL_PORT } };
  return {
    name: "beam-worker",
    image: pod.image,
    args: ["--worker_pool"],
    ports: [{ name: "worker-pool", containerPort: WORKER_POOL_PORT }],
    env: environment(worker),
    resources: resources(worker, pod),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [
      { name: "worker-tmp", mountPath: "/tmp" },
      { name: "worker-venv", mountPath: "/opt/apache/beam-venv" },
      ...(worker.filesClaim === undefined ? [] : [{ name: "files", mountPath: FILES_MOUNT_PATH }]),
    ],
    readinessProbe: { ...port, periodSeconds: 5 },
    // A pool that is busy installing packages still answers; one that does not for a minute is gone.
    livenessProbe: { ...port, initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 6 },
  };
}

/** Volumes of the worker pool. */
export function workerVolumes(worker: Worker): JsonObject[] {
  return [
    ...["worker-tmp", "worker-venv"].map((name) => ({ name, emptyDir: {} })),
    ...(worker.filesClaim === undefined ? [] : [{ name: "files", persistentVolumeClaim: { claimName: worker.filesClaim } }]),
  ];
}

/** The user of the pod has no entry in the image's passwd file: Python asks these two instead. */
function environment(worker: Worker): JsonObject[] {
  const values = { HOME: "/tmp", USER: "beam", ...worker.env };
  return [...Object.entries(values).map(([name, value]) => ({ name, value })), ...secretEnv(worker.secretEnv ?? {})];
}

/** Environment variables from keys of Secrets. */
export function secretEnv(secrets: Readonly<Record<string, SecretRef>>): JsonObject[] {
  return Object.entries(secrets).map(([name, { name: secret, key }]) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } }));
}

/** One worker process a slot; GPUs cannot be split between them, so they are of the pod. */
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
