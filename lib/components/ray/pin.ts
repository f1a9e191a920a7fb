/** KubeRay: chart, images and kinds at the pinned version. */

import type { ComponentPin, Durability } from "#lib/kube/pin";
import { rayPodsOf } from "./copies";
import { rayClusterReadiness, rayCronJobReadiness, rayJobReadiness, rayServiceReadiness } from "./readiness";

/** Ray's default version. Source: samples of KubeRay, ray-operator/config/samples. */
export const DEFAULT_RAY = "2.58.0";

/** Python of the default image. */
export const DEFAULT_PYTHON = "3.12";

/** The official image of a version; the GPU variant adds CUDA. Source: Ray documentation, "Installing Ray: Docker source images". */
export function rayImage(version: string, python: string, variant: "cpu" | "gpu"): string {
  return `docker.io/rayproject/ray:${version}-py${python.replace(".", "")}${variant === "gpu" ? "-gpu" : ""}`;
}

/** Where a cluster keeps its state. */
function inRedis(cluster: readonly string[]): Durability {
  return {
    type: "field",
    anyOf: [["spec", ...cluster, "gcsFaultToleranceOptions", "redisAddress"]],
    otherwise: "state of the cluster in the memory of the head pod",
  };
}

/** The pins of Ray. */
export const rayPin = {
  name: "ray",
  licence: "Apache-2.0",
  source: "KubeRay v1.7.0, helm-chart/kuberay-operator, ray-operator/apis/ray/v1 and controllers/ray",
  chart: {
    name: "kuberay-operator",
    repository: "https://ray-project.github.io/kuberay-helm/",
    version: "1.7.0",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: {
    operator: "quay.io/kuberay/operator:v1.7.0",
    cpu: rayImage(DEFAULT_RAY, DEFAULT_PYTHON, "cpu"),
    gpu: rayImage(DEFAULT_RAY, DEFAULT_PYTHON, "gpu"),
  },
  kinds: [
    {
      kind: "ray.io/RayCluster",
      version: "v1",
      readiness: rayClusterReadiness,
      /** Workers of a group at most. */
      copiesOf: rayPodsOf,
      durableWhen: inRedis([]),
    },
    {
      kind: "ray.io/RayJob",
      version: "v1",
      readiness: rayJobReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Workers of a group at most. */
      copiesOf: rayPodsOf,
    },
    {
      kind: "ray.io/RayService",
      version: "v1",
      readiness: rayServiceReadiness,
      /** Workers of a group at most. */
      copiesOf: rayPodsOf,
      durableWhen: inRedis(["rayClusterConfig"]),
      /** Head and workers. */
      podLabels: ({ metadata }) =>
        ["head", "worker"].map((type) => ({ "app.kubernetes.io/instance": `rayservice-${metadata.name}`, "ray.io/node-type": type })),
    },
    {
      kind: "ray.io/RayCronJob",
      version: "v1",
      readiness: rayCronJobReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Workers of a group of one run at most. */
      copiesOf: rayPodsOf,
    },
  ],
  kubernetes: { min: "1.25" },
  imports: {
    crds: [
      {
        product: "kuberay",
        version: "1.7.0",
        licence: "Apache-2.0",
        source: { registry: "none", repository: "ray-project/kuberay", tag: "v1.7.0", path: "ray-operator/config/crd/bases" },
      },
    ],
    charts: [
      {
        chart: "kuberay-operator",
        version: "1.7.0",
        licence: "Apache-2.0",
        source: "ray-project/kuberay v1.7.0, helm-chart/kuberay-operator",
      },
    ],
  },
} as const satisfies ComponentPin;
