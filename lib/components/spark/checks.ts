/** Rules on Spark's props that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketUris } from "#lib/kube/bucket-clients";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { featureVariableProblems } from "#lib/kube/feature-store";
import { nameProblems } from "#lib/kube/name-problems";
import { acceleratorProblems, placementProblems } from "#lib/kube/placement";
import { type QueuedPods, queueProblems } from "#lib/kube/queue";
import { divideMemory, isEnough } from "./memory";
import { WRITABLE_MEBIBYTES } from "./pods";
import { bucketsOf } from "./preparation";
import type { CommonSettings, PodSettings, SparkApplicationSettings, SparkConnectSettings, SparkHistorySettings } from "./schema";

/** Properties that the operator rejects or that props set. Source: Spark operator v2.5.2, internal/webhook/sparkconf_validator.go. */
const OWNED = [
  /^spark\.kubernetes\.authenticate\./,
  /^spark\.(master|kubernetes\.driver\.master|kubernetes\.namespace|submit\.deployMode)$/,
  /^spark\.kubernetes\.((driver|executor)\.)?container\.image$/,
  /^spark\.(driver|executor)\.(cores|memory|memoryOverhead|memoryOverheadFactor)$/,
  /^spark\.executor\.instances$/,
  /^spark\.dynamicAllocation\./,
  /^spark\.(driver\.port|driver\.blockManager\.port|blockManager\.port|port\.maxRetries|ui\.port|ui\.prometheus\.enabled)$/,
  /^spark\.kubernetes\.(driver|executor)\.podTemplateFile$/,
  /^spark\.(driver|executor)\.defaultJavaOptions$/,
];

/** What applications and servers have in common. */
function commonProblems(settings: CommonSettings, path: string): Problem[] {
  const { conf, executor, dynamicAllocation } = settings;
  return [
    ...Object.keys(conf)
      .filter((key) => OWNED.some((pattern) => pattern.test(key)))
      .map((key) => confOwned(key, path)),
    ...bucketProblems(settings, path),
    ...featureProblems(settings, path),
    ...(dynamicAllocation ? rangeProblems(dynamicAllocation, executor.instances, path) : []),
    ...acceleratorProblems(executor, { id: "spark.no-accelerators", path: `${path}.executor.accelerators` }),
  ];
}

function confOwned(key: string, path: string): Problem {
  return {
    id: "spark.conf-owned",
    path: joinPath(`${path}.conf`, [key]),
    got: `the property ${key}`,
    allowed: "properties that neither the operator nor another prop sets",
    fix: "remove it, and use the prop for it: image, version, executor, driver or server, dynamicAllocation, buckets, eventLogs, serviceAccountAnnotations; extraJavaOptions instead of defaultJavaOptions",
  };
}

const BUCKET_PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "spark.buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "spark.identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "spark.variable-of-bucket", path }),
};

function bucketProblems(settings: CommonSettings, path: string): Problem[] {
  const { buckets, eventLogs, env, image, namespace, serviceAccountAnnotations } = settings;
  const variables = Object.keys(env).map((name) => ({ name, path: joinPath(`${path}.env`, [name]) }));
  const pathOf = (index: number) => (index < buckets.length ? joinPath(`${path}.buckets`, [index]) : `${path}.eventLogs`);
  const user = { problems: BUCKET_PROBLEMS, namespace, serviceAccountAnnotations, variables, pathOf };
  return [
    ...bucketSetProblems(bucketsOf(settings), user, path),
    ...(buckets.length > 0 && image === undefined ? [withoutFileSystem(`${path}.buckets`)] : []),
    ...(eventLogs ? eventLogProblems(eventLogs, settings, path) : []),
  ];
}

function featureProblems({ env, featureStore }: CommonSettings, path: string): Problem[] {
  return featureVariableProblems(env, featureStore, { id: "spark.variable-of-feature-store", path: `${path}.env` });
}

/** Properties of the event log that its prop sets. */
const EVENT_LOG = ["spark.eventLog.enabled", "spark.eventLog.dir", "spark.eventLog.rolling.enabled"];

function eventLogProblems(bucket: IBucket, { conf, image, namespace }: CommonSettings, path: string): Problem[] {
  const place = `${path}.eventLogs`;
  return [
    ...Object.keys(conf)
      .filter((key) => EVENT_LOG.includes(key))
      .map((key) => confOwned(key, path)),
    ...(image === undefined ? [withoutFileSystem(place)] : []),
    ...(bucket.enter(namespace).credentials.type === "public" ? [readOnly(bucket, place)] : []),
  ];
}

function readOnly({ name }: IBucket, path: string): Problem {
  return {
    id: "spark.read-only-event-logs",
    path,
    got: `the bucket ${name}, which nobody may write`,
    allowed: "a bucket with credentials",
    fix: "give the bucket an access key or an identity, or use another one",
  };
}

/** Apache's image has Hadoop's client without its modules for object stores. Source: Spark 4.0 documentation, "Integration with Cloud Infrastructures". */
function withoutFileSystem(path: string): Problem {
  return {
    id: "spark.bucket-without-file-system",
    path,
    got: "a bucket with Apache's image, which has no file system for it",
    allowed: "an image with hadoop-aws, hadoop-azure or the Cloud Storage connector",
    fix: "set image to one with the jars of Hadoop's version in Spark",
  };
}

function rangeProblems({ min, max }: NonNullable<CommonSettings["dynamicAllocation"]>, instances: number, path: string): Problem[] {
  if (min <= instances && instances <= max) return [];
  return [
    {
      id: "spark.executors-out-of-range",
      path: `${path}.dynamicAllocation`,
      got: `${instances} executors at the start, between ${min} and ${max}`,
      allowed: "min <= executor.instances <= max",
      fix: "change dynamicAllocation, or executor.instances",
    },
  ];
}

/** Spark needs a heap, and a pod needs a node. */
function podProblems(pod: PodSettings & { readonly accelerators?: number }, language: "jvm" | "other", path: string): Problem[] {
  const { cpu, memory, pool, accelerators = 0 } = pod;
  const scratch = Size.mebibytes(pod.scratch.inMebibytes + WRITABLE_MEBIBYTES);
  return [
    ...heapProblems(memory, language, path),
    ...placementProblems({ cpu, memory, accelerators, scratch }, pool, { id: "spark.fits-no-machine", path }),
  ];
}

function heapProblems(memory: Size, language: "jvm" | "other", path: string): Problem[] {
  if (isEnough(divideMemory(memory, language))) return [];
  return [
    {
      id: "spark.memory-too-small",
      path: `${path}.memory`,
      got: `${memory}`,
      allowed: "at least 834Mi: 384Mi besides a heap of 450Mi",
      fix: "raise it: Spark does not start with less",
    },
  ];
}

/** Problems of an application. */
export function applicationProblems(name: string, settings: SparkApplicationSettings, path: string): Problem[] {
  const language = languageOf(settings);
  return [
    ...ownNameProblems(name, path),
    ...commonProblems(settings, path),
    ...podProblems(settings.driver, language, `${path}.driver`),
    ...podProblems(settings.executor, language, `${path}.executor`),
    ...fileProblems(settings, path),
    ...(settings.keep && settings.schedule ? [keepOfSchedule(path)] : []),
    ...admissionProblems(settings, path),
  ];
}

/** What Apache's operator has no field or no integration for, and would run at once. */
export function apacheApplicationProblems({ schedule, queue }: SparkApplicationSettings, path: string): Problem[] {
  const fix = 'remove it, or set operator: { type: "kubeflow" }';
  return [
    ...(schedule
      ? [
          {
            id: "spark.schedule-of-apache-operator",
            path: `${path}.schedule`,
            got: "a schedule with the operator of Apache, which has none",
            allowed: "schedules with the operator of Kubeflow",
            fix,
          },
        ]
      : []),
    // Kueue v0.19.2 manages SparkApplications of sparkoperator.k8s.io only.
    ...(queue
      ? [
          {
            id: "spark.queue-of-apache-operator",
            path: `${path}.queue`,
            got: `the queue ${queue.name} with the operator of Apache, whose applications no queue admits`,
            allowed: "queues with the operator of Kubeflow",
            fix,
          },
        ]
      : []),
  ];
}

/** Problems of a Spark Connect server. */
export function connectProblems(name: string, settings: SparkConnectSettings, path: string): Problem[] {
  return [
    ...ownNameProblems(name, path),
    ...(settings.image === undefined && settings.version.startsWith("3.") ? [connectVersion(settings.version, path)] : []),
    ...commonProblems(settings, path),
    ...podProblems(settings.server, "jvm", `${path}.server`),
    ...podProblems(settings.executor, "jvm", `${path}.executor`),
  ];
}

/** The operator starts `sbin/start-connect-server.sh`, without packages. Sources: Spark 3.5 and 4.0 documentation, "Spark Connect Overview". */
function connectVersion(version: string, path: string): Problem {
  return {
    id: "spark.connect-version",
    path: `${path}.version`,
    got: `Spark ${version}, whose official image has no Connect server`,
    allowed: "4.0.0 or later, or an image that has the jar spark-connect",
    fix: "raise version, or set image",
  };
}

/** Does the program run besides the JVM? */
export function languageOf({ main }: Pick<SparkApplicationSettings, "main">): "jvm" | "other" {
  return main.type === "python" || main.type === "r" ? "other" : "jvm";
}

/** Services are named after it. Source: Spark operator v2.5.2, internal/webhook/sparkapplication_validator.go, validateName. */
function ownNameProblems(name: string, path: string): Problem[] {
  return nameProblems(name, { thing: "application or server", most: 43 }, { id: "spark.name", path });
}

function fileProblems({ main, outsidePorts, buckets }: SparkApplicationSettings, path: string): Problem[] {
  if (main.file.startsWith("local:///") || outsidePorts.length > 0) return [];
  const open = buckets.flatMap(({ location }) => Object.values(bucketUris({ ...location, prefix: "" })));
  if (open.some((uri) => main.file.startsWith(`${uri}/`))) return [];
  const isLocal = !/^[a-z0-9]+:\/\//.test(main.file);
  const parts = main.file.split("/").filter(Boolean);
  return [
    {
      id: "spark.file-out-of-reach",
      path: `${path}.main.file`,
      got: JSON.stringify(main.file),
      allowed: "local:///..., a file of the image, an object of buckets, or an address together with outsidePorts",
      fix: isLocal
        ? `put the file into the image, and write local:///${parts.join("/")}`
        : "set outsidePorts: [443], or the port of the address: network policies close every other way",
    },
  ];
}

/** Deployment `<name>-spark-history` and its Service. */
const HISTORY_NAME = { thing: "history server", most: 42 };

/** Problems of a history server. */
export function historyProblems(name: string, settings: SparkHistorySettings, path: string): Problem[] {
  const { bucket, image, namespace, keep, memory } = settings;
  return [
    ...nameProblems(name, HISTORY_NAME, { id: "spark.history-name", path }),
    ...(image === undefined ? [withoutFileSystem(`${path}.bucket`)] : []),
    ...(keep && bucket.enter(namespace).credentials.type === "public" ? [keepOfReadOnly(bucket, path)] : []),
    ...heapProblems(memory, "jvm", path),
  ];
}

function keepOfReadOnly({ name }: IBucket, path: string): Problem {
  return {
    id: "spark.keep-of-read-only-bucket",
    path: `${path}.keep`,
    got: `keep with the bucket ${name}, of which nobody may delete objects`,
    allowed: "keep with a bucket that has credentials",
    fix: "remove keep, or give the bucket credentials",
  };
}

function keepOfSchedule(path: string): Problem {
  return {
    id: "spark.keep-of-schedule",
    path: `${path}.keep`,
    got: "keep together with schedule",
    allowed: "schedule.history, which keeps a number of runs",
    fix: "remove keep",
  };
}

/** Source: Kueue v0.19.2, pkg/controller/jobs/sparkapplication/sparkapplication_webhook.go. */
function admissionProblems(settings: SparkApplicationSettings, path: string): Problem[] {
  const { queue, dynamicAllocation, driver, executor } = settings;
  if (!queue) return [];
  const pods: QueuedPods[] = [
    { count: 1, cpu: driver.cpu, memory: driver.memory, ...(driver.pool && { pool: driver.pool.name }) },
    {
      count: executor.instances,
      cpu: executor.cpu,
      memory: executor.memory,
      accelerators: executor.accelerators,
      ...(executor.pool && { pool: executor.pool.name }),
    },
  ];
  return [
    ...(dynamicAllocation
      ? [
          {
            id: "spark.queue-with-dynamic-allocation",
            path: `${path}.dynamicAllocation`,
            got: "dynamic allocation in a queue",
            allowed: "a fixed number of executors in a queue: later ones would start around it",
            fix: "remove dynamicAllocation and set executor.instances, or remove queue",
          },
        ]
      : []),
    ...queueProblems(pods, queue, { id: "spark.exceeds-quota", path: `${path}.queue` }),
  ];
}
