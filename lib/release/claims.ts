/** Volumes that operators and StatefulSets claim from templates, and claims that do not have the size of their template. */

import { type JsonObject, valueAt } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { templatesIn } from "#lib/kube/claim-templates";
import { groupKind, type KubeObject } from "#lib/kube/object";
import type { ClaimGrowth, OwnedKind } from "#lib/kube/pin";
import { quantityOf } from "#lib/kube/quantity";
import type { Entry, Release } from "./release";

/** Claims of one template. */
export interface ClaimTemplate {
  readonly entry: Entry;
  readonly namespace: string;
  /** Names of the claims without their number: `<names>-0`. */
  readonly names: string;
  /** Kubernetes quantity. */
  readonly size: string;
  /** Who lets the claims grow. */
  readonly growth: ClaimGrowth;
  /** The StatefulSet, if its template cannot be changed while it exists. */
  readonly statefulSet?: string;
}

/** Every template of a release. */
export function claimTemplates(release: Release, kinds: readonly OwnedKind[]): ClaimTemplate[] {
  const pinned = new Map(kinds.map((owned) => [owned.kind, owned]));
  return [
    ...release.objects.flatMap(({ manifest, ...entry }) => ofObject(manifest, entry, pinned.get(groupKind(manifest)))),
    ...release.helmReleases.flatMap(({ chart, values, namespace, name, ...entry }) =>
      (chart.claims ?? []).flatMap(({ sizeAt, names }) => {
        const size = valueAt(values, sizeAt);
        const claims = names.replace("<release>", name);
        return typeof size === "string" ? [{ entry, namespace, names: claims, size, growth: "by-hand" as const }] : [];
      }),
    ),
  ];
}

function ofObject(manifest: KubeObject, entry: Entry, owned: OwnedKind | undefined): ClaimTemplate[] {
  const { name, namespace = "default" } = manifest.metadata;
  if (owned?.claims)
    return owned.claims.of(manifest).map((claim) => ({ ...claim, entry, namespace, growth: owned.claims?.growth ?? "by-hand" }));
  if (groupKind(manifest) !== "apps/StatefulSet") return [];
  return templatesIn(valueAt(manifest, ["spec", "volumeClaimTemplates"])).map(({ claim, size }) => ({
    entry,
    namespace,
    names: `${claim}-${name}`,
    size,
    growth: "by-hand",
    statefulSet: name,
  }));
}

/** Templates whose size differs between two releases: what happens to claims of the left one where the right one is applied. */
export function changedClaims(left: Release, right: Release, kinds: readonly OwnedKind[]): Problem[] {
  const before = new Map(claimTemplates(left, kinds).map((template) => [`${template.namespace}/${template.names}`, template]));
  return claimTemplates(right, kinds).flatMap((template) => {
    const size = before.get(`${template.namespace}/${template.names}`)?.size;
    return size === undefined ? [] : claimProblems(template, size, [`${template.names}-0`]);
  });
}

/** Claims of a cluster that differ in size from the template that made them. */
export function claimsThatDiffer(release: Release, claims: readonly KubeObject[], kinds: readonly OwnedKind[]): Problem[] {
  return claimTemplates(release, kinds).flatMap((template) => {
    const bySize = new Map<string, string[]>();
    for (const { metadata, ...claim } of claims) {
      const size = valueAt(claim as JsonObject, ["spec", "resources", "requests", "storage"]);
      const isOf = metadata.namespace === template.namespace && /^-\d+$/.test(metadata.name.slice(template.names.length));
      if (!isOf || !metadata.name.startsWith(template.names) || typeof size !== "string") continue;
      bySize.set(size, [...(bySize.get(size) ?? []), metadata.name]);
    }
    return [...bySize].flatMap(([size, names]) => claimProblems(template, size, names));
  });
}

function claimProblems(template: ClaimTemplate, size: string, names: readonly string[]): Problem[] {
  const [now, wanted] = [quantityOf(size), quantityOf(template.size)];
  if (now === undefined || wanted === undefined || now === wanted) return [];
  const isSmaller = wanted < now;
  if (!isSmaller && template.growth === "by-operator") return [];
  return [
    {
      id: "release.claim-keeps-its-size",
      severity: "warning",
      path: template.entry.source,
      got: `${template.size} for volumes that exist with ${size}: ${names.join(", ")} in namespace ${template.namespace}`,
      allowed: isSmaller
        ? `${size} or more: no volume shrinks`
        : "the size of the claims that exist; a new size applies to new claims only",
      fix: isSmaller ? `set ${size} again; for less, move the data to a set of another name` : growthSteps(template, names),
    },
  ];
}

/** Source: Kubernetes documentation, Expanding Persistent Volumes Claims; prometheus-operator documentation, Resizing Volumes. */
function growthSteps({ namespace, size, statefulSet }: ClaimTemplate, names: readonly string[]): string {
  const patch = `'{"spec":{"resources":{"requests":{"storage":"${size}"}}}}'`;
  const claims = names.map((name) => `kubectl -n ${namespace} patch pvc ${name} -p ${patch}`);
  const set = statefulSet === undefined ? [] : [`kubectl -n ${namespace} delete statefulset ${statefulSet} --cascade=orphan`];
  return `before up, with a storage class that allows expansion: ${[...claims, ...set].join("; ")}`;
}
