/** A service of a language model: vLLM behind OpenAI's API. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { IEventScaler } from "#lib/kube/event-scaler";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { FlowPort, PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { accountAnnotations, addEndpoint, type EndpointProps, servingPods } from "./endpoint";
import { demandText } from "./fit";
import type { ServicePlace } from "./inference-service";
import { ADAPTER_FOLDER, MODEL_FOLDER, PORT } from "./labels";
import { LLM_ALERTS } from "./llm-alerts";
import { llmProblems } from "./llm-checks";
import { LLM_DASHBOARD } from "./llm-dashboard";
import { queueScaling, queueScalingProblems } from "./llm-scaling";
import { type LlmProps, type LlmSettings, llmSchema } from "./llm-schema";
import { type FetchedModel, fetchModel } from "./model";
import { kservePin } from "./pin";
import { servingPod } from "./pods";
import { servicePart } from "./service-object";
import { gpusOf, scratchOf, VLLM_ENV, vllmArgs } from "./vllm";

/** Name of a language model, and what scales it. */
export interface LanguageModelPlace extends ServicePlace {
  /** Scales by queries. @default nothing does: `scaling` is refused */
  readonly scaler?: Pick<IEventScaler, "scale"> | undefined;
}

/** A language model on the GPUs of a pool. */
export class LanguageModel extends Construct implements IMonitored, IWebInterface {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  /** URL of OpenAI's API inside the cluster, without a path. */
  public readonly url: string;
  /** Name by which requests call the model. */
  public readonly model: string;
  /** Pods that answer requests: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: PORT }];
  public readonly monitoring: Monitoring;
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: LlmProps & LanguageModelPlace) {
    super(scope, id);
    const { name, scaler, ...own } = props;
    setOwner(this, kservePin.name);
    const settings = settingsOf(this, llmSchema, own as LlmProps, {
      checks: (each, path) => [...llmProblems(name, each, path), ...queueScalingProblems(each, { path, scales: scaler !== undefined })],
    });
    const { namespace, modelName = name } = settings;
    const endpoint = endpointOf(name, settings);
    this.name = name;
    this.namespace = namespace;
    this.model = modelName;
    this.url = `http://${name}.${namespace}.svc`;
    this.pods = servingPods(endpoint, "predictor");
    const authentication = settings.apiKey ? "own" : "none";
    this.webInterface = { service: name, namespace, port: 80, pods: this.pods, ports: this.ports, authentication };
    this.monitoring = {
      targets: [{ name: `kserve.${name}`, pods: this.pods, port: PORT, podLabels: ["serving.kserve.io/inferenceservice"] }],
      alerts: [LLM_ALERTS],
      dashboards: [LLM_DASHBOARD],
    };
    if (!isSound(this)) return;
    const service = this.build(settings, endpoint);
    const ask = queueScaling(name, settings);
    if (!(ask && scaler)) return;
    const scaling = new Construct(this, "Scaling");
    scaler.scale(scaling, ask);
    scaling.node.addDependency(service);
  }

  private build(settings: LlmSettings, endpoint: EndpointProps): ApiObject {
    const { namespace, pool, replicas, scaling, model } = settings;
    const account = podAccount(this, { name: `${this.name}-serving`, namespace, annotations: accountAnnotations(endpoint) });
    const fetched = fetchModel(this, model, { namespace, scratch: scratchOf(settings), adapters: adapterFolders(settings) });
    const predictor = {
      minReplicas: replicas,
      maxReplicas: scaling?.max ?? replicas,
      ...this.predictor(settings, { account: account.name, endpoint, fetched }),
    };
    const object = new ApiObject(this, "Resource", servicePart(this.name, namespace, { scaler: scaling ? "external" : "none", predictor }));
    object.node.addDependency(account, ...fetched.dependencies);
    this.node.addDependency(pool);
    addEndpoint(this, endpoint);
    return object;
  }

  private predictor(settings: LlmSettings, { account, endpoint, fetched }: PredictorContext): JsonObject {
    return servingPod({
      ...settings,
      service: this.name,
      part: "predictor",
      account,
      annotations: accountAnnotations(endpoint),
      priority: priorityOf(this),
      image: imageFor(this, settings.image ?? kservePin.images.vllm),
      command: ["vllm", "serve", MODEL_FOLDER],
      args: vllmArgs(this.model, settings),
      env: { ...VLLM_ENV, ...(settings.apiKey && { VLLM_API_KEY: settings.apiKey }), ...settings.env },
      scratch: scratchOf(settings),
      accelerators: gpusOf(settings),
      probes: PROBES,
      model: fetched,
    });
  }
}

interface PredictorContext {
  readonly account: string;
  readonly endpoint: EndpointProps;
  readonly fetched: FetchedModel;
}

/** It answers `/health` when the model is loaded, which takes minutes. Source: KServe v0.20.0, config/runtimes/kserve-vllmserver.yaml. */
const PROBES = {
  startupProbe: { httpGet: { path: "/health", port: PORT }, periodSeconds: 30, failureThreshold: 60 },
  readinessProbe: { httpGet: { path: "/health", port: PORT }, periodSeconds: 10, failureThreshold: 3 },
};

function adapterFolders({ adapters }: LlmSettings) {
  return Object.entries(adapters).map(([name, { storage, path }]) => ({ storage, path, to: `${ADAPTER_FOLDER}/${name}` }));
}

function endpointOf(name: string, settings: LlmSettings): EndpointProps {
  const { namespace, replicas, callers, model, adapters, serviceAccountAnnotations } = settings;
  const storages = Object.values(adapters).map(({ storage }) => storage);
  const annotations = { "beamstack-iac/gpu-memory": demandText(settings) };
  return { name, namespace, entry: "predictor", replicas, callers, models: [model], storages, serviceAccountAnnotations, annotations };
}
