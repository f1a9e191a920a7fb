/** Releases that break budgets of accelerators. */

import type { KubeObject } from "#lib/kube/object";
import { object } from "../release/fixture";
import type { Breaches } from "./breach";
import { cluster, deployment, gpuPod, podSpec, release } from "./good";

const QUEUED = { "kueue.x-k8s.io/queue-name": "research" };
const queued = (one: KubeObject): KubeObject => ({ ...one, metadata: { ...one.metadata, labels: { ...one.metadata.labels, ...QUEUED } } });
const job = (gpus: number, name = "small") =>
  object("Job", name, { namespace: "app", apiVersion: "batch/v1", spec: { template: { spec: podSpec(gpuPod(gpus)) } } });
const gpuJob = (gpus: number, name = "train") => queued(job(gpus, name));

/** By the id of the rule. */
export const budgetBreaches: Readonly<Record<string, Breaches>> = {
  "gpu-budget": {
    breaks: [
      ["12 nvidia.com/gpu", release(deployment(gpuPod(4), { replicas: 3 }))],
      ["a pod that asks for 5", release(deployment(gpuPod(5), { replicas: 1 }))],
      ["9 nvidia.com/gpu", release(cluster({ taskManager: { replicas: 9, podTemplate: { spec: podSpec(gpuPod(1)) } } }))],
    ],
    keeps: [release(deployment(gpuPod(4), { replicas: 2 })), release(deployment({ ...gpuPod(9), nodeSelector: {} }))],
  },
  "gpu-fragmentation": {
    breaks: [
      [
        "a pod of 4 nvidia.com/gpu beside up to 4 of others on the 2 nodes of 4 of pool gpu",
        release(job(2), job(2, "other"), deployment(gpuPod(4), { replicas: 1 })),
      ],
      ["a pod of 3 nvidia.com/gpu beside up to 4", release(job(1), deployment(gpuPod(3), { replicas: 2 }))],
    ],
    keeps: [release(job(2), deployment(gpuPod(4), { replicas: 1 })), release(deployment(gpuPod(2), { replicas: 4 }))],
  },
  "queue-budget": {
    breaks: [
      ["6 nvidia.com/gpu of the pool gpu in queue research", release(queued(deployment(gpuPod(2), { replicas: 3 })))],
      ["2 nvidia.com/gpu of the pool gpu in queue research", release(queued(deployment(gpuPod(3), { replicas: 1 })), gpuJob(2))],
    ],
    keeps: [
      release(queued(deployment(gpuPod(2), { replicas: 2 }))),
      release(queued(deployment(gpuPod(2), { replicas: 1 })), gpuJob(2)),
      release(gpuJob(4, "one"), gpuJob(4, "two"), gpuJob(4, "three")),
    ],
  },
};
