/** A plain Pulumi program: one SDK resource per object; it shares only the list of objects with ours. */

import * as k8s from "@pulumi/kubernetes";
import type { CustomResource, CustomResourceOptions } from "@pulumi/pulumi";
import { isJsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

const CLASSES: Readonly<Record<string, (object: KubeObject, options: CustomResourceOptions) => CustomResource>> = {
  ServiceAccount: (object, options) => new k8s.core.v1.ServiceAccount(nameOf(object), object as object, options),
  ConfigMap: (object, options) => new k8s.core.v1.ConfigMap(nameOf(object), object as object, options),
  Service: (object, options) => new k8s.core.v1.Service(nameOf(object), object as object, options),
  NetworkPolicy: (object, options) => new k8s.networking.v1.NetworkPolicy(nameOf(object), object as object, options),
  Deployment: (object, options) =>
    new k8s.apps.v1.Deployment(nameOf(object), { ...(object as object), spec: deploymentSpec(object) }, options),
};

/** The SDK's types require selector and template, which a plain object does not guarantee. */
function deploymentSpec({ spec }: KubeObject): k8s.types.input.apps.v1.DeploymentSpec {
  if (!isJsonObject(spec)) throw new Error("a Deployment without spec");
  return { selector: {}, template: {}, ...(spec as object) };
}

function nameOf(object: KubeObject): string {
  return `${object.kind}-${object.metadata.name}`;
}

/** Registers every object. */
export function registerAll(objects: readonly KubeObject[], options: CustomResourceOptions = {}): void {
  for (const object of objects) CLASSES[object.kind]?.(object, options);
}
