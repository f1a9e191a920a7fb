/** Sees an object change: by a watch, and by asking now and then in case the watch has fallen silent. */

import type { KubeObject } from "#lib/kube/object";
import { isNotFound, NoMatchError } from "#stacks/cluster/api-error";
import type { ListQuery, ObjectRef } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { pause } from "#stacks/cluster/retry";

/** Follows one object. */
export class Observer {
  private seen: KubeObject | undefined;
  private wake: (() => void) | undefined;
  private readonly done = new AbortController();
  private readonly signal: AbortSignal;
  private following = false;

  public constructor(
    private readonly client: KubeClient,
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

  /** Returns after the next event; after `ms` it asks the server itself. Ends with the reason of the signal. */
  public async next(ms: number): Promise<void> {
    this.options.signal.throwIfAborted();
    this.follow();
    const timer = new AbortController();
    const event = new Promise<"event">((resolve) => {
      this.wake = () => resolve("event");
    });
    const quiet = pause(ms, AbortSignal.any([this.signal, timer.signal])).then(() => "quiet" as const);
    try {
      if ((await Promise.race([event, quiet])) === "quiet") await this.refresh();
    } finally {
      timer.abort();
      // The loser of the race ends with the abort, which is nobody's error.
      quiet.catch(() => undefined);
    }
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
      this.seen = type === "DELETED" ? undefined : object;
      this.wake?.();
    }
  }

  private async refresh(): Promise<void> {
    try {
      this.seen = await this.client.get(this.ref, { signal: this.signal });
    } catch (error) {
      if (!isNotFound(error) && !(error instanceof NoMatchError)) throw error;
      this.seen = undefined;
    }
  }
}
