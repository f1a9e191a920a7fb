/** Roles of what answers requests to a model. No product is named here. */

import type { IConstruct } from "constructs";
import type { FlowPort, PodsEnd } from "./network";
import type { IVersionedService } from "./versioned-service";

/** An HTTP endpoint inside the cluster. Clients depend on the construct, and allow a network flow to its pods. */
interface ModelEndpoint extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly namespace: string;
  /** URL inside the cluster, without a path. */
  readonly url: string;
  /** Pods that answer requests: one end of a network flow. */
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
}

/** Serves a predictive model. */
export interface IModelServer extends ModelEndpoint, IVersionedService {
  /** What clients speak: KServe's protocol v1, or the Open Inference Protocol. */
  readonly api: "v1" | "v2";
  /** Name by which requests call the model. @default the files of the model, or the image, say it */
  readonly modelName: string | undefined;
}

/** Serves a language model by OpenAI's API. */
export interface ILanguageModel extends ModelEndpoint {
  /** Name by which requests call the model. */
  readonly model: string;
}
