/**
 * In which folder of the plain tree an entry goes, so that applying the folders in their order meets every edge.
 * A phase follows from an entry's kind and from what it depends on, nothing else: an unrelated entry moves no file.
 */

import { isBuiltInGroup, WORKLOAD_KINDS } from "#lib/kube/built-in";
import { type GroupKind, groupKind, groupOf, type KubeObject } from "#lib/kube/object";
import type { Edge, Release } from "#lib/release/release";

/** What the phases hold: three that come first, then operators and what they act on, in turn. */
const NAMESPACES = 0;
/** The phase of CRDs. */
export const DEFINITIONS = 1;
const CONFIGURATION = 2;
const OPERATORS = 3;
const WORKLOADS = 4;
const NAMES = ["namespaces", "definitions", "configuration", "operators", "workloads"];

/** The folder of a phase: `00-namespaces`, ..., `40-workloads`, `50-operators`, `60-workloads`, and on by twos. */
export function phaseFolder(phase: number): string {
  const name = NAMES[phase] ?? NAMES[isOfWorkloads(phase) ? WORKLOADS : OPERATORS];
  return `${String(phase * 10).padStart(2, "0")}-${name}`;
}

/** Is it a phase of what operators act on? */
export function isOfWorkloads(phase: number): boolean {
  return phase >= WORKLOADS && phase % 2 === WORKLOADS % 2;
}

/** The phase of every entry, by its id. */
export function phasesOf(release: Release): Map<string, number> {
  const home = homePhases(release);
  const needs = edgesByDependent(release.edges);
  const charts = new Set(release.helmReleases.map(({ id }) => id));
  const phases = new Map<string, number>();
  // By level: what an entry depends on has its phase before the entry asks for it.
  for (const { id } of [...release.objects, ...release.helmReleases].sort((a, b) => a.level - b.level)) {
    const own = home.get(id) ?? WORKLOADS;
    const needed = (needs.get(id) ?? []).map(
      (edge) => (phases.get(edge.to) ?? 0) + (isLater(edge, { own, to: home.get(edge.to) ?? 0, charts }) ? 1 : 0),
    );
    phases.set(
      id,
      needed.reduce((phase, least) => lift(phase, least), own),
    );
  }
  return phases;
}

/** The phase of each entry if it depended on nothing. */
function homePhases(release: Release): Map<string, number> {
  const operators = new Set(release.edges.filter(({ reason }) => reason === "operator").map(({ to }) => to));
  return new Map([
    ...release.objects.map(({ id, manifest }): [string, number] => [id, homePhase(manifest, operators.has(id))]),
    ...release.helmReleases.map(({ id }): [string, number] => [id, OPERATORS]),
  ]);
}

function homePhase(object: KubeObject, operator: boolean): number {
  const kind = groupKind(object);
  if (kind === "core/Namespace") return NAMESPACES;
  if (kind === "apiextensions.k8s.io/CustomResourceDefinition") return DEFINITIONS;
  if (isConfiguration(kind)) return CONFIGURATION;
  return operator ? OPERATORS : WORKLOADS;
}

/** Webhooks and API services count as workloads: before their server runs, the API server would reject the objects they validate. */
function isConfiguration(kind: GroupKind): boolean {
  const group = groupOf(kind);
  return isBuiltInGroup(group) && !WORKLOAD_KINDS.has(kind) && !["admissionregistration.k8s.io", "apiregistration.k8s.io"].includes(group);
}

function edgesByDependent(edges: readonly Edge[]): Map<string, Edge[]> {
  const needs = new Map<string, Edge[]>();
  for (const edge of edges) {
    const list = needs.get(edge.from);
    if (list) list.push(edge);
    else needs.set(edge.from, [edge]);
  }
  return needs;
}

/** Must the dependent wait for the folder after its dependency's? An operator has to run first, a Helm release has its own command. */
function isLater(edge: Edge, at: { readonly own: number; readonly to: number; readonly charts: ReadonlySet<string> }): boolean {
  if (at.charts.has(edge.to)) return !at.charts.has(edge.from);
  return edge.reason === "operator" && at.to === OPERATORS;
}

/**
 * The first phase at or after `least` where an entry of this phase may stand. The API server takes namespaces and
 * definitions whatever else there is, so a declared dependency never moves them.
 */
function lift(phase: number, least: number): number {
  if (phase <= DEFINITIONS || least <= phase) return phase;
  if (phase === CONFIGURATION) return least;
  return least + ((least - phase) % 2);
}
