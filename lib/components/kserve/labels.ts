/** Labels and names by which the parts of a service find each other. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Label of all pods of a service. Source: KServe v0.20.0, pkg/constants/constants.go. */
const SERVICE_LABEL = "serving.kserve.io/inferenceservice";

/** Container that serves. Source: KServe v0.20.0, pkg/constants/constants.go, InferenceServiceContainerName. */
export const CONTAINER = "kserve-container";

/** Container that fetches the model. KServe adds none where one of this name is there. */
export const INITIALIZER = "storage-initializer";

/** Folder of the model. */
export const MODEL_FOLDER = "/mnt/models";

/** Folder of adapters. */
export const ADAPTER_FOLDER = "/mnt/adapters";

/** Label of the pods of an inference graph. Source: KServe v0.20.0, pkg/constants/constants.go, InferenceGraphLabel. */
const GRAPH_LABEL = "serving.kserve.io/inferencegraph";

/** Labels of the pods of an inference graph. */
export function graphLabels(name: string): Readonly<Record<string, string>> {
  return { [GRAPH_LABEL]: name };
}

/** Port of every model server, and of the router of a graph. */
export const PORT = 8080;

/** A part of a service. */
export type Part = "predictor" | "transformer" | "explainer";

/** Labels of the pods of a service, or of one of its parts. */
export function serviceLabels(name: string, part?: Part): Readonly<Record<string, string>> {
  return { [SERVICE_LABEL]: name, ...(part && { component: part }) };
}

/** Labels of the pods that KServe makes of a service, for each of its parts. Those of a canary are the predictor's. */
export function podLabels({ metadata: { name }, spec }: KubeObject): Readonly<Record<string, string>>[] {
  const beside = (["transformer", "explainer"] as const).filter((part) => valueAt(spec, [part]) !== undefined);
  return ["predictor" as const, ...beside].map((part) => serviceLabels(name, part));
}
