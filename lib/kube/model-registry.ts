/** Role of a model registry. */

import type { IConstruct } from "constructs";
import type { FlowPort, FlowProps, PodsEnd } from "./network";

/** A registry of models, with the runs that made them. Clients depend on the construct, and allow the flow of {@link registryFlow}. */
export interface IModelRegistry extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  /** What clients speak. */
  readonly api: "mlflow" | "kubeflow";
  /** URL inside the cluster, with scheme and port. */
  readonly url: string;
  /** How clients log in: with name and password of a user, or not at all. */
  readonly authentication: "basic" | "none";
  /** Pods of the URL: one end of a network flow. */
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
}

/**
 * Environment variables of clients. A user's name and password for MLflow are `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`; of Kubeflow's clients, the one that fetches
 * `model-registry://` reads variables, and that of Python takes address and port as arguments. Sources: MLflow documentation, "Environment Variables"; Kubeflow Model Registry 0.3.8, cmd/csi.
 */
export function registryEnvironment({ api, url }: Pick<IModelRegistry, "api" | "url">): Readonly<Record<string, string>> {
  switch (api) {
    case "mlflow":
      return {
        MLFLOW_TRACKING_URI: url,
        // Else clients fetch from the bucket itself, by addresses that the server signs: it offers them wherever the bucket can.
        MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD: "false",
        MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD: "false",
      };
    case "kubeflow": {
      const { protocol, host } = new URL(url);
      return { MODEL_REGISTRY_BASE_URL: host, MODEL_REGISTRY_SCHEME: protocol.replace(":", "") };
    }
  }
}

/** Network flow from clients to a registry; `who` is the part of the policies' names that tells clients apart. */
export function registryFlow(
  { name, pods, ports }: Pick<IModelRegistry, "name" | "pods" | "ports">,
  who: string,
  from: PodsEnd,
): FlowProps {
  return { name: `${who}-to-registry.${name}`, from, to: pods, ports };
}
