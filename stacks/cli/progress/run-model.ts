/** State of a run: one row per lifecycle stage, updated by the engine's events. */

import { STAGES, type Stage } from "#lib/kube/stage";
import type { Release } from "#lib/release/release";
import type { EngineEvent, MessageEvent, StepEvent, SummaryEvent, ValueChange } from "../../engine/events";
import { redacted } from "../redact";

/** Operation of a run. */
export type RunKind = "up" | "preview" | "refresh" | "destroy";

/** Row of resources without a stage: objects that the program no longer declares, the stack itself and its provider. */
const OTHER = "other";

/** Kubernetes objects and Helm releases; the stack, its component and its provider have other types. */
const OBJECT = /^kubernetes:/;

/** A resource in progress. */
export interface Busy {
  readonly id: string;
  readonly operation: string;
  readonly sinceMs: number;
  /** What it waits for, as the provider reports it. @default nothing reported yet */
  readonly waitsFor?: string;
  /** Number of entries of the release that depend on it. */
  readonly neededBy: number;
}

/** One stage. */
export interface Row {
  readonly stage: Stage | typeof OTHER;
  /** Entries of the release in this stage; 0 if the run deletes them. */
  readonly total: number;
  readonly done: number;
  readonly failed: readonly string[];
  readonly busy: readonly Busy[];
  /** Start of the first resource; absent before. */
  readonly beganMs?: number;
  /** End of the last resource; absent before. */
  readonly endedMs?: number;
}

/** A resource that was changed, or would be. */
export interface Change {
  readonly id: string;
  readonly operation: string;
  readonly differences: Readonly<Record<string, string>>;
  /** Values of these paths before and after, as they may be shown. */
  readonly values: Readonly<Record<string, ValueChange>>;
}

interface MutableRow {
  readonly stage: Row["stage"];
  readonly total: number;
  readonly done: Set<string>;
  readonly failed: Set<string>;
  readonly busy: Map<string, Busy>;
  beganMs?: number;
  endedMs?: number;
}

/** Operations that are one half of another or only read: they do not complete a resource. */
const PARTIAL = new Set(["delete-replaced", "create-replacement", "discard-replaced", "remove-pending-replace"]);
const UNCHANGED = new Set(["same", "read", "refresh"]);

/** Turns events into rows; draws nothing. */
export class RunModel {
  /** Messages to show after the run: warnings, errors, output of the program. */
  public readonly messages: MessageEvent[] = [];
  public readonly changes = new Map<string, Change>();
  public summary?: SummaryEvent;
  private readonly rowByStage: ReadonlyMap<Row["stage"], MutableRow>;
  private readonly stageById: ReadonlyMap<string, Stage>;
  private readonly staysById: ReadonlyMap<string, boolean>;
  private readonly neededBy = new Map<string, number>();

  public constructor(
    public readonly kind: RunKind,
    release: Release,
    private readonly now: () => number = Date.now,
  ) {
    const entries = [...release.objects, ...release.helmReleases];
    this.stageById = new Map(entries.map(({ id, stage }) => [id, stage]));
    this.staysById = new Map(release.objects.map(({ id, retention }) => [id, retention === "retain"]));
    for (const { to } of release.edges) this.neededBy.set(to, (this.neededBy.get(to) ?? 0) + 1);
    const count = (stage: string): number => (kind === "destroy" ? 0 : entries.filter((entry) => entry.stage === stage).length);
    this.rowByStage = new Map(
      [...STAGES, OTHER].map((stage) => [
        stage as Row["stage"],
        { stage: stage as Row["stage"], total: count(stage), done: new Set(), failed: new Set(), busy: new Map() },
      ]),
    );
  }

  /** Rows with content, in lifecycle order. */
  public rows(): Row[] {
    return [...this.rowByStage.values()]
      .map((row) => ({ ...row, done: this.doneIn(row), failed: [...row.failed], busy: [...row.busy.values()] }))
      .filter(({ stage, total, done, busy, failed }) => total + done + failed.length + (stage === OTHER ? 0 : busy.length) > 0);
  }

  /** Of the resources without a stage, only objects count. */
  private doneIn({ stage, done }: MutableRow): number {
    return stage === OTHER ? [...done].filter((id) => this.changes.has(id)).length : done.size;
  }

  /** The resource in progress for the longest time, of all rows. */
  public slowest(): Busy | undefined {
    return this.rows()
      .flatMap(({ busy }) => busy)
      .sort((a, b) => a.sinceMs - b.sinceMs)[0];
  }

  /** Handles one event. */
  public apply(event: EngineEvent): void {
    if (event.type === "summary") this.summary = event;
    else if (event.type === "message") this.hear(event);
    else this.step(event);
  }

  private hear(message: MessageEvent): void {
    const id = message.urn?.split("::").slice(3).join("::");
    const busy = id === undefined ? undefined : this.rowOf(id).busy.get(id);
    if (id !== undefined && busy && message.severity === "info")
      this.rowOf(id).busy.set(id, { ...busy, waitsFor: message.text || undefined });
    else if (!message.ephemeral && !isNoise(message)) this.messages.push(message);
  }

  private step(event: StepEvent): void {
    const { type, name: id, differences, values, resourceType, retained } = event;
    // The engine reports a deletion even if it only drops a retained object from the state. The release knows more: what is left to the
    // deletion of its namespace is deleted.
    const stays = this.staysById.get(id) ?? retained;
    // What a refresh finds deleted is gone from the cluster, whatever policy says.
    const operation = event.operation === "delete" && stays && this.kind !== "refresh" ? "retain" : event.operation;
    if (type === "began") this.begin(event);
    else this.finish(event);
    if (type !== "failed" && !UNCHANGED.has(operation) && OBJECT.test(resourceType))
      this.changes.set(id, { id, operation, differences, values: shownValues(id, values) });
  }

  private begin({ name: id, operation }: StepEvent): void {
    const row = this.rowOf(id);
    const now = this.now();
    row.beganMs ??= now;
    row.endedMs = undefined;
    row.busy.set(id, { id, operation, sinceMs: now, neededBy: this.neededBy.get(id) ?? 0 });
  }

  private finish({ type, name: id, operation }: StepEvent): void {
    const row = this.rowOf(id);
    row.busy.delete(id);
    if (type === "failed") row.failed.add(id);
    else if (!PARTIAL.has(operation) && (operation !== "refresh" || this.kind === "refresh")) row.done.add(id);
    if (row.busy.size === 0 && row.done.size >= row.total) row.endedMs = this.now();
  }

  private rowOf(id: string): MutableRow {
    const row = this.rowByStage.get(this.stageById.get(id) ?? OTHER);
    if (!row) throw new Error(`no row for ${id}`);
    return row;
  }
}

/** Values without secrets. */
function shownValues(id: string, values: StepEvent["values"]): Change["values"] {
  const shown = (path: string, value: ValueChange["old"]) => (value === undefined ? undefined : redacted(id, path, value));
  return Object.fromEntries(
    Object.entries(values).map(([path, { old, new: next }]) => [path, { old: shown(path, old), new: shown(path, next) }]),
  );
}

/**
 * Hides what we report ourselves (plugins in use, warnings of the environment) and what the engine
 * logs about itself.
 */
function isNoise({ severity, text }: MessageEvent): boolean {
  return (
    severity === "debug" || text === "" || (severity === "warning" && /^(using pulumi-\S+ from \$PATH|[a-z-]+\.[a-z-]+ at )/.test(text))
  );
}
