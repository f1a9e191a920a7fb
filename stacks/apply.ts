/** Registers a release as Pulumi resources: one per object, named by its id, ordered by the release's edges. Changes no object. */

import {
  type ComponentResourceOptions,
  CustomResource,
  type CustomResourceOptions,
  type Input,
  type ProviderResource,
  type Resource,
  type ResourceHook,
  runtime,
} from "@pulumi/pulumi";
import { compareText } from "#lib/core/order";
import { dependenciesOf } from "#lib/release/edges";
import type { Release, ReleaseChart, ReleaseObject } from "#lib/release/release";
import { chartSource } from "./program/chart-source";
import type { ClusterChoice } from "./program/cluster";
import { waitOf } from "./program/custom-readiness";
import { HELM_RELEASE_TOKEN, resourceToken } from "./program/token";

/** Parent and provider of the resources. */
export interface ApplyOptions {
  readonly provider: ProviderResource;
  /** @default the stack itself */
  readonly parent?: ComponentResourceOptions["parent"];
  /**
   * Cluster of the provider. Custom resources are read there until they are ready, before what depends on them is applied.
   *
   * @default only the provider waits, by the annotation of each object
   */
  readonly cluster?: ClusterChoice;
  /** Called right before an object is created; throws to leave it alone. @default nothing is called */
  readonly beforeCreate?: ResourceHook;
}

/** A Kubernetes object or a Helm release. The SDK's classes add nothing to it, and loading all of them takes a second. */
class KubernetesResource extends CustomResource {}

type Entry = { readonly level: number; readonly id: string } & (
  | { readonly type: "object"; readonly object: ReleaseObject }
  | { readonly type: "chart"; readonly chart: ReleaseChart }
);

/** Registers every object and Helm release of `release`, dependencies first. @returns the resources by id */
export function applyRelease(release: Release, options: ApplyOptions): ReadonlyMap<string, Resource> {
  const needs = dependenciesOf(release.edges);
  const made = new Map<string, Resource>();
  const ready = new Map<string, Input<Resource>>();
  withoutStacks(() => {
    for (const entry of entriesOf(release)) {
      const dependsOn = (needs.get(entry.id) ?? []).flatMap((id) => ready.get(id) ?? []);
      const resource = register(entry, { ...options, dependsOn });
      made.set(entry.id, resource);
      ready.set(entry.id, whenReady(entry, resource, options));
    }
  });
  return made;
}

/** The SDK keeps a source-mapped stack for each promise of a resource to report leaks: a quarter of the program's time. */
function withoutStacks(work: () => void): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** By level: a resource can only depend on registered resources. */
function entriesOf(release: Release): Entry[] {
  const objects = release.objects.map((object): Entry => ({ type: "object", id: object.id, level: object.level, object }));
  const charts = release.helmReleases.map((chart): Entry => ({ type: "chart", id: chart.id, level: chart.level, chart }));
  return [...objects, ...charts].sort((a, b) => a.level - b.level || compareText(a.id, b.id));
}

/** The resource, once it is ready: its dependents are registered then. A preview changes nothing that could become ready. */
function whenReady(entry: Entry, resource: CustomResource, { cluster }: ApplyOptions): Input<Resource> {
  const wait = cluster && entry.type === "object" && !runtime.isDryRun() ? waitOf(entry.object, cluster) : undefined;
  return wait === undefined ? resource : resource.id.apply(() => wait(resource).then(() => resource));
}

function register(
  entry: Entry,
  { provider, parent, beforeCreate, dependsOn }: ApplyOptions & { readonly dependsOn: Input<Resource>[] },
): CustomResource {
  // Names are fixed: the old object must be deleted before its replacement is created.
  const common: CustomResourceOptions = { provider, parent, dependsOn, deleteBeforeReplace: true };
  if (entry.type === "chart") return new KubernetesResource(HELM_RELEASE_TOKEN, entry.id, chartInputs(entry.chart), common);
  const { manifest, retention } = entry.object;
  return new KubernetesResource(resourceToken(manifest), entry.id, manifest, {
    ...common,
    retainOnDelete: retention !== "delete",
    ...(beforeCreate && { hooks: { beforeCreate: [beforeCreate] } }),
  });
}

/** Inputs as `helm.v3.Release` of the SDK sends them. */
function chartInputs({ name, namespace, chart, values }: ReleaseChart): Record<string, unknown> {
  return { compat: "true", name, namespace, ...chartSource({ chart }), version: chart.version, values };
}
