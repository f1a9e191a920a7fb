/** The edges of a release: dependencies between entries, with reasons. */

import { compareText } from "#lib/core/order";
import { COMPONENT_LABEL, SIMULATED_LABEL } from "#lib/kube/labels";
import { type GroupKind, groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import { definedKind, referencesOf, simulatedKind } from "#lib/kube/references";
import { isReleaseStage } from "#lib/kube/simulation-stages";
import type { Edge, ReleaseChart } from "./release";

/** Inputs of the edges. */
export interface EdgeParts {
  readonly objects: readonly KubeObject[];
  readonly charts: readonly Pick<ReleaseChart, "id" | "namespace" | "provides">[];
  /** Edges that constructs declared. */
  readonly declared: readonly Edge[];
  /** By kind: ids of objects that must exist before an object of the kind. */
  readonly providers: ReadonlyMap<GroupKind, readonly string[]>;
  /** Custom kinds of every component, by kind. */
  readonly owned: ReadonlyMap<GroupKind, Pick<OwnedKind, "makes">>;
}

/** All edges between the parts, sorted, without duplicates (the first reason wins). */
export function edgesOf(parts: EdgeParts): Edge[] {
  const ids = new Set([...parts.objects.map(objectId), ...parts.charts.map(({ id }) => id)]);
  const edges = new Map<string, Edge>();
  for (const edge of [...parts.declared, ...chartEdges(parts), ...stageEdges(parts), ...simulatorEdges(parts), ...objectEdges(parts)]) {
    const key = `${edge.from}\n${edge.to}`;
    if (edge.from !== edge.to && ids.has(edge.from) && ids.has(edge.to) && !edges.has(key)) edges.set(key, edge);
  }
  return [...edges.values()].sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
}

function chartEdges(parts: EdgeParts): Edge[] {
  return parts.charts.map(({ id, namespace }) => ({ from: id, to: `core/Namespace/${namespace}`, reason: "namespace" }));
}

/** The simulator looks up the kind of a stage when the stage changes, so its CRD must exist first. */
function stageEdges({ objects }: EdgeParts): Edge[] {
  const definitions = new Map(objects.map((object) => [definedKind(object), objectId(object)]));
  return objects.flatMap((object) => {
    const kind = simulatedKind(object);
    const to = kind && definitions.get(kind);
    return to === undefined ? [] : [{ from: objectId(object), to, reason: "definition" }];
  });
}

/**
 * The simulator may miss a stage while it is the newest, and evaluates an object once. So the stages of a kind come before its deletion
 * stage, all stages of a component before its simulated operator, and custom resources after that.
 */
function simulatorEdges({ objects }: EdgeParts): Edge[] {
  const stages = objects.filter((object) => simulatedKind(object) !== undefined);
  const [last, others] = [stages.filter(isReleaseStage), stages.filter((stage) => !isReleaseStage(stage))];
  const standIns = objects.filter(({ kind, metadata }) => kind === "Deployment" && metadata.labels?.[SIMULATED_LABEL] === "true");
  const edges = (from: KubeObject, to: readonly KubeObject[]): Edge[] =>
    to.map((object) => ({ from: objectId(from), to: objectId(object), reason: "simulator" }));
  return [
    ...last.flatMap((stage) =>
      edges(
        stage,
        others.filter((other) => simulatedKind(other) === simulatedKind(stage)),
      ),
    ),
    ...standIns.flatMap((standIn) =>
      edges(
        standIn,
        last.filter((stage) => componentOf(stage) === componentOf(standIn)),
      ),
    ),
  ];
}

function componentOf({ metadata }: KubeObject): string | undefined {
  return metadata.labels?.[COMPONENT_LABEL];
}

function objectEdges(parts: EdgeParts): Edge[] {
  const before = providersByKind(parts);
  const makers = makersOf(parts);
  return parts.objects.flatMap((object) => {
    const from = objectId(object);
    const operators = (before.get(groupKind(object)) ?? []).map((to) => ({ from, to, reason: "operator" }));
    const references = referencesOf(object).flatMap(({ id, reason }) =>
      [id, ...(makers.get(id) ?? [])].map((to) => ({ from, to, reason })),
    );
    return [...operators, ...references];
  });
}

/** By id of an object that an operator creates: the objects for which it does. */
function makersOf({ objects, owned }: EdgeParts): Map<string, string[]> {
  const makers = new Map<string, string[]>();
  for (const object of objects)
    for (const id of owned.get(groupKind(object))?.makes?.(object) ?? []) makers.set(id, [...(makers.get(id) ?? []), objectId(object)]);
  return makers;
}

/** Dependencies by id, in the order of the edges. */
export function dependenciesOf(edges: readonly Edge[]): Map<string, string[]> {
  const needs = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const list = needs.get(from);
    if (list) list.push(to);
    else needs.set(from, [to]);
  }
  return needs;
}

/** What provides each kind: a chart, a simulated operator, or its CRD. */
function providersByKind(parts: EdgeParts): Map<GroupKind, string[]> {
  const pairs: [GroupKind, string][] = [
    ...parts.charts.flatMap(({ id, provides }) => provides.map((kind): [GroupKind, string] => [kind, id])),
    ...[...parts.providers].flatMap(([kind, ids]) => ids.map((id): [GroupKind, string] => [kind, id])),
  ];
  for (const object of parts.objects) {
    const kind = definedKind(object);
    if (kind) pairs.push([kind, objectId(object)]);
  }
  const before = new Map<GroupKind, string[]>();
  for (const [kind, id] of pairs) {
    const list = before.get(kind);
    if (list) list.push(id);
    else before.set(kind, [id]);
  }
  return before;
}
