/** The engine's event log, line by line, as data. Source of the shapes: pulumi/sdk go/common/apitype/events.go. */

import { type JsonObject, type JsonValue, valueAt } from "#lib/core/json";

/** What happens to a resource: `create`, `update`, `same`, `delete`, `create-replacement`, `refresh`, ... */
type Operation = string;

/** A step of one resource. */
export interface StepEvent {
  readonly type: "began" | "ended" | "failed";
  readonly operation: Operation;
  readonly urn: string;
  /** Name of the resource; for ours, the id of the object. */
  readonly name: string;
  readonly resourceType: string;
  /** Provider's id of the resource, once it has one. */
  readonly resourceId?: string;
  /** Does a deletion only drop the resource from the state? */
  readonly retained: boolean;
  /** Paths that differ, by kind of difference. */
  readonly differences: Readonly<Record<string, string>>;
  /** Values of these paths before and after; the engine hides secrets. */
  readonly values: Readonly<Record<string, ValueChange>>;
}

/** A value before and after; absent where there is none. */
export interface ValueChange extends JsonObject {
  readonly old?: JsonValue;
  readonly new?: JsonValue;
}

/** A message about a resource or the whole run. */
export interface MessageEvent {
  readonly type: "message";
  readonly severity: "info" | "info#err" | "warning" | "error" | "debug";
  readonly text: string;
  /** @default the message is about the whole run */
  readonly urn?: string;
  /** A status that the next message replaces. */
  readonly ephemeral: boolean;
}

/** How the run ended. */
export interface SummaryEvent {
  readonly type: "summary";
  readonly result: "succeeded" | "failed" | "canceled";
  readonly seconds: number;
  /** Number of resources by operation. */
  readonly changes: Readonly<Record<Operation, number>>;
}

/** One event. */
export type EngineEvent = StepEvent | MessageEvent | SummaryEvent;

interface RawStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: RawState | null;
  readonly new?: RawState | null;
  readonly detailedDiff?: Readonly<Record<string, RawDifference>> | null;
}

interface RawState {
  readonly id?: string;
  readonly retainOnDelete?: boolean;
  readonly inputs?: JsonObject;
  readonly outputs?: JsonObject;
}

interface RawDifference {
  readonly diffKind: string;
  /** Between old and new inputs? Otherwise the old outputs differ from the new inputs. */
  readonly inputDiff?: boolean;
}

interface RawEvent {
  readonly resourcePreEvent?: { readonly metadata: RawStep };
  readonly resOutputsEvent?: { readonly metadata: RawStep };
  readonly resOpFailedEvent?: { readonly metadata: RawStep };
  readonly diagnosticEvent?: {
    readonly urn?: string;
    readonly prefix?: string;
    readonly message: string;
    readonly severity: MessageEvent["severity"];
    readonly ephemeral?: boolean;
  };
  readonly stdoutEvent?: { readonly message: string };
  readonly errorEvent?: { readonly error: string };
  readonly summaryEvent?: {
    readonly durationSeconds: number;
    readonly resourceChanges?: Readonly<Record<string, number>> | null;
    readonly result?: SummaryEvent["result"];
  };
}

/** The event of one line; `undefined` for kinds that are not about resources. */
export function parseEvent(line: string): EngineEvent | undefined {
  const raw = JSON.parse(line) as RawEvent;
  return stepOf(raw) ?? messageOf(raw) ?? summaryOf(raw);
}

/** The last part of a URN: the name that the program chose. */
function nameOf(urn: string): string {
  const parts = urn.split("::");
  return parts.slice(3).join("::");
}

function stepOf({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: RawEvent): StepEvent | undefined {
  if (resourcePreEvent) return step("began", resourcePreEvent.metadata);
  if (resOutputsEvent) return step("ended", resOutputsEvent.metadata);
  return resOpFailedEvent && step("failed", resOpFailedEvent.metadata);
}

function step(type: StepEvent["type"], raw: RawStep): StepEvent {
  const found = Object.entries(raw.detailedDiff ?? {});
  const differences = found.map(([path, { diffKind }]) => [path, diffKind]);
  return {
    type,
    operation: raw.op,
    urn: raw.urn,
    name: nameOf(raw.urn),
    resourceType: raw.type,
    resourceId: raw.new?.id || raw.old?.id || undefined,
    retained: raw.old?.retainOnDelete === true,
    differences: Object.fromEntries(differences),
    values: Object.fromEntries(found.map(([path, { inputDiff = false }]) => [path, valuesAt(raw, path, inputDiff)])),
  };
}

/** A refresh compares what the state had with what the cluster has: outputs on both sides. */
function valuesAt({ op, old, new: next }: RawStep, path: string, inputDiff: boolean): ValueChange {
  const steps = propertySteps(path);
  const before = valueAt(inputDiff ? old?.inputs : old?.outputs, steps) ?? valueAt(old?.inputs, steps);
  const after = valueAt(op === "refresh" ? next?.outputs : next?.inputs, steps);
  return { ...(before !== undefined && { old: before }), ...(after !== undefined && { new: after }) };
}

/** Splits a property path of the engine: `spec.containers[0].env["a.b"]`. */
function propertySteps(path: string): (string | number)[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, word = ""]) =>
    index !== undefined ? Number(index) : (quoted?.replace(/\\(.)/g, "$1") ?? word),
  );
}

function messageOf({ diagnosticEvent, stdoutEvent, errorEvent }: RawEvent): MessageEvent | undefined {
  if (stdoutEvent) return { type: "message", severity: "info", text: stdoutEvent.message.trim(), ephemeral: false };
  if (errorEvent) return { type: "message", severity: "error", text: errorEvent.error.trim(), ephemeral: false };
  if (!diagnosticEvent) return undefined;
  const { severity, message, urn, ephemeral = false } = diagnosticEvent;
  return { type: "message", severity, text: message.trim(), urn: urn || undefined, ephemeral };
}

function summaryOf({ summaryEvent }: RawEvent): SummaryEvent | undefined {
  if (!summaryEvent) return undefined;
  const { durationSeconds, resourceChanges, result = "succeeded" } = summaryEvent;
  return { type: "summary", result, seconds: durationSeconds, changes: resourceChanges ?? {} };
}
