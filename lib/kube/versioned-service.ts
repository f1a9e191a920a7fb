/** Role of a service of which two versions of a model can answer: one that serves, and a newer one that gets a share of the requests. */

import type { k8s } from "cdk8s-plus-28";
import type { IConstruct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { IModelRegistry } from "./model-registry";

/** Annotation of pods with the version that they fetch. A program writes it while it runs; no object of an environment has it. */
export const VERSION_ANNOTATION = "beamstack-iac/model-version";

/** Pods that have one version. */
interface VersionSlot {
  /** The object that its operator makes the pods from. */
  readonly object: { readonly apiVersion: string; readonly resource: string; readonly name: string };
  /** The Deployment that the operator makes. */
  readonly deployment: string;
  /** The Service of the pods. */
  readonly service: string;
}

/** Queries in PromQL about the newer version, in which `$window` stands for a time such as `600s`. */
export interface VersionQueries {
  /** Requests that were answered. */
  readonly answered: string;
  /** Requests that failed. */
  readonly failed: string;
  /** Time that all requests took, in seconds. */
  readonly seconds: string;
}

/** How versions are served, and requests shared. */
export interface ServedVersions {
  readonly registry: IModelRegistry;
  /** Name of the model in the registry. */
  readonly model: string;
  /** Version that is served before a program writes another one. */
  readonly initial: string;
  readonly slots: Readonly<Record<"stable" | "canary", VersionSlot>>;
  /** Path of the field of a slot's object with the version: its last key is {@link VERSION_ANNOTATION}. */
  readonly versionAt: readonly string[];
  /** The route that shares requests, as it is created while two versions answer. */
  readonly route: JsonObject & { readonly apiVersion: string; readonly metadata: { readonly name: string; readonly namespace: string } };
  readonly queries: VersionQueries;
}

/** A service of a model. */
export interface IVersionedService extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly namespace: string;
  /** @default its version is written in the environment file alone */
  readonly versions: ServedVersions | undefined;
}

/** What a program needs of the service, with paths of the API server. */
export function versionFacts(namespace: string, { slots, versionAt, route, queries }: ServedVersions): JsonObject {
  const objectOf = (apiVersion: string, resource: string, name: string) =>
    `/apis/${apiVersion}/namespaces/${namespace}/${resource}/${name}`;
  const slotOf = ({ object, deployment }: VersionSlot) => ({
    object: objectOf(object.apiVersion, object.resource, object.name),
    workload: objectOf("apps/v1", "deployments", deployment),
  });
  return {
    slots: { stable: slotOf(slots.stable), canary: slotOf(slots.canary) },
    versionAt: [...versionAt],
    podVersionAt: ["spec", "template", "metadata", "annotations", VERSION_ANNOTATION],
    route: { object: objectOf(route.apiVersion, "httproutes", route.metadata.name), manifest: route },
    queries: { ...queries },
  };
}

/** Permissions of that program in the namespace of the service: each on objects of these names alone. */
export function versionRules({ slots, route }: ServedVersions): k8s.PolicyRule[] {
  const both = [slots.stable, slots.canary];
  const groups = new Set(both.map(({ object }) => groupOf(object.apiVersion)));
  const resources = new Set(both.map(({ object }) => object.resource));
  return [
    { apiGroups: [...groups], resources: [...resources], resourceNames: both.map(({ object }) => object.name), verbs: ["get", "patch"] },
    { apiGroups: ["apps"], resources: ["deployments"], resourceNames: both.map(({ deployment }) => deployment), verbs: ["get"] },
    // Creation by server-side apply has a name, which a rule can restrict; the other way has none.
    {
      apiGroups: [groupOf(route.apiVersion)],
      resources: ["httproutes"],
      resourceNames: [route.metadata.name],
      verbs: ["get", "create", "patch", "delete"],
    },
  ];
}

function groupOf(apiVersion: string): string {
  return apiVersion.split("/")[0] ?? "";
}
