/** Registers a release as Pulumi resources: one per object, named by its id, ordered by the release's edges. Changes no object. */

import {
  type ComponentResourceOptions,
  CustomResource,
  type CustomResourceOptions,
  type ProviderResource,
  type Resource,
} from "@pulumi/pulumi";
import { compareText } from "#lib/core/order";
import { dependenciesOf } from "#lib/release/edges";
import type { Release, ReleaseChart, ReleaseObject } from "#lib/release/release";
import { chartSource } from "./program/chart-source";
import { HELM_RELEASE_TOKEN, resourceToken } from "./program/token";

/** Parent and provider of the resources. */
export interface ApplyOptions {
  readonly provider: ProviderResource;
  /** @default the stack itself */
  readonly parent?: ComponentResourceOptions["parent"];
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
  withoutStacks(() => {
    for (const entry of entriesOf(release)) {
      const dependsOn = (needs.get(entry.id) ?? []).flatMap((id) => made.get(id) ?? []);
      made.set(entry.id, register(entry, { ...options, dependsOn }));
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

function register(entry: Entry, { provider, parent, dependsOn }: ApplyOptions & { readonly dependsOn: Resource[] }): Resource {
  // Names are fixed: the old object must be deleted before its replacement is created.
  const common: CustomResourceOptions = { provider, parent, dependsOn, deleteBeforeReplace: true };
  if (entry.type === "chart") return new KubernetesResource(HELM_RELEASE_TOKEN, entry.id, chartInputs(entry.chart), common);
  const { manifest, retention } = entry.object;
  return new KubernetesResource(resourceToken(manifest), entry.id, manifest, { ...common, retainOnDelete: retention !== "delete" });
}

/** Inputs as `helm.v3.Release` of the SDK sends them. */
function chartInputs({ name, namespace, chart, values }: ReleaseChart): Record<string, unknown> {
  return { compat: "true", name, namespace, ...chartSource({ chart }), version: chart.version, values };
}
