/** Katib: images and kinds at the pinned version. It has no chart. */

import type { ComponentPin } from "#lib/kube/pin";
import { REGISTERING_IMAGE } from "#lib/kube/registered-run";
import { experimentPods, trialsOf } from "./copies";
import { experimentReadiness, ownedReadiness } from "./readiness";

const VERSION = "v0.19.0";
const image = (name: string) => `ghcr.io/kubeflow/katib/${name}:${VERSION}`;

/** The pins of Katib. */
export const katibPin = {
  name: "katib",
  licence: "Apache-2.0",
  source: "Katib v0.19.0, manifests/v1beta1, pkg/apis and pkg/suggestion; Docker Hub, library/python",
  images: {
    operator: image("katib-controller"),
    dbManager: image("katib-db-manager"),
    fileCollector: image("file-metrics-collector"),
    tfEventCollector: image("tfevent-metrics-collector"),
    hyperopt: image("suggestion-hyperopt"),
    optuna: image("suggestion-optuna"),
    hyperband: image("suggestion-hyperband"),
    skopt: image("suggestion-skopt"),
    goptuna: image("suggestion-goptuna"),
    enas: image("suggestion-enas"),
    darts: image("suggestion-darts"),
    pbt: image("suggestion-pbt"),
    medianstop: image("earlystopping-medianstop"),
    /** Runs the job that registers the best trial. */
    python: REGISTERING_IMAGE,
  },
  kinds: [
    {
      kind: "kubeflow.org/Experiment",
      version: "v1beta1",
      readiness: experimentReadiness,
      /** Its pods end by themselves. */
      ends: true,
      /** Those of trials and of the suggestion service. */
      podLabels: experimentPods,
      /** Trials at the same time. */
      jobsOf: trialsOf,
    },
    { kind: "kubeflow.org/Suggestion", version: "v1beta1", readiness: ownedReadiness },
    { kind: "kubeflow.org/Trial", version: "v1beta1", readiness: ownedReadiness },
  ],
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "katib",
        version: "0.19.0",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/kubeflow/katib", version: "v0.19.0", path: "manifests/v1beta1/components/crd" },
      },
    ],
  },
} as const satisfies ComponentPin;
