/** Network flows of Katib. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const CONTROLLER = "katib-controller";
const SERVER = "katib-db-manager";
const TRIAL = "katib-trial";
const SUGGESTION = "katib-suggestion";
const BEST = "katib-best-trial";

/** Pods of trials, and of the suggestion service, by Katib's own label. */
function experimentPods(experiment: KubeObject): PodFacts[] {
  const { name, namespace = "", labels = {} } = experiment.metadata;
  const own = labels["beamstack-iac/experiment"] ?? name;
  return [
    { kind: TRIAL, instance: own, namespace, labels: trialLabels(experiment, own), ports: [], hostNetwork: false },
    {
      kind: SUGGESTION,
      instance: own,
      namespace,
      labels: { "katib.kubeflow.org/experiment": name },
      ports: tcp({ api: 6789, earlystop: 6788 }),
      hostNetwork: false,
    },
  ];
}

/** Pods of a TrainJob have the labels of its runtime, whose name is made of them. */
function trialLabels(experiment: KubeObject, own: string): Readonly<Record<string, string>> {
  const runtime = valueAt(experiment["spec"], ["trialTemplate", "trialSpec", "spec", "runtimeRef", "name"]);
  if (typeof runtime !== "string") return { "beamstack-iac/experiment": own };
  return { "beamstack-iac/train-job": runtime.replace(/-[0-9a-f]{8}$/, "") };
}

/** Both are workloads of ours: there is no chart. */
function ownPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const known: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    [CONTROLLER]: { webhook: 8443, metrics: 8080, health: 18_080 },
    [SERVER]: { api: 6789 },
  };
  const ports = known[name];
  if (ports === undefined) return [];
  return [{ kind: name, instance: "katib", namespace, labels: { "app.kubernetes.io/name": name }, ports: tcp(ports), hostNetwork: false }];
}

/** The job that registers the best trial. */
function bestPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const instance = /^(.+)-best$/.exec(name)?.[1];
  if (instance === undefined) return [];
  return [{ kind: BEST, instance, namespace, labels: { "app.kubernetes.io/name": name }, ports: [], hostNetwork: false }];
}

/** What the tests of network policies know of Katib. */
export const network: NetworkFacts = {
  podNetworkOnly: true,
  pods: { Experiment: experimentPods, Deployment: ownPods, CronJob: bestPods },
  needed: [
    watches(CONTROLLER),
    watches(BEST),
    admits(CONTROLLER, 8443),
    scraped(8080, CONTROLLER),
    { from: [CONTROLLER, TRIAL], to: [SERVER], ports: [6789], reason: "metrics of trials" },
    { from: [CONTROLLER], to: [SUGGESTION], ports: [6789], reason: "suggestions" },
  ],
  closed: [callsNobody(CONTROLLER), { from: ["stranger"], to: [SERVER, SUGGESTION], ports: [6789], reason: "neither has authentication" }],
};
