/** Patches: the escape hatch for fields without a prop. Every patch is recorded in the release as a deviation. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";
import { type GroupKind, groupKind, objectId } from "#lib/kube/object";
import { chartId, type RawChart, type RawObject } from "./raw";
import type { Deviation } from "./release";

/** Changes finished objects, or the values of Helm releases. */
export interface Patch {
  /** Selects objects; an absent name or namespace matches all. */
  readonly target: { readonly kind: GroupKind | "helm/Release"; readonly namespace?: string; readonly name?: string };
  /** JSON merge patch (RFC 7386) of the object, or of the values of the Helm release: `null` removes a field. */
  readonly merge: JsonObject;
  /** Reason, in one sentence. */
  readonly reason: string;
}

/** Objects and Helm releases before assembly. */
interface Entries {
  readonly objects: readonly RawObject[];
  readonly charts: readonly RawChart[];
}

/** Patched entries, the change of each patch, and problems of patches. */
export interface Patched extends Entries {
  readonly deviations: readonly Deviation[];
  readonly problems: readonly Problem[];
}

/** Applies patches in order; a wrong one changes nothing. */
export function applyPatches(entries: Entries, patches: readonly Patch[]): Patched {
  return patches.reduce<Patched>((before, patch, position) => appliedTo(before, patch, `patch[${position}]`), {
    ...entries,
    deviations: [],
    problems: [],
  });
}

function appliedTo(before: Patched, patch: Patch, path: string): Patched {
  if (changesIdentity(patch)) return { ...before, problems: [...before.problems, identityProblem(patch, path)] };
  const objects = before.objects.map((raw) => patchedObject(raw, patch));
  const charts = before.charts.map((raw) => patchedChart(raw, patch));
  const changed = [...changedIds(before.objects, objects, idOfObject), ...changedIds(before.charts, charts, chartId)];
  if (changed.length === 0) return { ...before, problems: [...before.problems, withoutEffect(patch, path, before)] };
  const { merge, reason } = patch;
  return { ...before, objects, charts, deviations: [...before.deviations, ...changed.map((id) => ({ id, merge, reason }))] };
}

const idOfObject = ({ manifest }: RawObject): string => objectId(manifest);

function patchedObject(raw: RawObject, { target, merge }: Patch): RawObject {
  const { name, namespace } = raw.manifest.metadata;
  return groupKind(raw.manifest) === target.kind && matches(target, { name, namespace })
    ? { ...raw, manifest: changedOnly(raw.manifest, mergePatch(raw.manifest, merge)) as RawObject["manifest"] }
    : raw;
}

function patchedChart(raw: RawChart, { target, merge }: Patch): RawChart {
  return target.kind === "helm/Release" && matches(target, raw)
    ? { ...raw, values: changedOnly(raw.values, mergePatch(raw.values, merge)) as JsonObject }
    : raw;
}

function matches(
  target: Patch["target"],
  { name, namespace }: { readonly name: string; readonly namespace?: string | undefined },
): boolean {
  return (target.name === undefined || target.name === name) && (target.namespace === undefined || target.namespace === namespace);
}

/** The value before where the one after is the same. */
function changedOnly(before: JsonValue, after: JsonValue): JsonValue {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}

function mergePatch(value: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const base = isJsonObject(value) ? value : {};
  const keys = [...new Set([...Object.keys(base), ...Object.keys(patch)])].filter((key) => patch[key] !== null);
  return Object.fromEntries(keys.map((key) => [key, patch[key] === undefined ? base[key] : mergePatch(base[key], patch[key])]));
}

function changedIds<Raw>(before: readonly Raw[], after: readonly Raw[], idOf: (raw: Raw) => string): string[] {
  return before.flatMap((raw, position) => {
    const patched = after[position];
    const same = patched === raw || JSON.stringify(patched) === JSON.stringify(raw);
    return same ? [] : [idOf(raw)];
  });
}

/** Does the patch change the identity of an object? */
function changesIdentity({ target, merge }: Patch): boolean {
  if (target.kind === "helm/Release") return false;
  const { metadata = {} } = merge;
  return "apiVersion" in merge || "kind" in merge || !isJsonObject(metadata) || "name" in metadata || "namespace" in metadata;
}

function identityProblem({ target }: Patch, path: string): Problem {
  return {
    id: "patch.identity",
    path,
    got: `a patch of the identity of ${target.kind}`,
    allowed: "fields other than apiVersion, kind, metadata.name and metadata.namespace",
    fix: "set the name with a prop of the component",
  };
}

function withoutEffect({ target }: Patch, path: string, { objects, charts }: Entries): Problem {
  const which = [target.kind, target.namespace, target.name].filter((part) => part !== undefined).join("/");
  const known = [
    ...objects.map(({ manifest }) => ({ kind: groupKind(manifest), name: manifest.metadata.name })),
    ...charts.map(({ name }) => ({ kind: "helm/Release", name })),
  ];
  const kinds = [...new Set(known.map(({ kind }) => kind))];
  const names = known.flatMap(({ kind, name }) => (kind === target.kind ? [name] : []));
  const near = kinds.includes(target.kind) ? nearest(target.name ?? "", names) : nearest(target.kind, kinds);
  return {
    id: "patch.without-effect",
    path,
    got: `a patch of ${which} that changes nothing`,
    allowed: "patches that change an object of the release",
    fix: near !== undefined && near !== target.name ? `did you mean ${near}?` : "correct the target or remove the patch",
  };
}
