/** A service of a predictive model. */

import { ApiObject } from "cdk8s";
import { Construct, type IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { type FeatureStoreMount, featureStoreFlow, featureStoreMount } from "#lib/kube/feature-store";
import { imageFor } from "#lib/kube/images";
import type { IModelServer } from "#lib/kube/model-server";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { ServedVersions } from "#lib/kube/versioned-service";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { canaryPods, serviceProblems } from "./checks";
import { accountAnnotations, addEndpoint, type EndpointProps, servingPods } from "./endpoint";
import { PORT } from "./labels";
import { type FetchedModel, fetchModel } from "./model";
import { kservePin } from "./pin";
import { servingPod } from "./pods";
import { serverOf } from "./runtimes";
import { servicePart } from "./service-object";
import { type InferenceServiceProps, type InferenceServiceSettings, inferenceServiceSchema, type ModelSettings } from "./service-schema";
import { canaryOf, servedVersions, TrafficSplit } from "./split";
import { isVersioned } from "./split-checks";

/** Name of a service. */
export interface ServicePlace {
  /** Name in the environment. */
  readonly name: string;
  /** The service of whose traffic split these are the pods for a newer version: their server knows the model by its name. @default itself */
  readonly canaryFor?: string;
}

/** A predictive model behind an HTTP endpoint, with a canary, a transformer and an explainer. */
export class InferenceService extends Construct implements IMonitored, IModelServer, IWebInterface {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  /** What clients speak: KServe's protocol v1, or the Open Inference Protocol. */
  public readonly api: "v1" | "v2";
  /** Name by which its server knows the model. @default the files of the model, or the image, say it */
  public readonly modelName: string | undefined;
  /** URL inside the cluster, without a path. */
  public readonly url: string;
  /** Pods that answer requests: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: PORT }];
  public readonly monitoring: Monitoring;
  public readonly webInterface: WebInterface | undefined;
  public readonly versions: ServedVersions | undefined;
  private readonly served: string;

  public constructor(scope: Construct, id: string, props: InferenceServiceProps & ServicePlace) {
    super(scope, id);
    const { name, canaryFor, ...own } = props;
    setOwner(this, kservePin.name);
    const settings = settingsOf(this, inferenceServiceSchema, own as InferenceServiceProps, {
      checks: (each, path) => serviceProblems(name, each, path),
    });
    const { namespace } = settings;
    const endpoint = endpointOf(name, settings);
    this.served = canaryFor ?? name;
    const server = serverOf(this.served, settings);
    this.name = name;
    this.namespace = namespace;
    this.api = server.env["PROTOCOL"] === "v1" ? "v1" : "v2";
    this.modelName = ["triton", "torchserve", "custom"].includes(settings.runtime.type) ? undefined : this.served;
    this.url = `http://${name}.${namespace}.svc`;
    this.pods = servingPods(endpoint, endpoint.entry);
    this.webInterface =
      canaryFor === undefined
        ? { service: name, namespace, port: 80, pods: this.pods, ports: this.ports, authentication: "none" }
        : undefined;
    const { trafficSplit, model, runtime } = settings;
    this.versions =
      trafficSplit && isVersioned(model)
        ? servedVersions({ name, namespace }, { through: trafficSplit.through, model, runtime })
        : undefined;
    const port = server.metricsPort;
    this.monitoring =
      port === undefined
        ? {}
        : { targets: [{ name: `kserve.${name}`, pods: servingPods(endpoint, "predictor"), port, podLabels: METRIC_LABELS }] };
    if (isSound(this)) this.build(settings, endpoint);
  }

  private build(settings: InferenceServiceSettings, endpoint: EndpointProps): void {
    const { namespace, model, canary, pool, transformer, explainer } = settings;
    const account = podAccount(this, { name: `${this.name}-serving`, namespace, annotations: accountAnnotations(endpoint) });
    const { features, dependencies: needed } = this.features(settings, endpoint);
    const dependencies: IDependable[] = [account, ...needed];
    const pod = (of: ModelSettings | undefined, image?: string): JsonObject => {
      const followsAnnotation = this.versions !== undefined || this.served !== this.name;
      const fetched = of && fetchModel(this, of, { namespace, scratch: settings.scratch, adapters: [], followsAnnotation });
      dependencies.push(...(fetched?.dependencies ?? []));
      return this.predictor(settings, { account: account.name, endpoint, fetched, image, ...(!transformer && { features }) });
    };
    const predictor = { ...(settings.revision !== undefined && { name: settings.revision }), ...scaleOf(settings), ...pod(model) };
    const object = new ApiObject(
      this,
      "Resource",
      servicePart(this.name, namespace, {
        scaler: settings.scaling.type === "cpu" ? "hpa" : "none",
        predictor,
        ...(canary &&
          settings.scaling.type === "fixed" && {
            canary: {
              trafficPercent: canary.trafficPercent,
              predictor: {
                name: canary.revision,
                minReplicas: canaryPods(settings.scaling.replicas, canary),
                ...pod(canary.model, canary.image),
              },
            },
          }),
        ...(transformer && { transformer: this.beside(settings, transformer, { part: "transformer", account: account.name, features }) }),
        ...(explainer && { explainer: this.beside(settings, explainer, { part: "explainer", account: account.name }) }),
      }),
    );
    object.node.addDependency(...dependencies);
    if (pool) this.node.addDependency(pool);
    addEndpoint(this, endpoint);
    if (settings.trafficSplit) this.split(settings, settings.trafficSplit);
  }

  private split(settings: InferenceServiceSettings, { through, replicas }: NonNullable<InferenceServiceSettings["trafficSplit"]>): void {
    const { trafficSplit: _split, revision: _revision, ...own } = settings;
    const { name, namespace } = this;
    const scaling = { type: "fixed", replicas } as const;
    const canary = new InferenceService(this, "Canary", { ...own, scaling, name: canaryOf(name), canaryFor: name });
    new TrafficSplit(this, "Split", { name, namespace, through, pods: [this.pods, canary.pods] });
  }

  /** The feature store for the pods that answer requests. */
  private features({ featureStore, namespace }: InferenceServiceSettings, endpoint: EndpointProps): FeatureClient {
    if (!featureStore) return { features: undefined, dependencies: [] };
    const access = featureStore.enter(namespace);
    allow(this, [featureStoreFlow(featureStore, `serving.${this.name}`, servingPods(endpoint, endpoint.entry))]);
    return { features: featureStoreMount(access), dependencies: [featureStore, access.dependency] };
  }

  private predictor(settings: InferenceServiceSettings, context: PredictorContext): JsonObject {
    const server = serverOf(this.served, settings);
    const image = context.image ?? settings.image ?? server.image;
    const { account, endpoint, fetched, features } = context;
    return servingPod({
      ...settings,
      ...server,
      service: this.name,
      part: "predictor",
      account,
      annotations: accountAnnotations(endpoint),
      priority: priorityOf(this),
      image: imageFor(this, image),
      env: { ...server.env, ...settings.env },
      probes: { readinessProbe: { ...server.readiness, periodSeconds: 10, failureThreshold: 3 } },
      model: fetched,
      features,
    });
  }

  /** A transformer or an explainer. */
  private beside(
    settings: InferenceServiceSettings,
    own: NonNullable<InferenceServiceSettings["transformer"]>,
    { part, account, features }: BesideContext,
  ): JsonObject {
    const { user, rollout, pool } = settings;
    return {
      minReplicas: own.replicas,
      maxReplicas: own.replicas,
      ...servingPod({
        ...own,
        user,
        rollout,
        pool,
        service: this.name,
        part,
        account,
        features,
        annotations: settings.serviceAccountAnnotations,
        priority: priorityOf(this),
        image: imageFor(this, own.image),
        scratch: Size.gibibytes(1),
        probes: { readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 10 } },
      }),
    };
  }
}

interface PredictorContext {
  readonly account: string;
  readonly endpoint: EndpointProps;
  readonly fetched: FetchedModel | undefined;
  readonly image: string | undefined;
  readonly features?: FeatureStoreMount | undefined;
}

interface BesideContext {
  readonly part: "transformer" | "explainer";
  readonly account: string;
  readonly features?: FeatureStoreMount | undefined;
}

/** What a service takes of its feature store. */
interface FeatureClient {
  readonly features: FeatureStoreMount | undefined;
  readonly dependencies: readonly IDependable[];
}

/** Labels that tell series of services apart. */
const METRIC_LABELS = ["serving.kserve.io/inferenceservice", "app"];

function endpointOf(name: string, settings: InferenceServiceSettings): EndpointProps {
  const { namespace, transformer, explainer, scaling, callers, model, canary, serviceAccountAnnotations } = settings;
  return {
    name,
    namespace,
    entry: transformer ? "transformer" : "predictor",
    explains: explainer !== undefined,
    replicas: scaling.type === "fixed" ? scaling.replicas : scaling.min,
    callers,
    models: [...(model ? [model] : []), ...(canary ? [canary.model] : [])],
    storages: [],
    serviceAccountAnnotations,
  };
}

function scaleOf({ scaling }: InferenceServiceSettings): JsonObject {
  switch (scaling.type) {
    case "fixed":
      return { minReplicas: scaling.replicas, maxReplicas: scaling.replicas };
    case "cpu":
      return { minReplicas: scaling.min, maxReplicas: scaling.max, scaleMetric: "cpu", scaleTarget: scaling.utilization };
  }
}
