/** The node of trials: runs the containers of each pod of a trial once it is on a node, and says how they ended. */

import { join } from "node:path";
import { type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { pause } from "#stacks/cluster/retry";
import type { Machine } from "../fixtures/pod-process";
import { runPod } from "../fixtures/pod-sandbox";
import type { RealOperator } from "./real-operator";

const EXPERIMENT = "katib.kubeflow.org/experiment";
const SIDECAR = "metrics-logger-and-collector";
const PROGRAMS = join(__dirname, "../fixtures/katib");

/** A node that runs trials. */
export interface TrialRunner {
  /** The most trials of a search that ran at the same time. */
  readonly most: (experiment: string) => number;
  /** What the containers of failed trials of a search said. */
  readonly failures: (experiment: string) => readonly string[];
  readonly stop: () => Promise<void>;
}

/** What trials need on this machine. */
export interface TrialMachine {
  readonly namespace: string;
  /** Path of the program of the sidecar. */
  readonly collector: string;
  /** Address of the server of metrics. */
  readonly server: string;
}

/** Starts to look for pods of trials. */
export function trialRunner(operators: RealOperator, { namespace, collector, server }: TrialMachine): TrialRunner {
  const machine: Machine = {
    secrets: {},
    replaced: { "katib-db-manager.katib:6789": server },
    path: "/usr/bin",
    entrypoints: { [SIDECAR]: collector },
  };
  const seen = new Set<JsonValue>();
  const running: Promise<void>[] = [];
  const most = new Map<string, number>();
  const failures: { readonly experiment: string; readonly said: string }[] = [];
  let stopped = false;
  const look = async () => {
    const labelSelector = "katib.kubeflow.org/trial";
    const pods = await operators.client().list({ apiVersion: "v1", kind: "Pod", namespace, labelSelector });
    const started = pods.filter((pod) => valueAt(pod, ["status", "phase"]) === "Running");
    for (const [experiment, count] of countsOf(started)) most.set(experiment, Math.max(count, most.get(experiment) ?? 0));
    for (const pod of started.filter(({ metadata }) => !seen.has(metadata["uid"] ?? null))) {
      seen.add(pod.metadata["uid"] ?? null);
      const note = (said: readonly string[]) => void failures.push(...said.map((one) => ({ experiment: experimentOf(pod), said: one })));
      running.push(runTrial(operators, pod, machine).then(note, (thrown) => note([String(thrown)])));
    }
  };
  const looking = (async () => {
    for (; !stopped; await pause(300)) await look();
  })();
  return {
    most: (experiment) => most.get(experiment) ?? 0,
    failures: (experiment) => failures.filter((one) => one.experiment === experiment).map(({ said }) => said),
    stop: async () => {
      stopped = true;
      await looking;
      await Promise.all(running);
    },
  };
}

function countsOf(pods: readonly KubeObject[]): ReadonlyMap<string, number> {
  const names = pods.map(experimentOf);
  return new Map(names.map((name) => [name, names.filter((one) => one === name).length]));
}

function experimentOf({ metadata }: KubeObject): string {
  return metadata.labels?.[EXPERIMENT] ?? "";
}

function containersOf(pod: KubeObject): string[] {
  const all = valueAt(pod, ["spec", "containers"]);
  return (Array.isArray(all) ? all : []).map((one) => String(valueAt(one, ["name"])));
}

/** What the containers said, where one failed. */
async function runTrial(operators: RealOperator, pod: KubeObject, machine: Machine): Promise<string[]> {
  const mounts = ["mount -t tmpfs tmpfs /var/log", "mkdir /var/log/katib", `mount --bind ${PROGRAMS} /mnt`];
  const ended = await runPod({ pod, containers: containersOf(pod), machine, mounts });
  const failed = ended.some(({ code }) => code !== 0);
  const status = { phase: failed ? "Failed" : "Succeeded" };
  await operators.client().patch({ ...refOf(pod), subresource: "status" }, { type: "strategic", body: { status } });
  return failed ? [ended.map(({ said }) => said).join("\n")] : [];
}
