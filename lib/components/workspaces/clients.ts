/** What a workspace refers to, as its pod takes it: variables, mounts, network flows. */

import type { VolumeMount } from "cdk8s-plus-28";
import type { Construct, IDependable } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { IBucket } from "#lib/kube/bucket";
import { type BucketEnvironment, bucketFlows } from "#lib/kube/bucket-clients";
import { bucketSet } from "#lib/kube/bucket-set";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import { registryEnvironment, registryFlow } from "#lib/kube/model-registry";
import { type FlowProps, OUTSIDE, type PodsEnd } from "#lib/kube/network";
import { bucketsWithModels, modelVariables, modelVolumeMounts, pretrainedModelClient } from "#lib/kube/pretrained-model";
import type { WorkspaceSettings } from "./schema";

/** Namespace of a workspace. */
export function namespaceOf(name: string, { namespace = name }: Pick<WorkspaceSettings, "namespace">): string {
  return namespace;
}

/** Buckets of a workspace, with those that its models are in. */
export function bucketsOf({ buckets, models }: Pick<WorkspaceSettings, "buckets" | "models">): IBucket[] {
  return bucketsWithModels(buckets, models);
}

/** What the pod of a workspace needs. */
export interface Clients {
  readonly env: Readonly<Record<string, string | SecretRef>>;
  readonly mounts: readonly VolumeMount[];
  /** Annotations of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly dependencies: readonly IDependable[];
  readonly flows: (who: string, from: PodsEnd) => FlowProps[];
}

/** Variables by the prop that sets them, besides those of buckets and editors. */
export function variablesOf({ models, modelRegistry }: Pick<WorkspaceSettings, "models" | "modelRegistry">, namespace: string) {
  return {
    models: modelVariables(models, namespace),
    ...(modelRegistry && { modelRegistry: registryEnvironment(modelRegistry) }),
  };
}

/** Variables by which the program that stops a workspace finds it. */
export function placeVariables(name: string, namespace: string): Record<string, string> {
  return { WORKSPACE_NAMESPACE: namespace, WORKSPACE_NAME: name };
}

/** What the pod of a workspace needs for what it refers to; `scope` owns the volumes. */
export function clientsOf(scope: Construct, settings: WorkspaceSettings, namespace: string): Clients {
  const { models, modelRegistry, outsidePorts } = settings;
  const buckets = bucketsOf(settings);
  const { environment, annotations, trust, dependencies } = bucketSet(buckets, namespace);
  const read = models.map((model) => pretrainedModelClient(model, namespace));
  return {
    env: Object.assign({ ...environment }, ...Object.values(variablesOf(settings, namespace))) as BucketEnvironment,
    mounts: [...caVolumeMounts(scope, trust), ...models.flatMap((model) => modelVolumeMounts(scope, model, namespace))],
    annotations,
    dependencies: [...dependencies, ...read.flatMap((client) => client.dependencies), ...(modelRegistry ? [modelRegistry] : [])],
    flows: (who, from) => [
      ...buckets.flatMap((bucket) => bucketFlows(bucket, who, from)),
      ...(modelRegistry ? [registryFlow(modelRegistry, who, from)] : []),
      ...(outsidePorts.length > 0 ? [{ name: `${who}-to-outside`, from, to: OUTSIDE, ports: outsidePorts.map((port) => ({ port })) }] : []),
    ],
  };
}
