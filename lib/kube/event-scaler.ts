/** Role of scaling by events: pods by the value of a query or by the time of day, and jobs by the value of a query. No product is named here. */

import type { IConstruct, IDependable } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { JsonObject } from "#lib/core/json";

/** The value of a query in PromQL. */
interface QueryTrigger {
  readonly type: "prometheus";
  /** PromQL that returns one value, or none, which counts as 0. */
  readonly query: string;
  /** Value for each replica, or for each job. */
  readonly threshold: number;
  /** Value above which there is more than none. @default 0 */
  readonly activation?: number;
}

/** A time of day. */
interface ScheduleTrigger {
  readonly type: "cron";
  /** Start and end of the time, each in five fields of cron. */
  readonly start: string;
  readonly end: string;
  readonly timeZone: string;
  /** Replicas within the time. */
  readonly replicas: number;
}

/** What decides the number of replicas; the largest of several counts. */
export type ScaleTrigger = QueryTrigger | ScheduleTrigger;

/** Pods that are to be scaled. */
export interface ScaleAsk {
  /** Unique in the namespace, at most 54 characters. */
  readonly name: string;
  readonly namespace: string;
  readonly target: { readonly kind: "Deployment" | "StatefulSet"; readonly name: string };
  /** No pod at all is `min: 0`. */
  readonly replicas: { readonly min: number; readonly max: number };
  readonly triggers: readonly ScaleTrigger[];
  /** Time between two looks at the triggers, with `min: 0`. @default 30s */
  readonly interval?: Duration;
  /** Time without an active trigger after which the last pod goes, with `min: 0`. @default 5m */
  readonly cooldown?: Duration;
  /** Replicas after this many failed looks in a row. @default those at that time */
  readonly fallback?: { readonly failures: number; readonly replicas: number };
}

/** A job that is started by the value of a query: one at a time. */
export interface TriggeredJob {
  readonly trigger: QueryTrigger;
  /** Time between two looks at the trigger. */
  readonly interval: Duration;
  /** Ended jobs that stay, of those that succeeded and of those that failed each. */
  readonly history: number;
}

/** A Job turned into what starts it. */
export interface TriggeredJobObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Annotations of the object. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Field of the spec that takes the spec of the Job. */
  readonly jobField: string;
  /** The other fields of the spec. */
  readonly spec: JsonObject;
  /** What it depends on. @default nothing */
  readonly dependencies?: readonly IDependable[];
}

/** Scales by events. */
export interface IEventScaler extends IConstruct {
  /** Scales pods; an autoscaler of Kubernetes must not have the same target. */
  scale(scope: IConstruct, ask: ScaleAsk): void;
  /** The object that starts the job. A label of the object is a label of each Job, so that a queue can admit it. */
  trigger(job: TriggeredJob): TriggeredJobObject;
}
