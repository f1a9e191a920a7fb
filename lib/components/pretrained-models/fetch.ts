/** The Job that fetches a model: its containers, what they need and the way to the source. */

import { Size as CdkSize } from "cdk8s";
import { PersistentVolumeClaim, Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct, IDependable } from "constructs";
import { canonicalJson, type JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
import { endOfHost, type FlowProps, type PodsEnd } from "#lib/kube/network";
import { provideSecret } from "#lib/kube/secret-store";
import { bucketsOf } from "./checks";
import { pretrainedModelsPin } from "./pin";
import type { PretrainedModelSettings } from "./schema";
import { FETCH_MODEL } from "./scripts";

/** Folder of the containers in which the model is fetched. */
const ROOT = "/models";

const TEMPORARY = Size.gibibytes(1);

const LOGS = Size.gibibytes(1);

/** Folder of a claim with the verified files. */
export const MODEL_FOLDER = "model";

/** Settings of a model with its name. */
export type NamedModel = PretrainedModelSettings & { readonly name: string };

/** Where a Job fetches a model to. */
export interface FetchPlace {
  readonly namespace: string;
  /** Claim of the namespace. @default a temporary volume, from which the model is uploaded to `folder` */
  readonly claim?: string;
  /** Folder in the model storage. */
  readonly folder: string;
}

/** What the Job is made of. */
interface Fetch {
  readonly containers: readonly HardenedContainer[];
  readonly initContainers: readonly HardenedInitContainer[];
  readonly annotations: BucketSet["annotations"];
  readonly dependencies: readonly IDependable[];
  readonly flows: (from: PodsEnd) => FlowProps[];
}

/** The Job's parts; `scope` owns their volumes. */
export function fetchOf(scope: Construct, model: NamedModel, place: FetchPlace): Fetch {
  const buckets = bucketsOf(model);
  const { environment, annotations, trust, dependencies } = bucketSet(buckets, place.namespace);
  const secret = secretOf(model, place.namespace);
  const volume = { path: ROOT, volume: rootVolume(scope, model, place) };
  const main: HardenedContainer = {
    image: pretrainedModelsPin.images.fetch,
    command: ["python", "-c"],
    args: [FETCH_MODEL],
    env: {
      ...environment,
      MODEL_ROOT: ROOT,
      MODEL_FILES: canonicalJson(model.files),
      MODEL_SOURCE: canonicalJson(sourceText(model, place.namespace)),
      MODEL_TARGET: canonicalJson(targetText(model, place)),
      ...hubEnvironment(model, secret?.ref),
    },
    requests: { cpu: 0.5, memory: Size.gibibytes(2), ephemeralStorage: diskOf(model, place) },
    scratch: { "/tmp": TEMPORARY },
    mounts: [volume, ...caVolumeMounts(scope, trust)],
  };
  return {
    containers: [main],
    initContainers: pullContainers(scope, model, { volume, key: secret?.ref }),
    annotations,
    dependencies: [...dependencies, ...(secret?.dependency ? [secret.dependency] : [])],
    flows: (from) => [...buckets.flatMap((bucket) => bucketFlows(bucket, `model.${model.name}`, from)), ...sourceFlows(model, from)],
  };
}

function rootVolume(scope: Construct, { size }: NamedModel, { claim }: FetchPlace): Volume {
  if (claim === undefined)
    return Volume.fromEmptyDir(scope, "Volume-models", "models", { sizeLimit: CdkSize.mebibytes(roomFor(size).inMebibytes) });
  const source = PersistentVolumeClaim.fromClaimName(scope, "Source-models", claim);
  return Volume.fromPersistentVolumeClaim(scope, "Volume-models", source, { name: "models" });
}

/** Room for the files, for what the Hub's client keeps beside them, and for what file systems need. */
export function roomFor({ bytes }: Size): Size {
  return Size.mebibytes(Math.ceil((bytes * 1.1) / 1024 ** 2) + 64);
}

/** Local disk: temporary files, logs and, without a claim, the model. */
function diskOf({ size }: NamedModel, { claim }: FetchPlace): Size {
  return Size.ofBytes(TEMPORARY.bytes + LOGS.bytes + (claim === undefined ? roomFor(size).bytes : 0));
}

function secretOf({ name, source }: NamedModel, namespace: string) {
  const place = (key: string) => ({ ...secretRef(`${name}-model-source`, key), namespace });
  if (source.type === "hugging-face" && source.token) return provideSecret(source.token, place("token"));
  if (source.type === "oci" && source.registryKey) return provideSecret(source.registryKey, place("config.json"));
  return undefined;
}

/** The client keeps locks and tokens in its home, and the root of the image is read-only. Source: huggingface_hub, "Environment variables". */
function hubEnvironment({ source }: NamedModel, token: SecretRef | undefined): Readonly<Record<string, string | SecretRef>> {
  if (source.type !== "hugging-face") return {};
  return {
    HF_HOME: "/tmp/huggingface",
    HF_ENDPOINT: source.endpoint,
    HF_HUB_DISABLE_TELEMETRY: "1",
    // Its buffers need gigabytes.
    HF_HUB_DISABLE_XET: "1",
    ...(token && { HF_TOKEN: token }),
  };
}

/** What the program reads of a bucket. */
function bucketText(bucket: IBucket, namespace: string, below: string | undefined): JsonObject {
  const { location } = bucket;
  const folder = [location.prefix, below].filter((part) => part !== undefined && part !== "").join("/");
  return {
    location: {
      api: location.api,
      bucket: location.bucket,
      ...(location.api === "azure" && { account: location.account }),
      public: bucket.enter(namespace).credentials.type === "public",
    },
    folder: folder === "" ? "" : `${folder}/`,
  };
}

function sourceText({ source }: NamedModel, namespace: string): JsonObject {
  switch (source.type) {
    case "hugging-face":
      return { type: source.type, repository: source.repository, revision: source.revision };
    case "bucket":
      return { type: source.type, ...bucketText(source.bucket, namespace, source.path) };
    case "oci":
      return { type: source.type };
  }
}

function targetText({ place }: NamedModel, { namespace, folder }: FetchPlace): JsonObject {
  return place.type === "volume" ? { type: "volume" } : { type: "bucket", ...bucketText(place.storage, namespace, folder) };
}

interface Pull {
  readonly volume: VolumeMount;
  /** `.dockerconfigjson` of the registry. */
  readonly key: SecretRef | undefined;
}

/** The layers of an artifact become files of their titles. A model that is there is not pulled again. Source: ORAS 1.3, "oras pull". */
function pullContainers(scope: Construct, { source }: NamedModel, { volume, key }: Pull): HardenedInitContainer[] {
  if (source.type !== "oci") return [];
  const config = "/etc/registry/config.json";
  const keyed = key ? ` --registry-config ${config}` : "";
  return [
    {
      name: "pull",
      image: pretrainedModelsPin.images.oci,
      command: ["sh", "-c"],
      args: [`test -d ${ROOT}/${MODEL_FOLDER} || exec oras pull "$ARTIFACT" --output ${ROOT}/incoming --no-tty${keyed}`],
      env: { ARTIFACT: source.artifact, HOME: "/tmp" },
      requests: { cpu: 0.2, memory: Size.mebibytes(512) },
      scratch: { "/tmp": Size.mebibytes(64) },
      mounts: [volume, ...(key ? [{ path: "/etc/registry", volume: keyVolume(scope, key), readOnly: true }] : [])],
    },
  ];
}

function keyVolume(scope: Construct, { name, key }: SecretRef): Volume {
  const items = { [key]: { path: "config.json" } };
  return Volume.fromSecret(scope, "Volume-registry", Secret.fromSecretName(scope, "Secret-registry", name), { name: "registry", items });
}

/** The way to a source outside of buckets. */
function sourceFlows({ name, source }: NamedModel, from: PodsEnd): FlowProps[] {
  if (source.type === "bucket") return [];
  const { hostname, port, protocol } = new URL(source.type === "oci" ? `https://${source.artifact.split("/")[0]}` : source.endpoint);
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  return [{ name: `model.${name}-to-source`, from, to: endOfHost(hostname), ports: [{ port: number }] }];
}
