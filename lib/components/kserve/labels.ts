/** Labels and names by which the parts of a service find each other. */

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

/** Port of every model server. */
export const PORT = 8080;

/** A part of a service. */
export type Part = "predictor" | "transformer";

/** Labels of the pods of a service, or of one of its parts. */
export function serviceLabels(name: string, part?: Part): Readonly<Record<string, string>> {
  return { [SERVICE_LABEL]: name, ...(part && { component: part }) };
}

/** Name of the Service and the Deployment of a predictor. Source: KServe v0.20.0, constants.PredictorServiceName. */
export function predictorName(name: string, revision?: string): string {
  return revision === undefined ? `${name}-predictor` : `${name}-${revision}-predictor`;
}
