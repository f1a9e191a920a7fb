/** Milvus on its operator: chart, images and kinds at the pinned versions. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { clusterLabels } from "./labels";

const SOURCE = "milvus-operator v1.3.8, config/crd/bases, charts/milvus-operator, pkg/controllers/status_cluster.go";

/** The operator writes False while pods start and roll, so that False tells no failure. */
const readiness: Readiness = {
  ready: [
    { type: "condition", name: "MilvusReady", status: "True" },
    { type: "condition", name: "MilvusUpdated", status: "True" },
  ],
  failed: [],
  simulated: [
    {
      name: "pending",
      afterSeconds: 1,
      status: { status: "Pending", ...simulatedConditions({ MilvusReady: "False", MilvusUpdated: "False" }) },
    },
    {
      name: "healthy",
      afterSeconds: 1,
      status: { status: "Healthy", ...simulatedConditions({ MilvusReady: "True", MilvusUpdated: "True" }) },
    },
  ],
  source: SOURCE,
};

/** The pins of Milvus. */
export const milvusPin = {
  name: "milvus",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "milvus-operator",
    repository: "https://zilliztech.github.io/milvus-operator",
    version: "1.3.8",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: {
    operator: "docker.io/milvusdb/milvus-operator:v1.3.8",
    // The default of the operator. Source: pkg/config/config.go, DefaultMilvusVersion.
    milvus: "docker.io/milvusdb/milvus:v2.6.11",
    etcd: "quay.io/coreos/etcd:v3.5.21",
  },
  kinds: [
    {
      kind: "milvus.io/Milvus",
      version: "v1beta1",
      holdsData: true,
      /** Pods of every component. */
      podLabels: ({ metadata: { name } }) => [clusterLabels(name)],
      readiness,
    },
  ],
  // The chart asks for 1.16; its CRDs have list maps of server-side apply, stable since 1.22.
  kubernetes: { min: "1.22" },
  imports: {
    crds: [
      {
        product: "milvus",
        version: "1.3.8",
        licence: "Apache-2.0",
        source: { registry: "none", repository: "github.com/zilliztech/milvus-operator", tag: "v1.3.8", path: "config/crd/bases" },
        only: ["milvuses.milvus.io"],
      },
    ],
    charts: [
      {
        chart: "milvus-operator",
        version: "1.3.8",
        licence: "Apache-2.0",
        source: "zilliztech/milvus-operator v1.3.8, charts/milvus-operator",
      },
    ],
  },
} as const satisfies ComponentPin;
