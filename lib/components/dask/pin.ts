/** Dask on its Kubernetes operator: chart, images and kinds at the pinned versions. */

import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { labelsAt, workersOf } from "./copies";

const VERSION = "2026.3.0";
const SOURCE = `dask-kubernetes ${VERSION}, dask_kubernetes/operator/controller/controller.py and deployment/helm/dask-kubernetes-operator`;

/** Version of Dask: that of the operator, which talks to schedulers with the same library. */
export const DEFAULT_DASK = VERSION;

/**
 * `Pending` means that scheduler and workers are created, `Running` that the scheduler has a Service: the operator reports nothing about pods. It writes both at the
 * same time, so that `Pending` stays where the Service came first. Source: dask-kubernetes 2026.3.0, controller.py, handle_scheduler_service_status.
 */
const clusterReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.phase", anyOf: ["Pending", "Running"] }],
  failed: [{ type: "field", path: ".status.phase", anyOf: ["Error"] }],
  simulated: [
    { name: "created", afterSeconds: 1, status: { phase: "Created" } },
    { name: "pending", afterSeconds: 1, status: { phase: "Pending" } },
    { name: "running", afterSeconds: 1, status: { phase: "Running" } },
  ],
  simulatedFailure: { name: "error", afterSeconds: 1, status: { phase: "Error" } },
  source: SOURCE,
};

/** A job is ready once its runner runs. */
const jobReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.jobStatus", anyOf: ["Running", "Successful"] }],
  failed: [{ type: "field", path: ".status.jobStatus", anyOf: ["Failed"] }],
  simulated: [
    { name: "job-created", afterSeconds: 1, status: { jobStatus: "JobCreated" } },
    { name: "cluster-created", afterSeconds: 1, status: { jobStatus: "ClusterCreated" } },
    { name: "running", afterSeconds: 1, status: { jobStatus: "Running" } },
    { name: "successful", afterSeconds: 2, status: { jobStatus: "Successful" } },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { jobStatus: "Failed" } },
  source: SOURCE,
};

/** The operator writes no status. */
const noStatus: Readiness = { ready: [], failed: [], source: SOURCE };

/** The pins of Dask. */
export const daskPin = {
  name: "dask",
  licence: "BSD-3-Clause",
  source: SOURCE,
  chart: {
    name: "dask-kubernetes-operator",
    repository: "https://helm.dask.org",
    version: VERSION,
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: {
    operator: `ghcr.io/dask/dask-kubernetes-operator:${VERSION}`,
    dask: `ghcr.io/dask/dask:${DEFAULT_DASK}`,
  },
  kinds: [
    {
      kind: "kubernetes.dask.org/DaskCluster",
      version: "v1",
      readiness: clusterReadiness,
      /** Up to the limit of the autoscaler. */
      copiesOf: workersOf,
      /** Of the scheduler and of the workers. */
      podLabels: labelsAt(["spec", "scheduler"], "scheduler", "worker"),
    },
    {
      kind: "kubernetes.dask.org/DaskWorkerGroup",
      version: "v1",
      readiness: noStatus,
      /** Of the workers. */
      podLabels: labelsAt(["spec", "worker"], "worker"),
    },
    {
      kind: "kubernetes.dask.org/DaskJob",
      version: "v1",
      readiness: jobReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Of the runner, and of the cluster that the operator makes for it. */
      podLabels: labelsAt(["spec", "job"], "job-runner", "scheduler", "worker"),
    },
    { kind: "kubernetes.dask.org/DaskAutoscaler", version: "v1", readiness: noStatus },
  ],
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "dask",
        version: VERSION,
        licence: "BSD-3-Clause",
        source: {
          registry: "none",
          repository: "dask/dask-kubernetes",
          tag: VERSION,
          path: "dask_kubernetes/operator/deployment/helm/dask-kubernetes-operator/crds",
        },
      },
    ],
    charts: [
      {
        chart: "dask-kubernetes-operator",
        version: VERSION,
        licence: "BSD-3-Clause",
        source: `dask/dask-kubernetes ${VERSION}, dask_kubernetes/operator/deployment/helm/dask-kubernetes-operator`,
      },
    ],
  },
} as const satisfies ComponentPin;
