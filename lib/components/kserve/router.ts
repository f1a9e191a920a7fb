/** A language model as an LLMInferenceService: KServe makes its Deployment or LeaderWorkerSet, an endpoint picker, an InferencePool and an HTTPRoute of it. */

import type { ApiObjectProps } from "cdk8s";
import type { JsonObject, JsonValue } from "#lib/core/json";
import { apiServerFlow, type FlowProps, type PodsEnd, pods } from "#lib/kube/network";
import type { OwnRequirement } from "#lib/kube/requirement";
import { MOST_ANNOTATION } from "./copies";
import { pickerConfig } from "./endpoint-picker";
import { serviceLabels } from "./labels";
import type { LlmSettings } from "./llm-schema";
import type { FetchedModel } from "./model";
import { PICKER_PORT, pickerLabels, pickerService, poolLabels, poolName, ROUTED_PORT } from "./router-names";
import type { RouterSettings } from "./router-schema";

const POOL_API = "inference.networking.k8s.io";

/** Pods of a model with a router. */
interface RoutedPods {
  /** Pods of the model, in the form of an InferenceService: the only ones, or the leaders. */
  readonly server: JsonObject;
  /** Pods that hold the rest of the model. @default the model is on one node */
  readonly worker?: JsonObject;
  readonly picker: JsonObject;
}

/** A model with a router. */
export interface RoutedModel {
  readonly name: string;
  /** Name by which requests call it. */
  readonly model: string;
  readonly settings: LlmSettings;
  readonly router: RouterSettings;
  readonly fetched: FetchedModel;
  readonly pods: RoutedPods;
}

/** The object. Nothing is merged into it: the presets of its namespace are empty. An autoscaler of ours sets the number of pods where the object says none. */
export function routedObject(routed: RoutedModel): ApiObjectProps & JsonObject {
  const { name, model, settings, fetched, pods: own } = routed;
  const { namespace, replicas, nodes, scaling } = settings;
  const { labels, template } = templateOf(own.server);
  return {
    apiVersion: "serving.kserve.io/v1alpha2",
    kind: "LLMInferenceService",
    metadata: { name, namespace, ...(scaling && { annotations: { [MOST_ANNOTATION]: `${scaling.max}` } }) },
    spec: {
      model: { name: model, uri: shownUri(fetched) },
      storageInitializer: { enabled: false },
      ...(!scaling && { replicas }),
      labels: { ...(labels as JsonObject), ...serviceLabels(name, "predictor") },
      template,
      // KServe takes the number of pods of a group from it. vLLM has its own arguments.
      ...(own.worker && { parallelism: { pipeline: nodes }, worker: templateOf(own.worker).template }),
      router: routerOf(routed),
    },
  };
}

/** KServe takes labels beside the pods, and how pods are replaced not at all. It copies no annotations of ours to them. */
function templateOf({ labels, annotations: _none, deploymentStrategy: _rollout, ...template }: JsonObject): {
  readonly labels: JsonValue | undefined;
  readonly template: JsonObject;
} {
  return { labels, template };
}

/** KServe shows it, and asks for `://` although its initializer is off. Source: KServe v0.20.0, workload_storage.go, attachModelArtifacts. */
function shownUri({ uri, volumes }: FetchedModel): string {
  if (uri !== undefined) return uri.replace(/^models:\/(?!\/)/, "models:///");
  const claims = volumes.map((volume) => (volume["persistentVolumeClaim"] as JsonObject | undefined)?.["claimName"]);
  return `pvc://${claims.find((claim) => claim !== undefined)}`;
}

function routerOf({ name, settings, router, pods: { picker } }: RoutedModel): JsonObject {
  const { through, scorers } = router;
  const { listener } = through;
  return {
    gateway: { refs: [{ name: through.name, namespace: through.namespace, ...(listener !== undefined && { sectionName: listener }) }] },
    route: { http: { spec: { hostnames: [through.host], rules: [ruleOf(name)] } } },
    scheduler: {
      replicas: 1,
      pool: { spec: poolOf(name) },
      config: { inline: pickerConfig(scorers, Object.keys(settings.adapters).length > 0) },
      template: picker,
    },
  };
}

/** OpenAI's API alone: what else vLLM serves, such as its metrics, asks for no key. An answer may take any time. */
function ruleOf(name: string): JsonObject {
  return {
    matches: [{ path: { type: "PathPrefix", value: "/v1" } }],
    backendRefs: [{ group: POOL_API, kind: "InferencePool", name: poolName(name), port: ROUTED_PORT, weight: 1 }],
    timeouts: { request: "0s", backendRequest: "0s" },
  };
}

/** While the endpoint picker is away, the gateway chooses a pod itself. */
function poolOf(name: string): JsonObject {
  return {
    selector: { matchLabels: { ...poolLabels(name) } },
    targetPorts: [{ number: ROUTED_PORT }],
    appProtocol: "http",
    endpointPickerRef: {
      group: "",
      kind: "Service",
      name: pickerService(name),
      port: { number: PICKER_PORT },
      failureMode: "FailOpen",
    },
  };
}

/** Flows of the gateway and the endpoint picker; the latter reads the metrics of the pods, and watches them and the pool. */
export function routerFlows(name: string, { source }: RouterSettings["through"], model: PodsEnd): FlowProps[] {
  const who = `serving.${name}`;
  const gateway = pods(source.namespace, source.labels);
  const picker = pods(model.namespace, pickerLabels(name));
  const requests = [{ port: ROUTED_PORT }];
  return [
    { name: `gateway-to-${who}`, from: gateway, to: model, ports: requests },
    { name: `gateway-to-${who}.picker`, from: gateway, to: picker, ports: [{ port: PICKER_PORT }] },
    { name: `${who}.picker`, from: picker, to: model, ports: requests },
    apiServerFlow(`${who}.picker`, picker),
  ];
}

/** The owner of the gateway's controller installs it. */
export const POOL_REQUIREMENT: OwnRequirement = {
  type: "kind",
  name: `${POOL_API}/v1 InferencePool`,
  purpose: "the gateway asks an endpoint picker which pod gets a request",
};
