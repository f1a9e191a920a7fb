/** What is scaled by what, in the objects of a whole environment. */

import type { ApiObject } from "cdk8s";
import { valueAt } from "#lib/core/json";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { ownerOf } from "#lib/kube/ownership";

/** An autoscaler. */
export interface Autoscaler {
  /** Kind, namespace and name of what it scales. */
  readonly target: string;
  /** Kind and name. */
  readonly title: string;
  /** Its path in the file. */
  readonly source: string;
  readonly object: ApiObject;
}

const SCALABLE: ReadonlySet<string> = new Set(["apps/Deployment", "apps/StatefulSet"]);
const AUTOSCALERS: ReadonlySet<string> = new Set(["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"]);

/** A Deployment or StatefulSet as the target of an autoscaler. */
export function targetName(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/** Deployments and StatefulSets by the name of the target that they are. */
export function scalableIn(objects: readonly ApiObject[]): ReadonlyMap<string, ApiObject> {
  return new Map(
    objects
      .filter(isOf(SCALABLE))
      .map((object) => [targetName(object.kind, object.metadata.namespace, object.metadata.name ?? ""), object]),
  );
}

/** Autoscalers, those of Kubernetes and those of KEDA. */
export function autoscalersIn(objects: readonly ApiObject[]): Autoscaler[] {
  return objects.filter(isOf(AUTOSCALERS)).map((object) => {
    const { kind, metadata } = object;
    const json = object.toJson() as KubeObject;
    const at = (field: string) => String(valueAt(json, ["spec", "scaleTargetRef", field]));
    return {
      target: targetName(at("kind"), metadata.namespace, at("name")),
      title: `${kind} ${metadata.name}`,
      source: ownerOf(object).source,
      object,
    };
  });
}

/** Has the object a number of replicas of its own? */
export function setsReplicas(object: ApiObject): boolean {
  return valueAt(object.toJson() as KubeObject, ["spec", "replicas"]) !== undefined;
}

function isOf(kinds: ReadonlySet<string>): (object: ApiObject) => boolean {
  return ({ apiVersion, kind }) => kinds.has(groupKind({ apiVersion, kind }));
}
