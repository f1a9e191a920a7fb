/** Names and labels that parts of Katib find each other by. */

import { TRIAL_LABEL } from "#lib/kube/trial-job";

/** Label of the pods of trials, by which our webhook selects them, and of what is made for an experiment. */
export const EXPERIMENT_LABEL = TRIAL_LABEL;

/** Label that Katib gives to the pods of suggestion services. Source: Katib v0.19.0, pkg/controller.v1beta1/consts/const.go. */
export const SUGGESTION_LABEL = "katib.kubeflow.org/experiment";

/** Name of the container of a trial that reports metrics. */
export const PRIMARY = "trial";

/** ServiceAccount of suggestion services, in each namespace with experiments. */
export const SUGGESTION_ACCOUNT = "katib-suggestion";

/** Ports. Source: Katib v0.19.0, manifests/v1beta1/components and pkg/controller.v1beta1/consts/const.go. */
export const PORTS = { webhook: 8443, metrics: 8080, health: 18_080, api: 6789, suggestion: 6789, earlyStopping: 6788 } as const;
