/** What an observer sees of an object between two looks. */

import { setImmediate as turn } from "node:timers/promises";
import type { KubeObject } from "#lib/kube/object";
import { ApiError, ConnectionError } from "#stacks/cluster/api-error";
import type { WatchEvent } from "#stacks/cluster/watch";
import { Observer } from "#stacks/plugins/kubernetes/awaits/observe";

const QUIET_MS = 60_000;
const SHORT_MS = 20;

const job = (phase: string): KubeObject => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, status: { phase } });
const ref = { apiVersion: "batch/v1", kind: "Job", name: "j" };

/** A client whose watch tells what it is given, and whose `get` answers what it is told to. */
class Told {
  public answer: () => Promise<KubeObject> = () => Promise.reject(new ApiError(404, "NotFound", "gone"));
  private readonly events: WatchEvent[] = [];
  private more: () => void = () => undefined;

  public tell(...events: readonly WatchEvent[]): void {
    this.events.push(...events);
    this.more();
  }

  public async *watch(): AsyncGenerator<WatchEvent> {
    for (;;) {
      yield* this.events.splice(0);
      await new Promise<void>((resolve) => {
        this.more = resolve;
      });
    }
  }

  public get(): Promise<KubeObject> {
    return this.answer();
  }
}

function observed() {
  const client = new Told();
  const abort = new AbortController();
  const observer = new Observer(client, ref, { start: job("Running"), signal: abort.signal });
  return { client, abort, observer };
}

describe("an observer", () => {
  it("shows the last state of an object that is gone before it shows that it is gone", async () => {
    const { client, observer } = observed();
    client.tell({ type: "MODIFIED", object: job("Complete") }, { type: "DELETED", object: job("Complete") });

    const sights: (KubeObject | undefined)[] = [];
    while (observer.object) {
      await observer.next(QUIET_MS);
      sights.push(observer.object);
    }

    expect(sights.slice(-2)).toEqual([job("Complete"), undefined]);
    observer.close();
  });

  it("shows at once what happened while nobody waited, the newest only", async () => {
    const { client, observer } = observed();
    client.tell({ type: "MODIFIED", object: job("1") });
    await observer.next(QUIET_MS);
    client.tell({ type: "MODIFIED", object: job("2") }, { type: "MODIFIED", object: job("3") });
    await turn();

    await observer.next(QUIET_MS);

    expect(observer.object).toEqual(job("3"));
    observer.close();
  });

  it("believes an event, not an answer that was on its way when it came", async () => {
    const { client, observer } = observed();
    client.answer = async () => {
      client.tell({ type: "MODIFIED", object: job("new") });
      await turn();
      return job("old");
    };

    await observer.next(SHORT_MS);

    expect(observer.object).toEqual(job("new"));
    observer.close();
  });

  it("asks by itself where no event comes, and knows what is gone", async () => {
    const { client, observer } = observed();
    client.answer = () => Promise.resolve(job("asked"));
    await observer.next(SHORT_MS);
    expect(observer.object).toEqual(job("asked"));

    client.answer = () => Promise.reject(new ApiError(404, "NotFound", "gone"));
    await observer.next(SHORT_MS);
    expect(observer.object).toBeUndefined();
    observer.close();
  });

  it("keeps what it saw while the server is away, and passes a refusal on", async () => {
    const { client, observer } = observed();
    client.answer = () => Promise.reject(new ConnectionError("refused", true));
    await observer.next(SHORT_MS);
    expect(observer.object).toEqual(job("Running"));

    client.answer = () => Promise.reject(new ApiError(403, "Forbidden", "no"));
    await expect(observer.next(SHORT_MS)).rejects.toThrow("no");
    observer.close();
  });

  it("ends with the reason of its signal", async () => {
    const { abort, observer } = observed();
    const waiting = observer.next(QUIET_MS);
    abort.abort(new Error("cancelled"));

    await expect(waiting).rejects.toThrow("cancelled");
  });
});
