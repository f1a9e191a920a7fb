/** Small releases, made the way every release is made. */

import type { KubeObject } from "#lib/kube/object";
import { assemble, type Parts } from "#lib/release/assemble";
import type { RawChart, RawObject } from "#lib/release/raw";
import type { Release } from "#lib/release/release";

const ORIGIN = { stage: "foundation", component: "custom", source: "test" } as const;

/** A release of these objects and of whatever else is given. */
export function releaseWith(manifests: readonly KubeObject[], rest: Partial<Omit<Parts, "objects">> = {}): Release {
  const objects = manifests.map((manifest): RawObject => ({ ...ORIGIN, manifest }));
  return assemble({ environment: "test", charts: [], declared: [], providers: new Map(), kinds: [], warnings: [], ...rest, objects });
}

/** A Helm release. */
export function chartOf(chart: Pick<RawChart, "name" | "namespace"> & Partial<RawChart>): RawChart {
  const pin = { name: "product", repository: "https://charts.example.com", version: "1.2.3" };
  return { ...ORIGIN, chart: pin, values: {}, provides: [], ...chart };
}

/** An object of any kind. */
export function object(kind: string, name: string, rest: Record<string, unknown> & { readonly namespace?: string } = {}): KubeObject {
  const { namespace, apiVersion = "v1", ...body } = rest;
  return { apiVersion: String(apiVersion), kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...body } as KubeObject;
}

/** A namespace. */
export function namespace(name: string): KubeObject {
  return object("Namespace", name);
}

/** A CustomResourceDefinition of a namespaced kind of version v1. */
export function definition(group: string, kind: string): KubeObject {
  return object("CustomResourceDefinition", `${kind.toLowerCase()}s.${group}`, {
    apiVersion: "apiextensions.k8s.io/v1",
    spec: { group, names: { kind, plural: `${kind.toLowerCase()}s` }, scope: "Namespaced" },
  });
}
