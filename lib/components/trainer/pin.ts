/** Kubeflow Trainer: chart, images and kinds at the pinned versions. */

import type { ComponentPin } from "#lib/kube/pin";
import { REGISTERING_IMAGE } from "#lib/kube/registered-run";
import { jobsOf, nodesOf } from "./copies";
import { trainJobPods } from "./labels";
import { runtimeReadiness, trainJobReadiness } from "./readiness";

const SOURCE =
  "Kubeflow Trainer v2.3.0, charts/kubeflow-trainer, pkg/apis/trainer/v1alpha1 and manifests/base/runtimes; Docker Hub, library/python";

/** The pins of Kubeflow Trainer. */
export const trainerPin = {
  name: "trainer",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "kubeflow-trainer",
    repository: "oci://ghcr.io/kubeflow/charts",
    version: "2.3.0",
    imagePullSecretsAt: ["image", "pullSecrets"],
    /** Its webhooks refuse every TrainJob while no pod answers. */
    gateReplicasAt: ["manager", "replicas"],
  },
  images: {
    operator: "ghcr.io/kubeflow/trainer/trainer-controller-manager:v2.3.0",
    pytorch: "docker.io/pytorch/pytorch:2.13.0-cuda13.0-cudnn9-runtime",
    deepspeed: "ghcr.io/kubeflow/trainer/deepspeed-runtime:v2.3.0",
    jax: "nvcr.io/nvidia/jax:25.10-py3",
    xgboost: "ghcr.io/kubeflow/trainer/xgboost-runtime:v2.3.0",
    torchtune: "ghcr.io/kubeflow/trainer/torchtune-trainer:v2.3.0",
    /** Runs the job that registers finished jobs. */
    python: REGISTERING_IMAGE,
  },
  kinds: [
    {
      kind: "trainer.kubeflow.org/TrainJob",
      version: "v1alpha1",
      readiness: trainJobReadiness,
      /** The label of its JobSet. */
      podLabels: trainJobPods,
      /** The webhook reads the runtime from a cache. Source: Kubeflow Trainer v2.3.0, pkg/runtime/core/trainingruntime.go, ValidateObjects. */
      refusedUnseen: "must be created before the TrainJob is created",
    },
    {
      kind: "trainer.kubeflow.org/TrainingRuntime",
      version: "v1alpha1",
      readiness: runtimeReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Nodes of the job that uses it. */
      copiesOf: nodesOf,
      /** The job, or the trials of searches. */
      jobsOf,
    },
  ],
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "trainer",
        version: "2.3.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/kubeflow/trainer/v2", version: "v2.3.0", path: "manifests/base/crds" },
        only: ["trainjobs.trainer.kubeflow.org", "trainingruntimes.trainer.kubeflow.org"],
      },
    ],
    charts: [
      {
        chart: "kubeflow-trainer",
        version: "2.3.0",
        licence: "Apache-2.0",
        source: "kubeflow/trainer v2.3.0, charts/kubeflow-trainer",
      },
    ],
  },
} as const satisfies ComponentPin;
