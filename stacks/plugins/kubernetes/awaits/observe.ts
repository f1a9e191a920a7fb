/** Sees an object change: by a watch, and by asking now and then in case the watch has fallen silent. */

import type { KubeObject } from "#lib/kube/object";
import { isNotFound, NoMatchError } from "#stacks/cluster/api-error";
import type { ListQuery, ObjectRef } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { isTransient, pause } from "#stacks/cluster/retry";

/** What an event says of the object: it is like this, or gone. */
type Sight = KubeObject | undefined;

/** Follows one object. Nothing between two looks is lost: a job that completes and is removed at once was complete. */
export class Observer {
  private seen: Sight;
  /** Not looked at yet. Only the newest state counts, but before an end it does. */
  private news: Sight[] = [];
  private wake: (() => void) | undefined;
  private readonly done = new AbortController();
  private readonly signal: AbortSignal;
  private following = false;

  public constructor(
    private readonly client: Pick<KubeClient, "get" | "watch">,
    private readonly ref: ObjectRef,
    private readonly options: { readonly start: KubeObject | undefined; readonly signal: AbortSignal },
  ) {
    this.seen = options.start;
    this.signal = AbortSignal.any([options.signal, this.done.signal]);
  }

  /** The object as last seen; `undefined` once it is gone. */
  public get object(): KubeObject | undefined {
    return this.seen;
  }

  /**
   * Returns with the next event; after `ms` without one it asks the server itself.
   *
   * @throws the reason of the signal, and what the server answers where asking again would not help
   */
  public async next(ms: number): Promise<void> {
    this.options.signal.throwIfAborted();
    this.follow();
    if (this.news.length === 0) await this.quiet(ms);
    if (this.news.length === 0) await this.refresh(ms);
    if (this.news.length > 0) this.seen = this.news.shift();
  }

  /** Ends the watch. */
  public close(): void {
    this.done.abort();
  }

  private follow(): void {
    if (this.following) return;
    this.following = true;
    // Who may not watch, or lost the watch for good, still has the polling.
    this.read().catch(() => undefined);
  }

  private async read(): Promise<void> {
    const { apiVersion, kind, name, namespace } = this.ref;
    const query: ListQuery = { apiVersion, kind, fieldSelector: `metadata.name=${name}`, ...(namespace && { namespace }) };
    const resourceVersion = this.seen?.metadata["resourceVersion"];
    const from = typeof resourceVersion === "string" ? { resourceVersion } : {};
    for await (const { type, object } of this.client.watch(query, { signal: this.signal, ...from })) {
      // The event of an end carries the last state.
      if (this.news.at(-1) !== undefined) this.news.pop();
      this.news.push(object);
      if (type === "DELETED") this.news.push(undefined);
      this.wake?.();
    }
  }

  /** Until there is an event, at most `ms`. */
  private async quiet(ms: number): Promise<void> {
    const timer = new AbortController();
    const event = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const quiet = pause(ms, AbortSignal.any([this.signal, timer.signal]));
    try {
      await Promise.race([event, quiet]);
    } finally {
      timer.abort();
      // The loser of the race ends with the abort, which is nobody's error.
      quiet.catch(() => undefined);
    }
  }

  /** An event that came meanwhile is as new as the answer. A server that is away is asked again next time: the wait has its own end. */
  private async refresh(ms: number): Promise<void> {
    try {
      const object = await this.client.get(this.ref, { signal: this.signal, retry: { deadlineMs: ms } });
      if (this.news.length === 0) this.news.push(object);
    } catch (error) {
      this.signal.throwIfAborted();
      if (isTransient(error)) return;
      if (!isNotFound(error) && !(error instanceof NoMatchError)) throw error;
      if (this.news.length === 0) this.news.push(undefined);
    }
  }
}
