/** Fetching a model into a pod: the container that does it, with endpoint, credentials and CA of what holds the model. */

import type { Construct, IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { bucketUri } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { imageFor } from "#lib/kube/images";
import { registryEnvironment } from "#lib/kube/model-registry";
import type { IModelStorage } from "#lib/kube/model-storage";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { type IPretrainedModel, pretrainedModelClient } from "#lib/kube/pretrained-model";
import { resources } from "#lib/kube/resources";
import { VERSION_ANNOTATION } from "#lib/kube/versioned-service";
import { ADAPTER_FOLDER, INITIALIZER, MODEL_FOLDER } from "./labels";
import { kservePin } from "./pin";
import type { ModelSettings } from "./service-schema";

/** How a pod gets a model. */
export interface FetchedModel {
  /** Its address, as KServe shows it. @default absent: it is on a claim, which KServe would mount a second time, or its version changes */
  readonly uri?: string;
  readonly initContainers: readonly JsonObject[];
  readonly volumes: readonly JsonObject[];
  /** Mounts of what was fetched, in the container that serves: read-only. */
  readonly volumeMounts: readonly JsonObject[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly dependencies: readonly IDependable[];
}

/** A folder of a storage, and where it goes. */
interface FetchedFolder {
  readonly storage: IModelStorage;
  readonly path: string;
  readonly to: string;
}

/** Storages from which files are fetched. */
export function storagesOf(model: ModelSettings | undefined): IModelStorage[] {
  if (model?.type === "storage") return [model.storage];
  if (model?.type === "pretrained") return model.model.storage ? [model.model.storage] : [];
  return model?.type === "registry" && model.storage ? [model.storage] : [];
}

/** What {@link fetchModel} needs. */
export interface FetchOptions {
  readonly namespace: string;
  /** Size of the volume. */
  readonly scratch: Size;
  /** Adapters. */
  readonly adapters: readonly FetchedFolder[];
  /** Does an annotation of the pod name the version of a model in MLflow? That of the model is fetched where there is none. @default false */
  readonly followsAnnotation?: boolean;
}

/** Is the model on a claim, so that no pod fetches it? */
export function isOnClaim(model: ModelSettings | undefined): boolean {
  return model?.type === "pretrained" && model.model.storage === undefined;
}

/** How pods get a model. */
export function fetchModel(scope: Construct, model: ModelSettings, options: FetchOptions): FetchedModel {
  if (model.type !== "pretrained") return fetchInto(scope, model, options);
  const { namespace } = options;
  const { place, dependency } = model.model.enter(namespace);
  if (place.type === "volume") return fromClaim(scope, model.model, options);
  const fetched = fetchInto(scope, { type: "storage", storage: place.storage, path: place.folder }, options);
  return { ...fetched, dependencies: [...fetched.dependencies, dependency] };
}

/** The claim of the namespace; only adapters are fetched. */
function fromClaim(scope: Construct, model: IPretrainedModel, { namespace, adapters, ...options }: FetchOptions): FetchedModel {
  const { volumes, volumeMounts, dependencies } = pretrainedModelClient(model, namespace, { mountPath: MODEL_FOLDER });
  const fetched = fetchInto(scope, undefined, { namespace, adapters, ...options });
  return {
    ...fetched,
    volumes: [...volumes, ...fetched.volumes],
    volumeMounts: [...volumeMounts, ...fetched.volumeMounts],
    dependencies: [...fetched.dependencies, ...dependencies],
  };
}

/** A model that a pod fetches itself. */
type FetchedSettings = Exclude<ModelSettings, { readonly type: "pretrained" }>;

/**
 * The container that fetches a model, named as KServe's own, which then adds none: its image, size, security and variables are in the object, where the
 * checks of pods see them. Source: KServe v0.20.0, webhook/admission/pod/storage_initializer_injector.go, CommonStorageInitialization.
 */
function fetchInto(
  scope: Construct,
  model: FetchedSettings | undefined,
  { namespace, scratch, adapters, followsAnnotation = false }: FetchOptions,
): FetchedModel {
  const buckets = bucketSet([...new Set([...storagesOf(model), ...adapters.map(({ storage }) => storage)])], namespace);
  const container = (name: string, { image, command, args, env, fields = [] }: Program, target: JsonObject): JsonObject => ({
    name,
    image: imageFor(scope, image),
    imagePullPolicy: "IfNotPresent",
    ...(command && { command: [...command] }),
    args: [...args],
    env: [...environmentVariables({ HOME: "/tmp", ...bucketVariables(buckets), ...env }), ...fields],
    resources: resources({ cpu: 0.5, memory: Size.gibibytes(1) }, { cpu: 1, memory: Size.gibibytes(2) }),
    securityContext: restrictedContainerSecurity(),
    volumeMounts: [target, mount("tmp", "/tmp"), ...(buckets.trust ? [{ ...buckets.trust.mount }] : [])],
  });
  const pairs = adapters.flatMap(({ storage, path, to }) => [storageUri(storage, path), to]);
  const fetched = [
    ...(model ? [{ volume: "model", folder: MODEL_FOLDER, name: INITIALIZER, program: programOf(model, followsAnnotation) }] : []),
    ...(pairs.length > 0 ? [{ volume: "adapters", folder: ADAPTER_FOLDER, name: "adapters", program: initializer(pairs) }] : []),
  ];
  return {
    ...(model && !followsAnnotation && { uri: uriOf(model) }),
    initContainers: fetched.map(({ name, program, volume, folder }) => container(name, program, mount(volume, folder))),
    volumes: [
      ...fetched.map(({ volume }) => ({ name: volume, emptyDir: { sizeLimit: `${scratch}` } })),
      ...(buckets.trust ? [secretVolume(buckets.trust.volume)] : []),
    ],
    volumeMounts: fetched.map(({ volume, folder }) => ({ ...mount(volume, folder), readOnly: true })),
    annotations: buckets.annotations,
    dependencies: [...buckets.dependencies, ...(model?.type === "registry" ? [model.registry] : [])],
  };
}

function mount(name: string, mountPath: string): JsonObject {
  return { name, mountPath };
}

interface Program {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | SecretRef>>;
  /** Variables with fields of the pod. @default none */
  readonly fields?: readonly JsonObject[];
}

/** No telemetry, and not the Hub's other client, whose buffers need gigabytes. Source: huggingface_hub, "Environment variables". */
const HUB_ENV = { HF_HUB_DISABLE_TELEMETRY: "1", HF_HUB_DISABLE_XET: "1" };

/** KServe's program takes pairs of address and folder. */
function initializer(pairs: readonly string[], env: Program["env"] = {}): Program {
  return { image: kservePin.images.storage, args: pairs, env };
}

function programOf(model: FetchedSettings, followsAnnotation: boolean): Program {
  switch (model.type) {
    case "storage":
      return initializer([uriOf(model), MODEL_FOLDER]);
    case "hub":
      return initializer([uriOf(model), MODEL_FOLDER], { ...HUB_ENV, ...(model.token && { HF_TOKEN: model.token }) });
    case "registry":
      return followsAnnotation ? versionedProgram(model) : registryProgram(model);
  }
}

/** Without the annotation the variable is empty. */
function versionedProgram(model: Extract<ModelSettings, { readonly type: "registry" }>): Program {
  const script = `exec mlflow artifacts download --artifact-uri "models:/$0/\${MODEL_VERSION:-$1}" --dst-path "$2"`;
  return {
    ...registryProgram(model),
    command: ["sh", "-c", script],
    args: [model.name, model.version, MODEL_FOLDER],
    fields: [{ name: "MODEL_VERSION", valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${VERSION_ANNOTATION}']` } } }],
  };
}

function registryProgram({ registry, name, version, user }: Extract<ModelSettings, { readonly type: "registry" }>): Program {
  const env = {
    ...registryEnvironment(registry),
    ...(user && { MLFLOW_TRACKING_USERNAME: user.username, MLFLOW_TRACKING_PASSWORD: user.password }),
  };
  switch (registry.api) {
    case "mlflow":
      return {
        image: kservePin.images.mlflow,
        command: ["mlflow"],
        args: ["artifacts", "download", "--artifact-uri", `models:/${name}/${version}`, "--dst-path", MODEL_FOLDER],
        env,
      };
    case "kubeflow":
      return { image: kservePin.images.modelRegistry, args: [`model-registry://${name}/${version}`, MODEL_FOLDER], env };
  }
}

/** KServe admits a scheme that it knows, or none: an address of a registry has a single slash. Source: KServe v0.20.0, ValidateStorageURI. */
function uriOf(model: FetchedSettings): string {
  switch (model.type) {
    case "storage":
      return storageUri(model.storage, model.path);
    case "hub":
      return `hf://${model.id}:${model.revision}`;
    case "registry":
      return `models:/${model.name}/${model.version}`;
  }
}

/**
 * KServe takes Azure's buckets by their HTTPS address, and of S3 every key that begins with the path: without a slash at its end `iris/1` would be `iris/10`,
 * too. Source: KServe v0.20.0, python/storage, kserve_storage.py, _AZURE_BLOB_RE and _download_s3.
 */
function storageUri({ location }: IModelStorage, path: string): string {
  if (location.api === "s3") return `${bucketUri(location, path)}/`;
  if (location.api !== "azure") return bucketUri(location, path);
  const { account, bucket, prefix } = location;
  return [`https://${account}.blob.core.windows.net`, bucket, ...(prefix === undefined ? [] : [prefix]), path].join("/");
}

/** The variables that KServe's program reads beside those of SDKs. Source: KServe v0.20.0, python/storage, kserve_storage.py. */
function bucketVariables({ entered, environment }: BucketSet): Readonly<Record<string, string | SecretRef>> {
  const endpoint = environment["AWS_ENDPOINT_URL_S3"];
  const azureKey = environment["AZURE_STORAGE_KEY"];
  const isPublic = entered.some(({ bucket, access }) => bucket.location.api === "s3" && access.credentials.type === "public");
  return {
    ...environment,
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
    ...(azureKey !== undefined && { AZURE_STORAGE_ACCESS_KEY: azureKey }),
    ...(isPublic && { awsAnonymousCredential: "true" }),
  };
}
