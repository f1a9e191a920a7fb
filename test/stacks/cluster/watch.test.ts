/** One stream of events over connections that close, break and forget. */

import type { KubeObject } from "#lib/kube/object";
import { ConnectionError } from "#stacks/cluster/api-error";
import { type WatchSource, watchObjects } from "#stacks/cluster/watch";

const object = (name: string, version: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: name, resourceVersion: version },
});
const line = (type: string, of: unknown) => `${JSON.stringify({ type, object: of })}\n`;
const GONE = line("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" });

/** A server that answers each list and each watch with the next of what it was given. */
function server(lists: readonly (readonly KubeObject[])[], streams: readonly (readonly (string | Error)[])[]) {
  const watchedFrom: string[] = [];
  let listed = 0;
  const source: WatchSource = {
    listAt: async () => {
      listed += 1;
      return { items: lists[listed - 1] ?? [], resourceVersion: `list${listed}` };
    },
    openWatch: async (_query, version, signal) => {
      watchedFrom.push(version);
      const stream = streams[watchedFrom.length - 1];
      return { status: 200, retryAfter: undefined, chunks: stream ? chunks(stream) : silence(signal) };
    },
  };
  return { source, watchedFrom };
}

async function* chunks(parts: readonly (string | Error)[]): AsyncGenerator<string> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

async function* silence(signal?: AbortSignal): AsyncGenerator<string> {
  await new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  yield "";
}

async function events(source: WatchSource, count: number): Promise<string[]> {
  const seen: string[] = [];
  const follow = watchObjects(source, { apiVersion: "v1", kind: "Pod" }, { retry: { sleep: async () => undefined } });
  for await (const event of follow) {
    seen.push(`${event.type} ${event.object.metadata.name}`);
    if (seen.length === count) break;
  }
  return seen;
}

describe("a watch", () => {
  it("tells what is there, then what changes, from the version of the list", async () => {
    const { source, watchedFrom } = server([[object("a", "1")]], [[line("MODIFIED", object("a", "2")), line("DELETED", object("a", "3"))]]);

    await expect(events(source, 3)).resolves.toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
    expect(watchedFrom).toEqual(["list1"]);
  });

  it("puts lines together that arrive in pieces", async () => {
    const text = line("ADDED", object("ä", "2"));
    const { source } = server([[]], [[text.slice(0, 10), text.slice(10, 40), text.slice(40)]]);

    await expect(events(source, 1)).resolves.toEqual(["ADDED ä"]);
  });

  it("goes on from the last version, bookmarks included, when the connection closes or breaks", async () => {
    const { source, watchedFrom } = server(
      [[]],
      [
        [line("ADDED", object("a", "5")), line("BOOKMARK", object("", "9"))],
        [new ConnectionError("reset", true)],
        [line("ADDED", object("b", "10"))],
      ],
    );

    await expect(events(source, 2)).resolves.toEqual(["ADDED a", "ADDED b"]);
    expect(watchedFrom).toEqual(["list1", "9", "9"]);
  });

  it("lists again after 410 Gone and tells only the difference", async () => {
    const lists = [
      [object("a", "1"), object("b", "1"), object("c", "1")],
      [object("a", "1"), object("b", "7"), object("d", "8")],
    ];
    const { source } = server(lists, [[GONE]]);

    const seen = await events(source, 6);

    expect(seen.slice(3).sort()).toEqual(["ADDED d", "DELETED c", "MODIFIED b"]);
  });

  it("ends with a refusal", async () => {
    const source: WatchSource = {
      listAt: async () => ({ items: [], resourceVersion: "1" }),
      openWatch: async () => ({ status: 403, retryAfter: undefined, chunks: chunks(["no"]) }),
    };

    await expect(events(source, 1)).rejects.toMatchObject({ status: 403, message: "no" });
  });
});
