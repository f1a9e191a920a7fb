/** A pre-trained model: fetched by a Job that verifies it, into a claim of each namespace of its readers or into a model storage. */

import { k8s } from "cdk8s-plus-28";
import { Construct, type IDependable } from "constructs";
import { digest } from "#lib/core/digest";
import { canonicalJson } from "#lib/core/json";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { jobVersion } from "#lib/kube/job-version";
import type { IModelStorage } from "#lib/kube/model-storage";
import { allow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import type { IPretrainedModel, ModelFacts, ModelFormat, PretrainedModelAccess } from "#lib/kube/pretrained-model";
import { settingsOf } from "#lib/kube/props";
import { modelProblems } from "./checks";
import { type FetchPlace, fetchOf, MODEL_FOLDER, type NamedModel, roomFor } from "./fetch";
import { formatOf } from "./formats";
import { MODEL_ANNOTATION, MODEL_LABEL } from "./labels";
import { pretrainedModelsPin } from "./pin";
import { type ModelSource, type PretrainedModelProps, pretrainedModelSchema } from "./schema";

/** Name of a model in the environment. */
export interface PretrainedModelContext {
  readonly name: string;
}

/** A pre-trained model. */
export class PretrainedModel extends Construct implements IPretrainedModel {
  public readonly name: string;
  public readonly format: ModelFormat;
  public readonly files: readonly string[];
  public readonly revision: string;
  public readonly facts: ModelFacts | undefined;
  public readonly storage: IModelStorage | undefined;
  public readonly isOnSeveralNodes: boolean;
  private readonly settings: NamedModel;
  private readonly entered = new Map<string, PretrainedModelAccess>();
  private readonly readers = new Set<string>();
  /** Part of names that changes with the content. */
  private readonly content: string;

  public constructor(scope: Construct, id: string, props: PretrainedModelProps & PretrainedModelContext) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, pretrainedModelsPin.name);
    const settings = settingsOf(this, pretrainedModelSchema, own, { checks: (each, path) => modelProblems(name, each, path) });
    const { files, source, facts, place } = settings;
    this.name = name;
    this.settings = { ...settings, name };
    this.content = digest({ files, source: revisionOf(source) ?? null }).slice(0, 8);
    this.format = formatOf(files);
    this.files = Object.keys(files);
    this.revision = revisionOf(source) ?? `sha256:${digest(files)}`;
    this.facts = facts;
    this.storage = place.type === "bucket" ? place.storage : undefined;
    this.isOnSeveralNodes = place.type === "bucket" || place.accessMode === "ReadWriteMany";
    for (const namespace of place.type === "volume" ? place.namespaces : [place.namespace]) this.accessIn(namespace);
  }

  /** Does anything read it, or may it? */
  public get used(): boolean {
    const { place } = this.settings;
    return this.readers.size > 0 || (place.type === "volume" && place.namespaces.length > 0);
  }

  public enter(namespace: string): PretrainedModelAccess {
    this.readers.add(namespace);
    return this.accessIn(namespace);
  }

  private accessIn(namespace: string): PretrainedModelAccess {
    const { place } = this.settings;
    // A storage has the model once for all namespaces.
    const home = place.type === "bucket" ? place.namespace : namespace;
    const access = this.entered.get(home) ?? this.provide(home);
    this.entered.set(home, access);
    return access;
  }

  private provide(namespace: string): PretrainedModelAccess {
    const { name, place } = this.settings;
    if (place.type === "bucket") {
      const folder = `pretrained/${name}/${this.content}`;
      return { place: { type: "bucket", storage: place.storage, folder }, dependency: this.fetch({ namespace, folder }) };
    }
    const claim = this.claim(namespace);
    const { name: claimName } = claim;
    const job = this.fetch({ namespace, folder: MODEL_FOLDER, claim: claimName }, [claim]);
    return { place: { type: "volume", claim: claimName, folder: MODEL_FOLDER }, dependency: job };
  }

  /** Each content has its own claim: readers of the former one keep their files. */
  private claim(namespace: string): k8s.KubePersistentVolumeClaim {
    const { name, place, size } = this.settings;
    const { storageClass, accessMode } = place.type === "volume" ? place : { storageClass: undefined, accessMode: "ReadWriteOnce" };
    return new k8s.KubePersistentVolumeClaim(this, `Claim-${namespace}`, {
      metadata: { name: `${name}-${this.content}`, namespace, ...this.marks() },
      spec: {
        accessModes: [accessMode],
        ...(storageClass !== undefined && { storageClassName: storageClass }),
        resources: { requests: { storage: k8s.Quantity.fromString(roomFor(size).toString()) } },
      },
    });
  }

  private fetch(place: FetchPlace, after: readonly IDependable[] = []): IDependable {
    const { name, pool, deadline } = this.settings;
    const scope = new Construct(this, `Fetch-${place.namespace}`);
    const { containers, initContainers, annotations, dependencies, flows } = fetchOf(scope, this.settings, place);
    const version = jobVersion(this, { containers: [...initContainers, ...containers], pool, others: { place: { ...place } } });
    const job = new HardenedWorkload(scope, "Job", {
      name: `${name}-fetch-${version}`,
      namespace: place.namespace,
      // Each try goes on where the last one ended.
      kind: { type: "job", deadline, tries: 4 },
      containers,
      initContainers,
      userId: IMAGE_USER,
      account: { annotations },
      labels: this.marks().labels,
      ...(pool && { pool }),
    });
    job.workload.metadata.addAnnotation(MODEL_ANNOTATION, this.marks().annotations[MODEL_ANNOTATION] ?? "");
    job.node.addDependency(...dependencies, ...after);
    allow(scope, flows(job.pods));
    return job;
  }

  private marks() {
    const { name, licence } = this.settings;
    const text = canonicalJson({ licence, revision: this.revision, format: this.format, ...(this.facts && { facts: { ...this.facts } }) });
    return { labels: { [MODEL_LABEL]: name }, annotations: { [MODEL_ANNOTATION]: text } };
  }
}

/** User of the image that fetches. Source: KServe v0.20.0, python/storage-initializer.Dockerfile. */
const IMAGE_USER = 1000;

/** What a source pins by itself; a bucket does not. */
function revisionOf(source: ModelSource): string | undefined {
  switch (source.type) {
    case "hugging-face":
      return source.revision;
    case "oci":
      return source.artifact.split("@")[1];
    case "bucket":
      return undefined;
  }
}
