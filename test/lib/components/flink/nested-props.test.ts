/** No silent no-op: every prop inside a group of props changes the cluster too. */

import type { FlinkClusterProps } from "#lib/components/flink/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { bucketWith } from "../../../fixtures/bucket";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { pretrainedModelWith } from "../../../fixtures/pretrained-model";
import { objectsOf } from "./cluster";

const bucket = { type: "s3", uri: "s3://bucket/flink" } as const;
const available = { highAvailability: true, storage: bucket };

/** A change, by what it is a change of; the second column is what it is made to. */
const CHANGES: Readonly<Record<string, readonly [FlinkClusterProps, FlinkClusterProps?]>> = {
  "jobManager.replicas": [{ ...available, jobManager: { replicas: 2 } }, available],
  "jobManager.cpu": [{ jobManager: { cpu: 2 } }],
  "jobManager.memory": [{ jobManager: { memory: Size.gibibytes(3) } }],
  "taskManager.replicas": [{ taskManager: { replicas: 2 } }],
  "taskManager.maxReplicas": [{ taskManager: { maxReplicas: 5 } }],
  "taskManager.idleTimeout": [{ taskManager: { idleTimeout: Duration.seconds(30) } }],
  "taskManager.slots": [{ taskManager: { slots: 2 } }],
  "taskManager.cpu": [{ taskManager: { cpu: 2 } }],
  "taskManager.memory": [{ taskManager: { memory: Size.gibibytes(3) } }],
  "taskManager.scratch": [{ taskManager: { scratch: Size.gibibytes(50) } }],
  "worker.scratch": [{ worker: { scratch: Size.gibibytes(20) } }],
  "worker.image": [{ worker: { image: "registry.example.com/worker:1" } }],
  "worker.cpuPerSlot": [{ worker: { cpuPerSlot: 0.25 } }],
  "worker.memoryPerSlot": [{ worker: { memoryPerSlot: Size.gibibytes(2) } }],
  "worker.env": [{ worker: { env: { A: "b" } } }],
  "worker.secretEnv": [{ worker: { secretEnv: { A: secretRef("a", "b") } } }],
  "worker.featureStore": [{ worker: { featureStore: featureStoreWith("people") } }],
  "worker.buckets": [{ worker: { buckets: [bucketWith("data")] } }],
  "worker.models": [
    { taskManager: { maxReplicas: 1 }, worker: { models: [pretrainedModelWith("bert")] } },
    { taskManager: { maxReplicas: 1 } },
  ],
  "worker.filesClaim": [{ worker: { filesClaim: "files" } }],
  "storage.uri": [{ storage: { ...bucket, uri: "s3://other" } }, { storage: bucket }],
  "storage.endpoint": [{ storage: { ...bucket, endpoint: "http://store" } }, { storage: bucket }],
  "checkpoints.interval": [
    { storage: bucket, checkpoints: { interval: Duration.seconds(10) } },
    { storage: bucket, checkpoints: {} },
  ],
  "checkpoints.timeout": [
    { storage: bucket, checkpoints: { timeout: Duration.minutes(1) } },
    { storage: bucket, checkpoints: {} },
  ],
  "checkpoints.retained": [
    { storage: bucket, checkpoints: { retained: 9 } },
    { storage: bucket, checkpoints: {} },
  ],
  "logging.level": [{ logging: { level: "WARN" } }, { logging: {} }],
  "logging.loggers": [{ logging: { loggers: { "org.apache.flink": "DEBUG" } } }, { logging: {} }],
};

test.each(Object.entries(CHANGES))("%s changes the output", (_prop, [changed, from = {}]) => {
  expect(JSON.stringify(objectsOf(changed))).not.toBe(JSON.stringify(objectsOf(from)));
});
