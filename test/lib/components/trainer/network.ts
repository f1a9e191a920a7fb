/** Network flows of Kubeflow Trainer and its jobs. */

import type { KubeObject } from "#lib/kube/object";
import { admits, callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const MANAGER = "kubeflow-trainer-controller-manager";
const NODE = "train-node";

/** Pods of a TrainJob; the label is that of its runtime, whose name is that of the job. */
function trainingPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const job = name.replace(/-[0-9a-f]{8}$/, "");
  const labels = { "beamstack-iac/train-job": job, "jobset.sigs.k8s.io/jobset-name": name };
  return [{ kind: NODE, instance: job, namespace, labels, ports: tcp({ trainer: 29_500 }), hostNetwork: false }];
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
  pods: { TrainJob: trainingPods },
  needed: [
    watches(MANAGER),
    admits(MANAGER, 9443),
    scraped(8443, MANAGER),
    // Gloo and NCCL use random ports.
    { from: [NODE], to: [NODE], ports: [29_500, 41_234], within: "instance", reason: "rendezvous and collective communication" },
  ],
  closed: [callsNobody(MANAGER), { from: ["stranger"], to: [NODE], ports: [29_500], reason: "the rendezvous has no authentication" }],
};
