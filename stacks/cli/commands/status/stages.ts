/** Groups health by stage and selects the entries to show. */

import { readinessTable } from "#lib/components/registry";
import { WORKLOAD_KINDS } from "#lib/kube/built-in";
import type { GroupKind } from "#lib/kube/object";
import { STAGES, type Stage } from "#lib/kube/stage";
import type { EntryHealth } from "./release-health";

/** The entries of one stage. */
export interface StageHealth {
  readonly stage: Stage;
  readonly ready: number;
  readonly members: readonly EntryHealth[];
}

/** Limit of entries per stage that are not ready; --all shows the rest. */
const MOST_TROUBLES = 5;

/** Stages in lifecycle order, without empty ones. */
export function byStage(healths: readonly EntryHealth[]): StageHealth[] {
  return STAGES.map((stage): StageHealth => {
    const members = healths.filter(({ entry }) => entry.stage === stage);
    return { stage, members, ready: members.filter(isReady).length };
  }).filter(({ members }) => members.length > 0);
}

/** All entries; or workloads, entries with readiness rules, and the first of those that are not ready. */
export function shownOf(members: readonly EntryHealth[], all: boolean): readonly EntryHealth[] {
  if (all) return members;
  const troubles = new Set(members.filter((member) => !isReady(member)).slice(0, MOST_TROUBLES));
  return members.filter((member) => troubles.has(member) || (isReady(member) && isTelling(member)));
}

/** Number of entries that are not ready and not shown. */
export function hidden(members: readonly EntryHealth[], shown: readonly EntryHealth[]): number {
  return members.filter((member) => !isReady(member)).length - shown.filter((member) => !isReady(member)).length;
}

function isReady({ state }: EntryHealth): boolean {
  return state === "ready";
}

function isTelling({ entry: { id } }: EntryHealth): boolean {
  const kind: GroupKind = `${id.split("/")[0]}/${id.split("/")[1]}`;
  return kind === "helm/Release" || WORKLOAD_KINDS.has(kind) || (readinessTable.get(kind)?.ready.length ?? 0) > 0;
}
