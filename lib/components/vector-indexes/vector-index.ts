/** A vector index: made in its store by a Job that changes nothing when it runs again. */

import { ConfigMap, Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import { Duration } from "#lib/core/duration";
import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { IndexPlan, IndexShape } from "#lib/kube/index-plan";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems, isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import type { IVectorIndex } from "#lib/kube/vector-index";
import type { IVectorStore, StoreAuth } from "#lib/kube/vector-store";
import { vectorIndexProblems } from "./checks";
import { CREATE_SCRIPT } from "./create-script";
import { vectorIndexesPin } from "./pin";
import { type VectorIndexProps, type VectorIndexSettings, vectorIndexSchema } from "./schema";

/** Where the Job has its program, and the CA of the store. */
const FOLDER = "/beamstack";
const CA_FOLDER = "/etc/beamstack/store-ca";

/** Name of an index. */
export interface VectorIndexPlace {
  readonly name: string;
}

/** A vector index. Vectors stay when it leaves the environment. */
export class VectorIndex extends Construct implements IVectorIndex {
  public readonly name: string;
  public readonly store: IVectorStore;
  public readonly shape: IndexShape;
  /** Name of the Job: another one for each change. */
  public readonly jobName: string;

  public constructor(scope: Construct, id: string, props: VectorIndexProps & VectorIndexPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, vectorIndexesPin.name);
    const settings = settingsOf(this, vectorIndexSchema, own);
    const { store } = settings;
    this.name = name;
    this.store = store;
    this.shape = shapeOf(name, settings);
    const plan = store.indexPlan(this.shape);
    addProblems(this, vectorIndexProblems(settings, plan.maxDimensions, ownerOf(this).source));
    const files = { "plan.json": `${JSON.stringify(planOf(store, this.shape, plan), null, 1)}\n`, "create.py": CREATE_SCRIPT };
    this.jobName = `index-${name}-${digest([files, vectorIndexesPin.images.python]).slice(0, 8)}`;
    if (isSound(this)) this.addJob(files);
  }

  private addJob(files: Readonly<Record<string, string>>): void {
    const { store, jobName: name } = this;
    const { namespace, auth, ca } = store;
    const script = new ConfigMap(this, "Files", { metadata: { name, namespace }, data: { ...files }, immutable: true });
    const mounts: VolumeMount[] = [
      { path: FOLDER, volume: Volume.fromConfigMap(this, "FilesVolume", script, { name: "files" }), readOnly: true },
    ];
    if (ca) mounts.push({ path: CA_FOLDER, volume: this.caVolume(ca), readOnly: true });
    const job = new HardenedWorkload(this, "Job", {
      name,
      namespace,
      kind: { type: "job", deadline: Duration.minutes(30), tries: 3 },
      containers: [
        {
          image: vectorIndexesPin.images.python,
          command: ["python", `${FOLDER}/create.py`],
          env: { PYTHONDONTWRITEBYTECODE: "1", ...secretsOf(auth) },
          requests: { cpu: 0.05, memory: Size.mebibytes(64) },
          limits: { cpu: 0.5, memory: Size.mebibytes(128) },
          mounts,
        },
      ],
      calls: { store: { to: store.pods, ports: store.ports } },
      imagePullSecrets: pullSecretsOf(this),
    });
    job.node.addDependency(store, script);
  }

  private caVolume({ name, key }: SecretRef): Volume {
    return Volume.fromSecret(this, "CaVolume", Secret.fromSecretName(this, "Ca", name), {
      name: "store-ca",
      items: { [key]: { path: "ca.crt" } },
    });
  }
}

function shapeOf(name: string, settings: VectorIndexSettings): IndexShape {
  const { version, served = version, keep, dimensions, similarity, vectorField, shards, copies } = settings;
  const versions = keep === undefined ? 0 : Math.max(0, served - 1 - keep);
  return {
    alias: name,
    index: `${name}-v${version}`,
    served: `${name}-v${served}`,
    expired: Array.from({ length: versions }, (_, at) => `${name}-v${at + 1}`),
    dimensions,
    similarity,
    ...(vectorField !== undefined && { vectorField }),
    shards,
    copies,
  };
}

/** What the program reads. */
function planOf({ endpoints, auth, ca }: IVectorStore, { alias, index, served }: IndexShape, plan: IndexPlan): JsonObject {
  const url = endpoints.find(({ protocol }) => protocol === "http")?.url ?? "";
  const { read, create, fixed, serve, expire, keyHeader } = plan;
  return {
    url,
    alias,
    index,
    served,
    ...(ca && { ca: `${CA_FOLDER}/ca.crt` }),
    ...(auth.type === "basic" && { user: auth.user }),
    ...(auth.type === "api-key" && keyHeader !== undefined && { keyHeader }),
    read,
    create: { ...create },
    fixed: fixed.map(({ path, value }) => ({ path: [...path], value })),
    serve: { ...serve },
    expire: expire.map((each) => ({ ...each })),
  };
}

function secretsOf(auth: StoreAuth): Readonly<Record<string, SecretRef>> {
  switch (auth.type) {
    case "basic":
      return { STORE_PASSWORD: auth.password };
    case "api-key":
      return { STORE_KEY: auth.key };
    case "none":
      return {};
  }
}
