/** Network flows of Kubeflow Trainer and its jobs. */

import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const MANAGER = "kubeflow-trainer-controller-manager";
const NODE = "train-node";
const REGISTER = "train-register";

/** Pods of a TrainJob; the label is that of its runtime, whose name is that of the job. */
function trainingPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const job = name.replace(/-[0-9a-f]{8}$/, "");
  const labels = { "beamstack-iac/train-job": job, "jobset.sigs.k8s.io/jobset-name": name };
  return [{ kind: NODE, instance: job, namespace, labels, ports: tcp({ trainer: 29_500 }), hostNetwork: false }];
}

/** The job that registers a finished job. */
function registerPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const instance = /^(.+)-register$/.exec(name)?.[1];
  if (instance === undefined) return [];
  return [{ kind: REGISTER, instance, namespace, labels: { "app.kubernetes.io/name": name }, ports: [], hostNetwork: false }];
}

/** What the tests of network policies know of Kubeflow Trainer. */
export const network: NetworkFacts = {
  podNetworkOnly: true,
  everything: {
    trainer: {
      jobs: {
        bert: { framework: { type: "pytorch", program: ["/app/train.py"] }, nodes: 2 },
        gpt: { framework: { type: "pytorch", program: ["/app/train.py"] }, nodes: 2 },
      },
    },
  },
  pods: { TrainJob: trainingPods, CronJob: registerPods },
  needed: [
    watches(MANAGER),
    watches(REGISTER),
    admits(MANAGER, 9443),
    scraped(8443, MANAGER),
    // Gloo and NCCL use random ports.
    { from: [NODE], to: [NODE], ports: [29_500, 41_234], within: "instance", reason: "rendezvous and collective communication" },
  ],
  closed: [callsNobody(MANAGER), { from: ["stranger"], to: [NODE], ports: [29_500], reason: "the rendezvous has no authentication" }],
};
