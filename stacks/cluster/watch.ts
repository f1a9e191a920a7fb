/** Watches a collection across closed connections and expired resource versions, as one stream. */

import { isJsonObject, type JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { ApiError, ConnectionError, errorOf } from "./api-error";
import { asObject, type CallOptions, type ListPage, type ListQuery } from "./calls";
import { backoffMs, isTransient, pause, type RetryPolicy } from "./retry";
import type { ApiStream } from "./transport";

/** A change of an object. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

/** The client calls that a watch needs. */
export interface WatchSource {
  listAt(query: ListQuery, options?: CallOptions): Promise<ListPage>;
  openWatch(query: ListQuery, resourceVersion: string, signal?: AbortSignal): Promise<ApiStream>;
}

/** Options of a watch. */
export interface WatchOptions {
  readonly signal?: AbortSignal;
  /** Start after this resource version instead of listing first. */
  readonly resourceVersion?: string;
  readonly retry?: RetryPolicy;
}

/**
 * Endless events of a collection. Resumes from the last resource version after a closed connection; after `410 Gone` it
 * lists again and emits the differences. Ends by throwing: the signal's reason, or the server's rejection.
 */
export async function* watchObjects(source: WatchSource, query: ListQuery, options: WatchOptions = {}): AsyncGenerator<WatchEvent> {
  const follower = new Follower(source, query, options);
  for (;;) yield* follower.round();
}

class Follower {
  private version: string;
  private failures = 0;
  private readonly known = new Map<string, KubeObject>();

  public constructor(
    private readonly source: WatchSource,
    private readonly query: ListQuery,
    private readonly options: WatchOptions,
  ) {
    this.version = options.resourceVersion ?? "";
  }

  /** One connection, until the server closes it, as it does every few minutes, or it breaks. */
  public async *round(): AsyncGenerator<WatchEvent> {
    this.options.signal?.throwIfAborted();
    try {
      if (this.version === "") yield* this.relist();
      yield* this.follow();
      // Avoids a tight loop if a server closes every connection at once.
      await this.rest(undefined);
    } catch (error) {
      await this.rest(this.recoverable(error));
    }
  }

  private recoverable(error: unknown): unknown {
    this.options.signal?.throwIfAborted();
    if (error instanceof ApiError && error.status === 410) this.version = "";
    else if (!isTransient(error)) throw error;
    return error;
  }

  private async rest(error: unknown): Promise<void> {
    const { retry = {}, signal } = this.options;
    this.failures += 1;
    await (retry.sleep ?? pause)(backoffMs(this.failures, error, retry), signal);
  }

  private async *relist(): AsyncGenerator<WatchEvent> {
    const { signal } = this.options;
    const { items, resourceVersion } = await this.source.listAt(this.query, signal ? { signal } : {});
    const gone = new Map(this.known);
    for (const object of items) {
      const before = this.known.get(uidOf(object));
      gone.delete(uidOf(object));
      this.known.set(uidOf(object), object);
      if (versionOf(before) !== versionOf(object)) yield { type: before ? "MODIFIED" : "ADDED", object };
    }
    for (const [uid, object] of gone) {
      this.known.delete(uid);
      yield { type: "DELETED", object };
    }
    this.version = resourceVersion;
  }

  private async *follow(): AsyncGenerator<WatchEvent> {
    const stream = await this.source.openWatch(this.query, this.version, this.options.signal);
    if (stream.status >= 400) throw await refusal(stream);
    for await (const line of lines(stream.chunks)) {
      const event = this.read(line);
      if (event) yield event;
    }
  }

  private read(line: string): WatchEvent | undefined {
    const { type, object } = parseEvent(line);
    if (type === "ERROR") throw errorOf(isJsonObject(object) ? Number(object["code"]) : 500, JSON.stringify(object), undefined);
    const seen = asObject(object);
    this.version = versionOf(seen) || this.version;
    this.failures = 0;
    if (type === "BOOKMARK") return undefined;
    if (type === "DELETED") this.known.delete(uidOf(seen));
    else this.known.set(uidOf(seen), seen);
    return { type, object: seen };
  }
}

async function refusal({ status, chunks, retryAfter }: ApiStream): Promise<ApiError> {
  let body = "";
  for await (const chunk of chunks) body += chunk;
  return errorOf(status, body, retryAfter);
}

async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((part) => part !== "");
  }
}

const TYPES = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"] as const;

function parseEvent(line: string): { readonly type: (typeof TYPES)[number]; readonly object: JsonValue } {
  let value: JsonValue;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new ConnectionError("a watch event is not JSON", true, { cause: error });
  }
  const event = isJsonObject(value) ? value : {};
  const type = TYPES.find((known) => known === event["type"]);
  if (!type || event["object"] === undefined) throw new ConnectionError("a watch event has no known type", true);
  return { type, object: event["object"] };
}

function versionOf(object: KubeObject | undefined): string {
  return String(object?.metadata["resourceVersion"] ?? "");
}

function uidOf(object: KubeObject): string {
  return String(object.metadata["uid"] ?? `${object.metadata.namespace ?? ""}/${object.metadata.name}`);
}
