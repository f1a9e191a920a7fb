/**
 * Names, ports and labels of what KServe makes of a language model with a router. Sources: KServe v0.20.0, pkg/controller/v1alpha2/llmisvc (workload_single_node.go,
 * workload_multi_node.go, scheduler.go, workload.go) and pkg/constants/constants.go.
 */

import type { KubeObject } from "#lib/kube/object";
import { serviceLabels } from "./labels";

/** Port of the model server: KServe's own Service has no other. */
export const ROUTED_PORT = 8000;

/** Port at which the endpoint picker answers the gateway. Source: llm-d-router v0.9.0, pkg/epp/server. */
export const PICKER_PORT = 9002;

/** Deployment of a model on one node. */
export function routedDeployment(name: string): string {
  return `${name}-kserve`;
}

/** LeaderWorkerSet of a model on several nodes. */
export function routedGroups(name: string): string {
  return `${name}-kserve-mn`;
}

/** InferencePool of a model. */
export function poolName(name: string): string {
  return `${name}-inference-pool`;
}

/** Service of the endpoint picker. */
export function pickerService(name: string): string {
  return `${name}-epp-service`;
}

/** Account of the endpoint picker. KServe binds a role to it, and would copy the annotations of the model's account to one of its own. */
export function pickerAccount(name: string): string {
  return `${name}-epp`;
}

/** Labels of every pod of a model. */
function partLabels(name: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "llminferenceservice" };
}

/** Labels of the pods that answer requests: on several nodes, of the leaders. */
export function poolLabels(name: string): Readonly<Record<string, string>> {
  return { ...partLabels(name), "kserve.io/component": "workload" };
}

/** Labels of the endpoint picker's pod. */
export function pickerLabels(name: string): Readonly<Record<string, string>> {
  return { ...partLabels(name), "app.kubernetes.io/component": "llminferenceservice-router-scheduler" };
}

/** Labels of the pods that KServe makes: of the model, with those that we ask for, and of the endpoint picker. */
export function routedPodLabels({ metadata: { name } }: KubeObject): Readonly<Record<string, string>>[] {
  return [{ ...partLabels(name), ...serviceLabels(name, "predictor") }, pickerLabels(name)];
}
