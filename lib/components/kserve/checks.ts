/** Rules on services that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath, show } from "#lib/core/schema";
import type { Size } from "#lib/core/size";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { featureVariableProblems } from "#lib/kube/feature-store";
import type { IModelStorage } from "#lib/kube/model-storage";
import { nameProblems } from "#lib/kube/name-problems";
import type { INodePool } from "#lib/kube/node-pool";
import { acceleratorProblems, placementProblems } from "#lib/kube/placement";
import { allStorages } from "./endpoint";
import { pretrainedProblems } from "./pretrained-checks";
import { serverOf } from "./runtimes";
import type { InferenceServiceSettings, ModelSettings } from "./service-schema";
import { splitProblems } from "./split-checks";

/** What checks of all services look at. */
export interface CheckedService {
  readonly namespace: string;
  readonly pool?: INodePool | undefined;
  readonly cpu: number;
  readonly memory: Size;
  readonly scratch: Size;
  readonly accelerators: number;
  readonly env: Readonly<Record<string, unknown>>;
  /** Variables that we or KServe set. */
  readonly owned: readonly string[];
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, ModelSettings>>;
  /** Storages of adapters. */
  readonly storages: readonly IModelStorage[];
}

/** Longest name: `isvc.<name>-<revision>-predictor` is a label, with a revision of up to 20. */
const NAME = { thing: "service", most: 27 } as const;

/** Problems of any service; `path` is its path in the file. */
export function commonProblems(name: string, service: CheckedService, path: string): Problem[] {
  const { pool, models } = service;
  return [
    ...nameProblems(name, NAME, { id: "kserve.name", path }),
    ...acceleratorProblems(service, { id: "kserve.no-accelerators", path: `${path}.accelerators` }),
    ...placementProblems(service, pool, { id: "kserve.fits-no-machine", path }),
    ...variableProblems(service, path),
    ...Object.entries(models).flatMap(([at, model]) => registryProblems(model, `${path}.${at}`)),
    ...bucketSetProblems(
      allStorages({ models: Object.values(models), storages: service.storages }),
      { ...service, problems: BUCKET_PROBLEMS, variables: [], pathOf: () => path },
      path,
    ),
  ];
}

const differ = (path: string): ProblemPlace => ({ id: "kserve.storages-differ", path });

const BUCKET_PROBLEMS = {
  differ,
  identityTwice: (path: string): ProblemPlace => ({ id: "kserve.identity-twice", path }),
  // Variables of storages are in the container that fetches, which takes none of the user's.
  variable: differ,
};

/** KServe refuses PYTHONPATH. Source: KServe v0.20.0, pkg/validation/env_policy.go. */
function variableProblems({ env, owned }: CheckedService, path: string): Problem[] {
  const taken = new Set([...owned, "STORAGE_URI", "PROTOCOL", "INFERENCE_SERVICE_NAME", "PYTHONPATH", "HOME"]);
  return Object.keys(env)
    .filter((name) => taken.has(name))
    .map((name) => ({
      id: "kserve.variable-owned",
      path: joinPath(`${path}.env`, [name]),
      got: `the variable ${name}`,
      allowed: "variables that neither KServe nor another prop sets; KServe refuses PYTHONPATH",
      fix: "remove it, and use the prop for it",
    }));
}

function registryProblems(model: ModelSettings, path: string): Problem[] {
  if (model.type !== "registry") return [];
  const { registry, user, storage } = model;
  return [
    ...(registry.authentication === "basic" && !user ? [noUser(registry.name, path)] : []),
    ...(registry.authentication === "none" && user ? [needlessUser(registry.name, path)] : []),
    ...(registry.api === "kubeflow" && !storage ? [noStorage(registry.name, path)] : []),
    ...(registry.api === "mlflow" && storage ? [needlessStorage(registry.name, path)] : []),
  ];
}

function noUser(registry: string, path: string): Problem {
  return {
    id: "kserve.no-registry-user",
    path: `${path}.user`,
    got: `the registry ${registry}, which asks for a login, without a user`,
    allowed: "name and password of a user",
    fix: 'set user: { username: secretRef("NAME", "KEY"), password: secretRef("NAME", "KEY") }',
  };
}

function needlessUser(registry: string, path: string): Problem {
  return {
    id: "kserve.needless-registry-user",
    path: `${path}.user`,
    got: `a user of the registry ${registry}, which knows none`,
    allowed: "no user",
    fix: "remove user, or set the registry's authentication",
  };
}

/** Source: Kubeflow Model Registry 0.3.8, cmd/csi: it asks the registry for an address and fetches from there. */
function noStorage(registry: string, path: string): Problem {
  return {
    id: "kserve.no-registry-storage",
    path: `${path}.storage`,
    got: `the registry ${registry}, which knows only where files are, without a storage`,
    allowed: "the model storage with its files, whose credentials the pod gets",
    fix: "set storage to it",
  };
}

function needlessStorage(registry: string, path: string): Problem {
  return {
    id: "kserve.needless-registry-storage",
    path: `${path}.storage`,
    got: `a storage for the registry ${registry}, which passes files on`,
    allowed: "no storage",
    fix: 'remove storage, or use type: "storage"',
  };
}

/** Problems of a service of a predictive model. */
export function serviceProblems(name: string, settings: InferenceServiceSettings, path: string): Problem[] {
  const { runtime, model, canary, image } = settings;
  const owned = Object.keys(serverOf(name, settings).env);
  return [
    ...commonProblems(name, { ...settings, owned, storages: [], models: modelsOf(settings) }, path),
    ...(runtime.type !== "custom" && !model ? [noModel(runtime.type, path)] : []),
    ...(runtime.type === "custom" && image !== undefined ? [imageTwice(path)] : []),
    ...(canary ? canaryProblems(settings, canary, path) : []),
    ...scalingProblems(settings, path),
    ...pretrainedProblems(settings, path),
    ...featureProblems(settings, path),
    ...splitProblems(settings, path),
  ];
}

function modelsOf({ model, canary }: InferenceServiceSettings): Record<string, ModelSettings> {
  return { ...(model && { model }), ...(canary && { "canary.model": canary.model }) };
}

function noModel(runtime: string, path: string): Problem {
  return {
    id: "kserve.no-model",
    path: `${path}.model`,
    got: `the runtime ${runtime} without a model`,
    allowed: "a model; only a custom runtime may have its own in the image",
    fix: 'set model, such as { type: "storage", storage: "models", path: "iris" }',
  };
}

function imageTwice(path: string): Problem {
  return {
    id: "kserve.image-twice",
    path: `${path}.image`,
    got: "image beside runtime.image",
    allowed: "one of them",
    fix: "remove image",
  };
}

/** Servers of a format send what they are asked to the model: nobody would read features. */
function featureProblems({ featureStore, transformer, runtime, image, env }: InferenceServiceSettings, path: string): Problem[] {
  if (!featureStore) return [];
  const reader = transformer ? { variables: transformer.env, at: "transformer.env" } : { variables: env, at: "env" };
  const reads = transformer !== undefined || runtime.type === "custom" || image !== undefined;
  return [
    ...featureVariableProblems(reader.variables, featureStore, { id: "kserve.variable-of-feature-store", path: `${path}.${reader.at}` }),
    ...(reads ? [] : [featuresUnread(featureStore.name, runtime.type, path)]),
  ];
}

function featuresUnread(store: string, runtime: string, path: string): Problem {
  return {
    id: "kserve.features-unread",
    path: `${path}.featureStore`,
    got: `the feature store ${store} for the image of ${runtime}, which reads no features`,
    allowed: "a feature store with a transformer, with a custom runtime or with an image of your own",
    fix: "set transformer to what reads the features of a request, or remove featureStore",
  };
}

function scalingProblems({ scaling }: InferenceServiceSettings, path: string): Problem[] {
  if (scaling.type !== "cpu") return [];
  if (scaling.min === 0) return [scaleToZero(path)];
  if (scaling.max > scaling.min) return [];
  return [
    {
      id: "kserve.scaling-range",
      path: `${path}.scaling.max`,
      got: `${scaling.max}, which is not more than min, ${scaling.min}`,
      allowed: "more than min",
      fix: 'raise max, or use scaling: { type: "fixed" }',
    },
  ];
}

/** Source: KServe v0.20.0, reconcilers/hpa/hpa_reconciler.go: it makes one of none. */
function scaleToZero(path: string): Problem {
  return {
    id: "kserve.scale-to-zero",
    path: `${path}.scaling.min`,
    got: "0 pods of a service that scales by its use of CPU",
    allowed: "at least 1: without Knative or KEDA's HTTP add-on, nothing holds a request until a pod has started",
    fix: "set min to 1",
  };
}

type Canary = NonNullable<InferenceServiceSettings["canary"]>;

/** Pods of a canary. Source: KServe v0.20.0, components/predictor.go, canaryReplicaCount. */
export function canaryPods(replicas: number, { trafficPercent }: Canary): number {
  return Math.ceil((replicas * trafficPercent) / 100);
}

/** In this mode KServe makes the pods of a canary and shares no requests: the share is that of the pods. */
function canaryProblems({ scaling, revision, model }: InferenceServiceSettings, canary: Canary, path: string): Problem[] {
  const at = `${path}.canary`;
  return [
    ...(canary.revision === revision ? [sameRevision(revision, at)] : []),
    ...(model === undefined ? [canaryWithoutModel(at)] : []),
    ...(scaling.type === "fixed" ? shareProblems(scaling.replicas, canary, at) : [scaledCanary(at)]),
  ];
}

function sameRevision(revision: string, path: string): Problem {
  return {
    id: "kserve.canary-same-revision",
    path: `${path}.revision`,
    got: `${show(revision)}, which the service has`,
    allowed: "another name",
    fix: "rename the revision of the canary",
  };
}

/** Source: KServe v0.20.0, apis/serving/v1beta1/inference_service_validation.go, validateCanarySpecs. */
function canaryWithoutModel(path: string): Problem {
  return {
    id: "kserve.canary-without-model",
    path,
    got: "a canary of a service whose model is in its image",
    allowed: "a canary of a service with model",
    fix: "set model beside it, or roll out by a second service",
  };
}

function scaledCanary(path: string): Problem {
  return {
    id: "kserve.canary-scaled",
    path,
    got: "a canary of a service that scales by its load",
    allowed: "a fixed number of pods while there is a canary: its share is that of its pods, and KServe gives it fixed ones",
    fix: 'use scaling: { type: "fixed", replicas: 10 } until the canary is promoted or removed',
  };
}

function shareProblems(replicas: number, canary: Canary, path: string): Problem[] {
  const { trafficPercent } = canary;
  if ((replicas * trafficPercent) % 100 === 0) return [];
  const pods = canaryPods(replicas, canary);
  const least = 100 / commonDivisor(trafficPercent, 100);
  return [
    {
      id: "kserve.canary-share",
      path: `${path}.trafficPercent`,
      got: `${trafficPercent} % of ${replicas} pods; with ${pods} of them the canary gets ${Math.round((100 * pods) / replicas)} %`,
      allowed: "a share of whole pods: without Knative, a canary gets the share of its pods",
      fix: `set scaling.replicas to ${least} or a multiple of it, or change trafficPercent`,
    },
  ];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
