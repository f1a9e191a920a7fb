/** InferenceServices as KServe's webhook writes them back. */

import type { ApiObjectProps } from "cdk8s";
import type { JsonObject } from "#lib/core/json";

/** Parts of an InferenceService. */
export interface ServiceParts {
  /** Who scales its Deployments: Kubernetes by their load, an autoscaler of ours, or nobody. */
  readonly scaler: "hpa" | "external" | "none";
  readonly predictor: JsonObject;
  readonly canary?: JsonObject;
  readonly transformer?: JsonObject;
  readonly explainer?: JsonObject;
}

/** The object, in the mode that makes Deployments, closed to the outside. Source: KServe v0.20.0, apis/serving/v1beta1/inference_service_defaults.go. */
export function servicePart(
  name: string,
  namespace: string,
  { scaler, predictor, canary, transformer, explainer }: ServiceParts,
): ApiObjectProps & JsonObject {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: {
      name,
      namespace,
      labels: { "networking.kserve.io/visibility": "cluster-local" },
      annotations: { "serving.kserve.io/deploymentMode": "Standard", "serving.kserve.io/autoscalerClass": scaler },
    },
    spec: { predictor, ...(canary && { canary: [canary] }), ...(transformer && { transformer }), ...(explainer && { explainer }) },
  };
}
