/** Spark and the Spark operator of Kubeflow: chart, images and kinds at the pinned versions. */

import type { ComponentPin } from "#lib/kube/pin";
import { executorsOf } from "./copies";
import { applicationReadiness, connectReadiness, scheduleReadiness } from "./readiness";

const SOURCE = "Spark operator v2.5.2, charts/spark-operator-chart, api/v1beta2 and internal/webhook";

/** Version of Spark that the operator is built on and tested with. */
export const DEFAULT_SPARK = "4.0.4";

/** The pins of Spark. */
export const sparkPin = {
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
      /** Executors up to the limit of dynamic allocation. */
      copiesOf: executorsOf,
    },
    {
      kind: "sparkoperator.k8s.io/ScheduledSparkApplication",
      version: "v1beta2",
      readiness: scheduleReadiness,
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
