/** A vector index: made in its store by a Job that changes nothing when it runs again. */

import { ConfigMap, Volume } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { IndexShape } from "#lib/kube/index-plan";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems, isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import type { IVectorIndex } from "#lib/kube/vector-index";
import type { IVectorStore } from "#lib/kube/vector-store";
import { vectorIndexProblems } from "./checks";
import { vectorIndexesPin } from "./pin";
import { FOLDER, type IndexProgram, programOf } from "./program";
import { type VectorIndexProps, type VectorIndexSettings, vectorIndexSchema } from "./schema";

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
    addProblems(this, vectorIndexProblems(settings, plan, ownerOf(this).source));
    const program = programOf(store, this.shape, plan);
    this.jobName = `index-${name}-${digest([program.files, program.image, variablesOf(program)]).slice(0, 8)}`;
    if (isSound(this)) this.addJob(program);
  }

  private addJob({ files, image, command, env, trust }: IndexProgram): void {
    const { store, jobName: name } = this;
    const { namespace } = store;
    const script = new ConfigMap(this, "Files", { metadata: { name, namespace }, data: { ...files }, immutable: true });
    const volume = Volume.fromConfigMap(this, "FilesVolume", script, { name: "files" });
    const job = new HardenedWorkload(this, "Job", {
      name,
      namespace,
      kind: { type: "job", deadline: Duration.minutes(30), tries: 3 },
      containers: [
        {
          image,
          command,
          env,
          requests: { cpu: 0.05, memory: Size.mebibytes(64) },
          limits: { cpu: 0.5, memory: Size.mebibytes(128) },
          mounts: [{ path: FOLDER, volume, readOnly: true }, ...caVolumeMounts(this, trust)],
        },
      ],
      calls: { store: { to: store.pods, ports: store.ports } },
      imagePullSecrets: pullSecretsOf(this),
    });
    job.node.addDependency(store, script);
  }
}

function variablesOf({ env }: IndexProgram): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${typeof value === "string" ? value : `${value.name}/${value.key}`}`);
}

function shapeOf(name: string, settings: VectorIndexSettings): IndexShape {
  const { store, version, served = version, keep, dimensions, similarity, vectorField, shards, copies } = settings;
  const { separator = "-" } = store;
  const alias = name.replaceAll("-", separator);
  const versionOf = (number: number) => `${alias}${separator}v${number}`;
  const versions = keep === undefined ? 0 : Math.max(0, served - 1 - keep);
  return {
    alias,
    index: versionOf(version),
    served: versionOf(served),
    expired: Array.from({ length: versions }, (_, at) => versionOf(at + 1)),
    dimensions,
    similarity,
    ...(vectorField !== undefined && { vectorField }),
    shards,
    copies,
  };
}
