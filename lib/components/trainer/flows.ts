/** Network flows of a training job. */

import { bucketFlows } from "#lib/kube/bucket-clients";
import { featureStoreFlow } from "#lib/kube/feature-store";
import { identityFlows } from "#lib/kube/identity";
import { registryFlow } from "#lib/kube/model-registry";
import type { Monitoring } from "#lib/kube/monitoring";
import { type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { JOB_LABEL } from "./labels";
import { bucketsOf } from "./pods";
import type { TrainJobSettings } from "./schema";

/** Pods of a job. */
export function jobPods(name: string, namespace: string): PodsEnd {
  return pods(namespace, { [JOB_LABEL]: name });
}

/** Metrics of a job's program, where it has some. */
export function jobMonitoring(name: string, { namespace, metricsPort }: TrainJobSettings): Monitoring {
  if (metricsPort === undefined) return {};
  const all = jobPods(name, namespace);
  return { targets: [{ name: `train-${namespace}.${name}`, pods: all, port: metricsPort, podLabels: [JOB_LABEL] }] };
}

/** Flows between the pods of a job, and to what it uses. */
export function jobFlows(name: string, settings: TrainJobSettings, annotations: Readonly<Record<string, string>>): FlowProps[] {
  const { namespace, outsidePorts, modelRegistry, featureStore } = settings;
  const all = jobPods(name, namespace);
  const who = `train-${name}`;
  return [
    // Gloo, NCCL and MPI use random ports.
    { name: who, from: all, to: all, ports: [] },
    ...(outsidePorts.length > 0 ? [{ name: `${who}-outside`, from: all, to: OUTSIDE, ports: outsidePorts.map((port) => ({ port })) }] : []),
    ...bucketsOf(settings).flatMap((bucket) => bucketFlows(bucket, who, all)),
    ...(modelRegistry ? [registryFlow(modelRegistry, who, all)] : []),
    ...(featureStore ? [featureStoreFlow(featureStore, who, all)] : []),
    ...identityFlows(who, all, annotations),
  ];
}
