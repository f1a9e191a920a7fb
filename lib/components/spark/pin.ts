/** Spark and its two operators: charts, images and kinds at the pinned versions. */

import type { ComponentPin } from "#lib/kube/pin";
import { apacheExecutorsOf, executorsOf } from "./copies";
import { apacheReadiness, applicationReadiness, connectReadiness, scheduleReadiness } from "./readiness";

const SOURCE = "Spark operator v2.5.2, charts/spark-operator-chart, api/v1beta2 and internal/webhook";

/** Version of Spark that the operator is built on and tested with. */
export const DEFAULT_SPARK = "4.0.4";

/** The operator of Kubeflow. */
export const kubeflowPin = {
  name: "spark",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "spark-operator",
    repository: "https://kubeflow.github.io/spark-operator",
    version: "2.5.2",
    imagePullSecretsAt: ["image", "pullSecrets"],
  },
  images: {
    operator: "ghcr.io/kubeflow/spark-operator/controller:2.5.2",
    spark: `apache/spark:${DEFAULT_SPARK}`,
  },
  kinds: [
    {
      kind: "sparkoperator.k8s.io/SparkApplication",
      version: "v1beta2",
      readiness: applicationReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Executors up to the limit of dynamic allocation. */
      copiesOf: executorsOf,
    },
    {
      kind: "sparkoperator.k8s.io/ScheduledSparkApplication",
      version: "v1beta2",
      readiness: scheduleReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Of one run: runs do not overlap. */
      copiesOf: executorsOf,
    },
    {
      kind: "sparkoperator.k8s.io/SparkConnect",
      version: "v1alpha1",
      readiness: connectReadiness,
      /** Executors up to the limit of dynamic allocation. */
      copiesOf: executorsOf,
    },
  ],
  kubernetes: { min: "1.24" },
  imports: {
    crds: [
      {
        product: "spark-operator",
        version: "2.5.2",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/kubeflow/spark-operator/v2", version: "v2.5.2", path: "config/crd/bases" },
      },
    ],
    charts: [
      {
        chart: "spark-operator",
        version: "2.5.2",
        licence: "Apache-2.0",
        source: "kubeflow/spark-operator v2.5.2, charts/spark-operator-chart",
      },
    ],
  },
} as const satisfies ComponentPin;

/** The operator of Apache. */
export const apachePin = {
  name: "spark",
  licence: "Apache-2.0",
  source: "apache/spark-kubernetes-operator 1.0.0, build-tools/helm/spark-kubernetes-operator and spark-operator-api",
  chart: {
    name: "spark-kubernetes-operator",
    repository: "https://apache.github.io/spark-kubernetes-operator",
    version: "1.8.0",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: { operator: "docker.io/apache/spark-kubernetes-operator:1.0.0" },
  kinds: [
    {
      kind: "spark.apache.org/SparkApplication",
      version: "v1",
      readiness: apacheReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Executors up to the limit of dynamic allocation. */
      copiesOf: apacheExecutorsOf,
    },
  ],
  kubernetes: { min: "1.34" },
  imports: {
    crds: [
      {
        product: "apache-spark",
        version: "1.0.0",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "github.com/apache/spark-kubernetes-operator",
          tag: "1.0.0",
          path: "build-tools/helm/spark-kubernetes-operator/crds",
        },
        only: ["sparkapplications.spark.apache.org"],
      },
    ],
    charts: [
      {
        chart: "spark-kubernetes-operator",
        version: "1.8.0",
        licence: "Apache-2.0",
        source: "apache/spark-kubernetes-operator 1.0.0, build-tools/helm/spark-kubernetes-operator",
      },
    ],
  },
} as const satisfies ComponentPin;

/** The pins of Spark: an environment has one of the two operators. */
export const sparkPin = {
  ...kubeflowPin,
  source: `${kubeflowPin.source}; ${apachePin.source}`,
  images: { ...kubeflowPin.images, apacheOperator: apachePin.images.operator },
  kinds: [...kubeflowPin.kinds, ...apachePin.kinds],
  imports: {
    crds: [...kubeflowPin.imports.crds, ...apachePin.imports.crds],
    charts: [...kubeflowPin.imports.charts, ...apachePin.imports.charts],
  },
} as const satisfies ComponentPin;
