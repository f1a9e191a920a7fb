/** Flink and its Kubernetes operator: chart, images and kinds at the pinned versions. */

import { beamSdkImage, DEFAULT_BEAM_SDK, DEFAULT_PYTHON, type FlinkLine, jobServerImage } from "#lib/beam/matrix";
import type { ComponentPin } from "#lib/kube/pin";
import { clusterLabels } from "./cluster-labels";
import { podsOfBoth, taskManagersOf } from "./copies";
import { flinkBlueGreenReadiness, flinkDeploymentReadiness, flinkSessionJobReadiness, flinkStateSnapshotReadiness } from "./readiness";

/** Newest release of each Flink line that has both a Beam runner and a place in the operator's CRD. Source: Maven Central, Docker Hub. */
export const FLINK_RELEASES = {
  "1.19": "1.19.3",
  "1.20": "1.20.5",
  "2.0": "2.0.2",
  "2.1": "2.1.3",
  "2.2": "2.2.1",
} as const satisfies Record<FlinkLine, string>;

/** The pins of Flink. */
export const flinkPin = {
  name: "flink",
  licence: "Apache-2.0",
  source: "Flink Kubernetes operator release-1.15.0, helm/flink-kubernetes-operator",
  // The archive keeps every release; downloads.apache.org removes old ones, which would break a pin.
  chart: {
    name: "flink-kubernetes-operator",
    repository: "https://archive.apache.org/dist/flink/flink-kubernetes-operator-1.15.0/",
    version: "1.15.0",
    imagePullSecretsAt: ["imagePullSecrets"],
  },
  images: {
    operator: "ghcr.io/apache/flink-kubernetes-operator:1.15.0",
    "1.19": `flink:${FLINK_RELEASES["1.19"]}-java17`,
    "1.20": `flink:${FLINK_RELEASES["1.20"]}-java17`,
    "2.0": `flink:${FLINK_RELEASES["2.0"]}-java17`,
    "2.1": `flink:${FLINK_RELEASES["2.1"]}-java17`,
    "2.2": `flink:${FLINK_RELEASES["2.2"]}-java17`,
    worker: beamSdkImage(DEFAULT_BEAM_SDK, DEFAULT_PYTHON),
    "job-server-1.19": jobServerImage(DEFAULT_BEAM_SDK, "1.19"),
    "job-server-1.20": jobServerImage(DEFAULT_BEAM_SDK, "1.20"),
    "job-server-2.0": jobServerImage(DEFAULT_BEAM_SDK, "2.0"),
    "job-server-2.1": jobServerImage(DEFAULT_BEAM_SDK, "2.1"),
    "job-server-2.2": jobServerImage(DEFAULT_BEAM_SDK, "2.2"),
  },
  kinds: [
    {
      kind: "flink.apache.org/FlinkDeployment",
      version: "v1beta1",
      readiness: flinkDeploymentReadiness,
      replicasAt: [["spec", "jobManager", "replicas"]],
      /** JobManagers and TaskManagers. */
      podLabels: ({ metadata: { name } }) => [clusterLabels(name, "jobmanager"), clusterLabels(name, "taskmanager")],
      /** Flink starts TaskManagers up to its slot limit. */
      copiesOf: taskManagersOf,
      // Without a directory checkpoints stay in the JobManager's memory; the second key is that of Flink 1.
      durableWhen: {
        type: "field",
        anyOf: ["execution.checkpointing.dir", "state.checkpoints.dir"].map((key) => ["spec", "flinkConfiguration", key]),
        otherwise: "checkpoints in memory",
      },
    },
    {
      kind: "flink.apache.org/FlinkBlueGreenDeployment",
      version: "v1beta1",
      readiness: flinkBlueGreenReadiness,
      replicasAt: [["spec", "template", "spec", "jobManager", "replicas"]],
      /** JobManagers and TaskManagers of both colours. */
      podLabels: ({ metadata: { name } }) =>
        ["blue", "green"].flatMap((colour) =>
          (["jobmanager", "taskmanager"] as const).map((component) => clusterLabels(`${name}-${colour}`, component)),
        ),
      /** The pods of both colours, while one replaces the other. */
      copiesOf: podsOfBoth,
      durableWhen: {
        type: "field",
        anyOf: ["execution.checkpointing.dir", "state.checkpoints.dir"].map((key) => [
          "spec",
          "template",
          "spec",
          "flinkConfiguration",
          key,
        ]),
        otherwise: "checkpoints in memory",
      },
    },
    { kind: "flink.apache.org/FlinkSessionJob", version: "v1beta1", readiness: flinkSessionJobReadiness },
    { kind: "flink.apache.org/FlinkStateSnapshot", version: "v1beta1", readiness: flinkStateSnapshotReadiness },
  ],
  kubernetes: { min: "1.24" },
  imports: {
    crds: [
      {
        product: "flink",
        version: "1.15.0",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "apache/flink-kubernetes-operator",
          tag: "release-1.15.0",
          path: "helm/flink-kubernetes-operator/crds",
        },
      },
    ],
    charts: [
      {
        chart: "flink-kubernetes-operator",
        version: "1.15.0",
        licence: "Apache-2.0",
        source: "apache/flink-kubernetes-operator release-1.15.0, helm/flink-kubernetes-operator",
      },
    ],
  },
} as const satisfies ComponentPin;
