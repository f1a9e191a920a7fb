/** Values of a pipeline's file by reference: folders of buckets, pre-trained models, and servers of models. */

import type { IDependable } from "constructs";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { IBeamRunner } from "#lib/kube/beam-runner";
import type { BucketLocation, IBucket } from "#lib/kube/bucket";
import { bucketFlows, bucketUri } from "#lib/kube/bucket-clients";
import type { ILanguageModel, IModelServer } from "#lib/kube/model-server";
import type { FlowProps } from "#lib/kube/network";
import { type IPretrainedModel, pretrainedModelClient } from "#lib/kube/pretrained-model";
import type { BeamPipelineSettings } from "./schema";

/** A pipeline whose bindings are resolved. */
export interface ReferenceContext {
  readonly name: string;
  /** Path of its props. */
  readonly path: string;
  readonly namespace: string;
  readonly runner: IBeamRunner;
}

/** What a binding gives. */
interface Resolved {
  readonly value: PipelineBinding;
  /** A model in a volume, which the workers mount. */
  readonly model?: IPretrainedModel;
  readonly dependencies?: readonly IDependable[];
  readonly flows?: readonly FlowProps[];
  readonly problems?: readonly Problem[];
}

/** Bindings without references, and what they need. */
export interface ResolvedBindings {
  readonly bindings: Readonly<Record<string, PipelineBinding>>;
  /** Models in volumes, which the workers mount. */
  readonly models: readonly IPretrainedModel[];
  readonly dependencies: readonly IDependable[];
  readonly flows: readonly FlowProps[];
  readonly problems: readonly Problem[];
}

/** Settings of a pipeline whose bindings are values and secrets. */
export type ResolvedSettings = Omit<BeamPipelineSettings, "bindings"> & Pick<ResolvedBindings, "bindings">;

type Binding = BeamPipelineSettings["bindings"][string];
type Reference<T extends Binding["type"]> = Extract<Binding, { readonly type: T }>;

/** Puts values in the place of references. */
export function resolveBindings(bindings: BeamPipelineSettings["bindings"], context: ReferenceContext): ResolvedBindings {
  const all = Object.entries(bindings).map(([name, binding]) => {
    const at = joinPath(`${context.path}.bindings`, [name]);
    return { name, ...resolved(binding, name, { ...context, path: at }) };
  });
  return {
    bindings: Object.fromEntries(all.map(({ name, value }) => [name, value])),
    models: [...new Set(all.flatMap(({ model }) => model ?? []))],
    dependencies: all.flatMap(({ dependencies = [] }) => dependencies),
    flows: all.flatMap(({ flows = [] }) => flows),
    problems: all.flatMap(({ problems = [] }) => problems),
  };
}

function resolved(binding: Binding, name: string, context: ReferenceContext): Resolved {
  switch (binding.type) {
    case "bucket-read":
    case "bucket-write":
      return inBucket(binding, name, context);
    case "pretrained-model":
      return modelOf(binding, context);
    case "model-server":
      return serverOf(binding, context);
    case "language-model": {
      const { model, value } = binding;
      // Where OpenAI's API begins. Source: vLLM 0.33, OpenAI-compatible server.
      return served(model, value === "url" ? `${model.url}/v1` : model.model, context);
    }
    default:
      return { value: binding };
  }
}

const text = (value: string): PipelineBinding => ({ type: "value", value });

/** Fields of MLTransform, and what it does with them. Source: Beam 2.77.0, ml/transforms/base.py. */
const ARTIFACTS: Readonly<Record<string, "bucket-read" | "bucket-write">> = {
  write_artifact_location: "bucket-write",
  read_artifact_location: "bucket-read",
};

function inBucket(binding: Reference<"bucket-read" | "bucket-write">, name: string, context: ReferenceContext): Resolved {
  const { namespace, runner, path } = context;
  const bucket = binding.type === "bucket-read" ? binding.from : binding.to;
  const access = bucket.enter(namespace);
  const meant = ARTIFACTS[name.split(".").at(-1) ?? ""];
  return {
    value: text(beamUri(bucket.location, binding.path)),
    dependencies: [access.dependency],
    flows: flowsTo(bucket, context),
    problems: [
      ...notOfRunner(bucket, { runner, path }),
      ...(binding.type === "bucket-write" && access.credentials.type === "public" ? [readOnly(bucket, path)] : []),
      ...(meant !== undefined && meant !== binding.type ? [otherDirection(name, meant, context)] : []),
    ],
  };
}

/** Where the runner's workers have buckets, it has opened the way to them. */
function flowsTo(bucket: IBucket, { runner, name }: ReferenceContext): FlowProps[] {
  return runner.buckets ? [] : bucketFlows(bucket, `pipeline.${name}.workers`, runner.workers);
}

/** The URI by which Beam's file systems know a folder. Source: Beam 2.77.0, io/azure/blobstoragefilesystem.py: `azfs://account/container/path`. */
function beamUri(location: BucketLocation, below = ""): string {
  if (location.api !== "azure") return bucketUri(location, below);
  return `azfs://${[location.account, location.bucket, location.prefix ?? "", below].filter((part) => part !== "").join("/")}`;
}

function notOfRunner(bucket: IBucket, { runner, path }: Pick<ReferenceContext, "runner" | "path">): Problem[] {
  if (!runner.buckets || runner.buckets.includes(bucket)) return [];
  return [
    {
      id: "beam.bucket-not-of-runner",
      path,
      got: `the bucket ${bucket.name}, which the workers of the runner do not have`,
      allowed: "buckets of the runner: its workers have their credentials and the way to them",
      fix: `add "${bucket.name}" to the buckets of the runner`,
    },
  ];
}

function readOnly({ name }: IBucket, path: string): Problem {
  return {
    id: "beam.bucket-read-only",
    path,
    got: `the bucket ${name}, which anybody may read and nobody may write`,
    allowed: "a bucket with credentials",
    fix: "set credentials of the bucket, or use another one",
  };
}

function otherDirection(name: string, meant: Binding["type"], { path }: ReferenceContext): Problem {
  return {
    id: "beam.artifacts-direction",
    path,
    got: `a bucket that is ${meant === "bucket-write" ? "read" : "written"}, for ${name}`,
    allowed: `type "${meant}"`,
    fix: `set type to "${meant}"`,
  };
}

function modelOf({ model }: Reference<"pretrained-model">, context: ReferenceContext): Resolved {
  const { place, dependency } = model.enter(context.namespace);
  if (place.type === "volume")
    return { value: text(pretrainedModelClient(model, context.namespace).path ?? ""), model, dependencies: [dependency] };
  const { storage, folder } = place;
  return {
    value: text(beamUri(storage.location, folder)),
    dependencies: [dependency],
    flows: flowsTo(storage, context),
    problems: notOfRunner(storage, context),
  };
}

function serverOf({ service, value }: Reference<"model-server">, context: ReferenceContext): Resolved {
  const given = value === "url" ? service.url : service.modelName;
  if (given !== undefined) return served(service, given, context);
  const problem = {
    id: "beam.model-name-unknown",
    path: `${context.path}.value`,
    got: `the name of the model of ${service.name}, which its files or its image say`,
    allowed: "a service that says its model's name",
    fix: "write the name into the file",
  };
  return { value: text(""), problems: [problem] };
}

function served(server: IModelServer | ILanguageModel, value: string, { name, runner }: ReferenceContext): Resolved {
  const { pods, ports } = server;
  const flow = { name: `pipeline.${name}.workers-to-model.${server.name}`, from: runner.workers, to: pods, ports };
  return { value: text(value), dependencies: [server], flows: [flow] };
}
