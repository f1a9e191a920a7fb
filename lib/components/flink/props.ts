/** What a platform team may say of the Flink operator and of session clusters, and what holds when it says nothing. */

import type { BeamOnFlink } from "#lib/beam/matrix";
import { Duration } from "#lib/core/duration";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { LoggingProps } from "./logging";
import type { RestartStrategy } from "./restart";
import type { CheckpointProps, SavepointProps } from "./state";
import type { DurableStorage } from "./storage";

/** Props of the Flink operator. */
export interface FlinkOperatorProps {
  /** Operator pods; more than one elect a leader. @default 1 */
  readonly replicas?: number;
  /** Namespaces whose Flink objects it manages. @default every namespace */
  readonly watchNamespaces?: readonly string[];
  /** Validate Flink objects at admission; needs cert-manager. @default true where there is a cert-manager */
  readonly webhook?: boolean;
  /** Digest of the operator's image, `sha256:...`, which then counts instead of the tag. @default the tag counts */
  readonly imageDigest?: string;
}

/** The pods that coordinate. */
export interface JobManagerProps<Pool> {
  /** Pods; more than one are stand-bys, which need high availability. @default 1 */
  readonly replicas?: number;
  /** CPU cores of each. @default 1 */
  readonly cpu?: number;
  /** Memory of each: heap, metaspace and overhead together. @default 2Gi */
  readonly memory?: Size;
  /** Node pool they run on. @default any node without taints */
  readonly pool?: Pool;
}

/** The pods that work. */
export interface TaskManagerProps<Pool> {
  /** Pods kept running while nothing runs on them. @default 1 */
  readonly replicas?: number;
  /** Pods at most: Flink starts more when jobs ask for more slots than there are. @default 4 */
  readonly maxReplicas?: number;
  /** How long a pod beyond `replicas` may stand idle before it goes. @default 5m */
  readonly idleTimeout?: Duration;
  /** Tasks that one pod runs side by side; each gets a worker process of its own. @default 1 */
  readonly slots?: number;
  /** CPU cores of each, without the workers'. @default 1 */
  readonly cpu?: number;
  /** Memory of each, without the workers'. @default 2Gi */
  readonly memory?: Size;
  /** Scratch space of each, where batch jobs spill and state on disk lies. @default what the namespace gives a container */
  readonly scratch?: Size;
  /** Node pool they run on; one with GPUs where the workers ask for any. @default any node without taints */
  readonly pool?: Pool;
}

/** The Beam worker pool beside each TaskManager: user code runs there. */
export interface WorkerProps {
  /** Image with the SDK and what the pipelines import. @default the SDK image of the cluster's versions */
  readonly image?: string;
  /** CPU cores for each slot. @default 0.5 */
  readonly cpuPerSlot?: number;
  /** Memory for each slot. @default 1Gi */
  readonly memoryPerSlot?: Size;
  /** Scratch space for all workers of a TaskManager together. @default what the namespace gives a container */
  readonly scratch?: Size;
  /** GPUs for all workers of a TaskManager together. @default 0 */
  readonly gpus?: number;
  /** Environment variables. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment variables from keys of Secrets that exist. @default none */
  readonly secretEnv?: Readonly<Record<string, SecretRef>>;
  /** A PersistentVolumeClaim that exists, mounted at `/pvc` for pipelines that read or write files by path. @default none */
  readonly filesClaim?: string;
}

/** A session cluster; `Pool` is how a node pool is named: by its object in constructs, by its name in environment files. */
export interface FlinkClusterSettings<Pool> {
  /** Namespace of the cluster. @default "flink" */
  readonly namespace?: string;
  /** Beam SDK, Flink line and Python, which must go together. @default Beam 2.77.0, Flink 2.2, Python 3.11 */
  readonly versions?: BeamOnFlink;
  /** Flink image. @default the official one of the line, on Java 17 */
  readonly image?: string;
  readonly jobManager?: JobManagerProps<Pool>;
  readonly taskManager?: TaskManagerProps<Pool>;
  readonly worker?: WorkerProps;
  /** Where checkpoints, savepoints and the metadata of high availability outlive pods. @default none: state is lost with the pods */
  readonly storage?: DurableStorage;
  /** Keep leader and job metadata in ConfigMaps and storage, so that jobs survive the JobManager. @default false */
  readonly highAvailability?: boolean;
  /** @default no checkpoints unless a job asks for them */
  readonly checkpoints?: CheckpointProps;
  /** @default below the cluster's storage where there is one, else none */
  readonly savepoints?: SavepointProps;
  /** @default exponential-delay, 5 attempts in a row, at most 1m apart, counted anew after 1h */
  readonly restart?: RestartStrategy;
  /** @default the operator's own log configuration */
  readonly logging?: LoggingProps;
  /** Annotations of the ServiceAccounts, such as those that give a cloud identity. @default none */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  /** Further keys of Flink's configuration; those that a prop writes are refused. @default none */
  readonly flinkConfiguration?: Readonly<Record<string, string>>;
}

/** From where on something counts as wrong. */
export interface FlinkAlertThresholds {
  /** Restarts of a job within 15 minutes that are one too many. @default 3 */
  readonly restarts?: number;
  /** Failed checkpoints of a job within 15 minutes that are one too many. @default 3 */
  readonly failedCheckpoints?: number;
  /** Share of its time that a task waits for tasks behind it, from 0 to 1. @default 0.5 */
  readonly backPressure?: number;
  /** Share of the heap in use, from 0 to 1. @default 0.95 */
  readonly heap?: number;
}

/** Values of the operator that hold when a prop is not given. */
export const flinkOperatorDefaults = { replicas: 1 } as const satisfies Partial<FlinkOperatorProps>;

/** Values of a cluster that hold when a prop is not given. */
export const flinkClusterDefaults = {
  namespace: "flink",
  versions: { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" },
  jobManager: { replicas: 1, cpu: 1, memory: Size.gibibytes(2) },
  taskManager: {
    replicas: 1,
    maxReplicas: 4,
    // Flink's own 30s would stop and start a pod between two batch pipelines that follow each other.
    idleTimeout: Duration.minutes(5),
    slots: 1,
    cpu: 1,
    memory: Size.gibibytes(2),
  },
  worker: { cpuPerSlot: 0.5, memoryPerSlot: Size.gibibytes(1), gpus: 0 },
  highAvailability: false,
  // Bounded, because Flink's default retries a failing pipeline for ever as soon as checkpoints are on.
  restart: { type: "exponential-delay", attempts: 5, maxDelay: Duration.minutes(1), resetAfter: Duration.hours(1) },
} as const satisfies Partial<FlinkClusterSettings<never>>;

/** Where a cluster's savepoints go; `undefined` where nothing outlives the pods. */
export function resolveSavepointStorage({ savepoints, storage }: FlinkClusterSettings<unknown>): DurableStorage | undefined {
  return savepoints?.storage ?? storage;
}

/** The same settings with every node pool named in another way, such as by its object instead of its name. */
export function withPools<From, To>(settings: FlinkClusterSettings<From>, to: (pool: From) => To | undefined): FlinkClusterSettings<To> {
  const { jobManager: { pool: first, ...jobManager } = {}, taskManager: { pool: second, ...taskManager } = {}, ...rest } = settings;
  const placed = (pool: From | undefined) => (pool === undefined ? {} : { pool: to(pool) });
  return { ...rest, jobManager: { ...jobManager, ...placed(first) }, taskManager: { ...taskManager, ...placed(second) } };
}
