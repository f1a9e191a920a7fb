/** A service of a language model: vLLM behind OpenAI's API. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { IEventScaler } from "#lib/kube/event-scaler";
import { imageFor } from "#lib/kube/images";
import type { ILanguageModel } from "#lib/kube/model-server";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import type { IPodGroups } from "#lib/kube/pod-groups";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { accountAnnotations, addEndpoint, type EndpointProps, servingPods } from "./endpoint";
import { pickerPod } from "./endpoint-picker";
import { demandText } from "./fit";
import type { ServicePlace } from "./inference-service";
import { ADAPTER_FOLDER, MODEL_FOLDER } from "./labels";
import { LLM_ALERTS } from "./llm-alerts";
import { llmProblems } from "./llm-checks";
import { LLM_DASHBOARD } from "./llm-dashboard";
import { type GroupPart, groupArgs, groupsAsk, groupsName, noGroups } from "./llm-groups";
import { queueScaling, queueScalingProblems } from "./llm-scaling";
import { type LlmProps, type LlmSettings, llmSchema } from "./llm-schema";
import { type FetchedModel, fetchModel } from "./model";
import { kservePin } from "./pin";
import { servingPod } from "./pods";
import { POOL_REQUIREMENT, routedObject, routerFlows } from "./router";
import { ROUTER_ALERTS } from "./router-alerts";
import { pickerAccount, routedGroups } from "./router-names";
import { RouterPresets } from "./router-presets";
import type { RouterSettings } from "./router-schema";
import { servicePart } from "./service-object";
import { gpusOf, portOf, scratchOf, VLLM_ENV, vllmArgs } from "./vllm";

/** Name of a language model, and what scales it. */
export interface LanguageModelPlace extends ServicePlace {
  /** Scales by queries. @default nothing does: `scaling` is refused */
  readonly scaler?: Pick<IEventScaler, "scale"> | undefined;
  /** Runs a model on several nodes. @default nothing does: more than one node is refused */
  readonly podGroups?: IPodGroups | undefined;
  /** Presets of models with a router. @default those of this model alone */
  readonly presets?: Pick<RouterPresets, "enter"> | undefined;
}

/** A language model on the GPUs of a pool. */
export class LanguageModel extends Construct implements ILanguageModel, IMonitored, IWebInterface {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  /** URL of OpenAI's API inside the cluster, without a path. */
  public readonly url: string;
  /** Name by which requests call the model. */
  public readonly model: string;
  /** Pods that answer requests: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[];
  public readonly monitoring: Monitoring;
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: LlmProps & LanguageModelPlace) {
    super(scope, id);
    const { name, scaler, podGroups, presets, ...own } = props;
    setOwner(this, kservePin.name);
    const settings = settingsOf(this, llmSchema, own as LlmProps, {
      checks: (each, path) => [
        ...llmProblems(name, each, path),
        ...queueScalingProblems(each, { path, scales: scaler !== undefined }),
        ...(each.nodes > 1 && !podGroups ? [noGroups(each.nodes, path)] : []),
      ],
    });
    const { namespace, modelName = name, nodes, router } = settings;
    const groups = nodes > 1 ? podGroups : undefined;
    const groupsOf = router ? routedGroups(name) : groupsName(name);
    const endpoint = { ...endpointOf(name, settings), ...(groups && { answering: groups.leaderLabels(groupsOf) }) };
    const port = portOf(settings);
    this.name = name;
    this.namespace = namespace;
    this.model = modelName;
    this.url = `http://${name}.${namespace}.svc`;
    this.pods = servingPods(endpoint, "predictor");
    this.ports = [{ port }];
    const authentication = settings.apiKey ? "own" : "none";
    this.webInterface = { service: name, namespace, port: 80, pods: this.pods, ports: this.ports, authentication };
    this.monitoring = {
      targets: [{ name: `kserve.${name}`, pods: this.pods, port, podLabels: ["serving.kserve.io/inferenceservice"] }],
      alerts: [LLM_ALERTS, ...(router ? [ROUTER_ALERTS] : [])],
      dashboards: [LLM_DASHBOARD],
    };
    if (!isSound(this)) return;
    const service = this.build(settings, endpoint, { groups, presets });
    const ask = queueScaling(name, settings);
    if (!(ask && scaler)) return;
    const scaling = new Construct(this, "Scaling");
    scaler.scale(scaling, ask);
    scaling.node.addDependency(service);
  }

  private build(settings: LlmSettings, endpoint: EndpointProps, place: BuildPlace): Construct {
    const { namespace, pool, model } = settings;
    const account = podAccount(this, { name: `${this.name}-serving`, namespace, annotations: accountAnnotations(endpoint) });
    const fetched = fetchModel(this, model, { namespace, scratch: scratchOf(settings), adapters: adapterFolders(settings) });
    const context = { account: account.name, endpoint, fetched };
    const object = this.objectOf(settings, context, place);
    object.node.addDependency(account, ...fetched.dependencies);
    this.node.addDependency(pool);
    addEndpoint(this, endpoint);
    return object;
  }

  private objectOf(settings: LlmSettings, context: PredictorContext, place: BuildPlace): Construct {
    const { router } = settings;
    if (router) return this.withRouter({ ...settings, router }, context, place);
    return place.groups ? this.onNodes(settings, context, place.groups) : this.onOneNode(settings, context);
  }

  /** An InferenceService. */
  private onOneNode(settings: LlmSettings, context: PredictorContext): Construct {
    const { namespace, replicas, scaling } = settings;
    const predictor = { minReplicas: replicas, maxReplicas: scaling?.max ?? replicas, ...this.predictor(settings, context) };
    return new ApiObject(this, "Resource", servicePart(this.name, namespace, { scaler: scaling ? "external" : "none", predictor }));
  }

  /** Groups of pods, of which KServe knows nothing. */
  private onNodes(settings: LlmSettings, context: PredictorContext, groups: IPodGroups): Construct {
    const part = new Construct(this, "Groups");
    groups.group(
      part,
      groupsAsk(this.name, settings, (of) => this.grouped(of, settings, context, groups)),
    );
    this.connectNodes(part);
    return part;
  }

  /** An LLMInferenceService. */
  private withRouter(settings: RoutedSettings, context: PredictorContext, { groups, presets }: BuildPlace): Construct {
    const { namespace, router } = settings;
    const account = podAccount(new Construct(this, "Picker"), { name: pickerAccount(this.name), namespace, annotations: {} });
    const pods = {
      server: groups ? this.grouped("leader", settings, context, groups) : this.predictor(settings, withoutUri(context)),
      ...(groups && { worker: this.grouped("worker", settings, context, groups) }),
      picker: pickerPod({
        name: this.name,
        namespace,
        account: account.name,
        priority: priorityOf(this),
        image: imageFor(this, kservePin.images.endpointPicker),
        resources: router.resources,
      }),
    };
    const { fetched } = context;
    const routed = { name: this.name, model: this.model, settings, router, fetched, pods };
    const object = new ApiObject(this, "Resource", routedObject(routed));
    object.node.addDependency(account, (presets ?? new RouterPresets(this, "Presets")).enter(namespace));
    addRequirements(this, [POOL_REQUIREMENT]);
    allow(this, routerFlows(this.name, router.through, this.pods));
    if (groups) {
      object.node.addDependency(groups);
      this.connectNodes(this);
    }
    return object;
  }

  /** vLLM and NCCL use random ports. */
  private connectNodes(scope: Construct): void {
    allow(scope, [{ name: `serving.${this.name}.nodes`, from: this.pods, to: this.pods, ports: [] }]);
  }

  /** A pod of a group. */
  private grouped(of: GroupPart, settings: LlmSettings, context: PredictorContext, groups: IPodGroups): JsonObject {
    const pod = this.predictor(settings, { ...withoutUri(context), more: groupArgs(settings.nodes, of, groups) });
    return of === "leader" ? pod : withoutHttp(pod);
  }

  private predictor(settings: LlmSettings, { account, endpoint, fetched, more = [] }: PredictorContext): JsonObject {
    return servingPod({
      ...settings,
      service: this.name,
      part: "predictor",
      account,
      annotations: accountAnnotations(endpoint),
      priority: priorityOf(this),
      image: imageFor(this, settings.image ?? kservePin.images.vllm),
      command: ["vllm", "serve", MODEL_FOLDER],
      args: [...vllmArgs(this.model, settings), ...more],
      port: portOf(settings),
      ...(settings.router && { container: "main" }),
      env: { ...VLLM_ENV, ...(settings.apiKey && { VLLM_API_KEY: settings.apiKey }), ...settings.env },
      scratch: scratchOf(settings),
      accelerators: gpusOf(settings),
      probes: probesOf(portOf(settings)),
      model: fetched,
    });
  }
}

/** A pod that nobody calls. */
function withoutHttp(pod: JsonObject): JsonObject {
  const containers = (pod["containers"] as readonly JsonObject[]).map(
    ({ ports: _ports, startupProbe: _starts, readinessProbe: _ready, ...container }) => container,
  );
  return { ...pod, containers };
}

/** KServe's controller of InferenceServices reads the address of the model. */
function withoutUri({ fetched: { uri: _shownByKserve, ...fetched }, ...context }: PredictorContext): PredictorContext {
  return { ...context, fetched };
}

/** What a model with a router or on several nodes needs. */
interface BuildPlace {
  readonly groups: IPodGroups | undefined;
  readonly presets: LanguageModelPlace["presets"];
}

/** Settings of a model with a router. */
type RoutedSettings = LlmSettings & { readonly router: RouterSettings };

interface PredictorContext {
  readonly account: string;
  readonly endpoint: EndpointProps;
  readonly fetched: FetchedModel;
  /** Further arguments of the server. @default none */
  readonly more?: readonly string[];
}

/** It answers `/health` when the model is loaded, which takes minutes. Source: KServe v0.20.0, config/runtimes/kserve-vllmserver.yaml. */
function probesOf(port: number): JsonObject {
  const httpGet = { path: "/health", port };
  return {
    startupProbe: { httpGet, periodSeconds: 30, failureThreshold: 60 },
    readinessProbe: { httpGet, periodSeconds: 10, failureThreshold: 3 },
  };
}

function adapterFolders({ adapters }: LlmSettings) {
  return Object.entries(adapters).map(([name, { storage, path }]) => ({ storage, path, to: `${ADAPTER_FOLDER}/${name}` }));
}

function endpointOf(name: string, settings: LlmSettings): EndpointProps {
  const { namespace, replicas, callers, model, adapters, serviceAccountAnnotations } = settings;
  const storages = Object.values(adapters).map(({ storage }) => storage);
  const annotations = { "beamstack-iac/gpu-memory": demandText(settings) };
  const port = portOf(settings);
  return {
    name,
    namespace,
    entry: "predictor",
    port,
    replicas,
    callers,
    models: [model],
    storages,
    serviceAccountAnnotations,
    annotations,
  };
}
