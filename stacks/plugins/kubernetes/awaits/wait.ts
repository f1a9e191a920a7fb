/** Waits until an object is ready, or gone. */

import type { KubeObject } from "#lib/kube/object";
import { isForbidden, isNotFound } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { isTransient } from "#stacks/cluster/retry";
import { Observer } from "./observe";
import { type Lookup, type ReadinessRule, type Verdict, waiting } from "./readiness";

/** Whose waiting it is. */
export interface Waiter {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
  /** Told what is waited for; empty when nothing is any more. */
  readonly report: (status: string) => void;
}

/** It did not become what was waited for. */
export class WaitFailure extends Error {
  public constructor(
    message: string,
    /** The object as last seen. */
    public readonly object: KubeObject | undefined,
    /** What more is known, one line each. */
    public readonly details: readonly string[] = [],
  ) {
    super(message);
    this.name = "WaitFailure";
  }
}

/** Events carry most changes; this is how long a silent watch goes unnoticed. */
const POLL_MS = 10_000;
/** Where readiness depends on other objects. */
const POLL_ELSEWHERE_MS = 1_500;

/**
 * Waits until the rule says ready.
 *
 * @returns the object as last seen
 * @throws WaitFailure when it fails, is deleted, or time is up
 */
export async function awaitReady(waiter: Waiter, object: KubeObject, rule: ReadinessRule): Promise<KubeObject> {
  const wait = new Wait(waiter, object, rule.timeoutSeconds);
  const look = lookup(waiter);
  try {
    for (;;) {
      const seen = wait.seen();
      const verdict = await verdictOn(rule, seen, look);
      if (verdict.ready) return seen;
      if (verdict.failed) throw new WaitFailure(verdict.message, seen, await explain(rule, seen, look));
      waiter.report(verdict.message);
      const timeUp = await wait.next(rule.looksElsewhere ? POLL_ELSEWHERE_MS : POLL_MS, verdict);
      if (timeUp) throw new WaitFailure(timeUp, wait.object, await explain(rule, seen, look));
    }
  } finally {
    wait.close();
  }
}

/** A server that is away for a while tells nothing of the object: it may be ready yet, until time is up. */
async function verdictOn(rule: ReadinessRule, object: KubeObject, look: Lookup): Promise<Verdict> {
  try {
    return await rule.check(object, look);
  } catch (error) {
    if (!isTransient(error)) throw error;
    return waiting(`waiting for the cluster to answer: ${error.message}`);
  }
}

/**
 * Waits until the object is gone, or another one has taken its name.
 *
 * @throws WaitFailure when time is up
 */
export async function awaitGone(waiter: Waiter, object: KubeObject, timeoutSeconds: number): Promise<void> {
  const wait = new Wait(waiter, object, timeoutSeconds);
  const { uid } = object.metadata;
  try {
    for (let seen: KubeObject | undefined = object; seen && seen.metadata["uid"] === uid; seen = wait.object) {
      const message = holdUp(seen);
      waiter.report(message);
      const timeUp = await wait.next(POLL_ELSEWHERE_MS, { ready: false, message });
      if (timeUp) throw new WaitFailure(timeUp, wait.object);
    }
  } finally {
    wait.close();
  }
}

/** Checks a rule once, without waiting. */
export function checkNow(waiter: Waiter, object: KubeObject, rule: ReadinessRule): Verdict | Promise<Verdict> {
  return rule.check(object, lookup(waiter));
}

/** One wait with its deadline. */
class Wait {
  private readonly observer: Observer;
  private readonly end: number;

  public constructor(
    private readonly waiter: Waiter,
    start: KubeObject,
    private readonly timeoutSeconds: number,
  ) {
    this.observer = new Observer(waiter.client, refOf(start), { start, signal: waiter.signal });
    this.end = performance.now() + timeoutSeconds * 1_000;
  }

  public get object(): KubeObject | undefined {
    return this.observer.object;
  }

  /** The object, which must not vanish while it is waited for. */
  public seen(): KubeObject {
    const { object } = this.observer;
    if (!object) throw new WaitFailure("was deleted while it was waited for", undefined);
    return object;
  }

  /** Waits for news. @returns what to say when time is up */
  public async next(pollMs: number, { message }: Verdict): Promise<string | undefined> {
    const left = this.end - performance.now();
    if (left <= 0) return `timed out after ${this.timeoutSeconds} s: ${message}`;
    try {
      await this.observer.next(Math.min(pollMs, left));
      return undefined;
    } catch (error) {
      if (!this.waiter.signal.aborted) throw error;
      throw new WaitFailure(`cancelled: ${message}`, this.observer.object);
    }
  }

  public close(): void {
    this.observer.close();
    this.waiter.report("");
  }
}

/** What keeps a deleted object: its finalizers, and for a namespace what is still in it. */
function holdUp(object: KubeObject): string {
  const { finalizers } = object.metadata;
  const status = typeof object["status"] === "object" && object["status"] !== null ? object["status"] : {};
  const conditions = "conditions" in status && Array.isArray(status["conditions"]) ? status["conditions"] : [];
  const remaining = conditions.filter(({ type, status: is }) => is === "True" && /Remaining|Failure/.test(String(type)));
  const parts = [
    ...(Array.isArray(finalizers) && finalizers.length > 0 ? [`finalizers ${finalizers.join(", ")}`] : []),
    ...remaining.map(({ message }) => String(message)),
  ];
  return parts.length === 0 ? "waiting for deletion" : `waiting for deletion: ${parts.join("; ")}`;
}

function lookup({ client, signal }: Waiter): Lookup {
  return {
    list: (query) => client.list(query, { signal, retry: { deadlineMs: POLL_MS } }),
    get: async (ref) => {
      try {
        return await client.get(ref, { signal, retry: { deadlineMs: POLL_MS } });
      } catch (error) {
        if (isNotFound(error) || isForbidden(error)) return undefined;
        throw error;
      }
    },
  };
}

/** More about a failure is welcome, but failing to find it must not hide the failure itself. */
async function explain(rule: ReadinessRule, object: KubeObject, look: Lookup): Promise<readonly string[]> {
  try {
    return (await rule.explain?.(object, look)) ?? [];
  } catch {
    return [];
  }
}
