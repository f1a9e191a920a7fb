/** The client against a loopback server that misbehaves. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, type KubeClient } from "#stacks/cluster/client";

type Reply = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const CORE = { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
const MAP = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" } };

describe("the client", () => {
  let server: Server;
  let client: KubeClient;
  let replies: Reply[];
  let seen: { readonly method: string; readonly url: string; readonly type: string; readonly body: string }[];

  beforeEach(async () => {
    replies = [];
    seen = [];
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      if (request.url === "/api/v1") {
        response.end(JSON.stringify(CORE));
        return;
      }
      seen.push({ method: request.method ?? "", url: request.url ?? "", type: request.headers["content-type"] ?? "", body });
      replies.shift()?.(request, response, body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const access = {
      context: "test",
      server: `http://127.0.0.1:${port}`,
      namespace: "default",
      tls: { insecure: false },
      credentials: { type: "token", token: "t" },
    } as const;
    client = connect(access, { retry: { sleep: async () => undefined, jitter: () => 0 } });
  });

  afterEach(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const json =
    (value: unknown, status = 200): Reply =>
    (_request, response) => {
      response.statusCode = status;
      response.end(JSON.stringify(value));
    };

  it("applies on the server with manager, force and strict validation", async () => {
    replies = [json(MAP)];

    await client.apply(MAP, { fieldManager: "me", force: true, dryRun: true });

    expect(seen).toEqual([
      {
        method: "PATCH",
        url: "/api/v1/namespaces/n/configmaps/a?fieldManager=me&dryRun=All&fieldValidation=Strict&force=true",
        type: "application/apply-patch+yaml",
        body: JSON.stringify(MAP),
      },
    ]);
  });

  it("escapes in an applied object what the server, which reads it as YAML, would refuse or change", async () => {
    const odd = { ...MAP, data: { a: "\u007f \u0085 \u009f \u2028 \ufeff \uffff ä 😀" } };
    replies = [json(odd)];

    await client.apply(odd, { fieldManager: "me" });

    expect(seen[0]?.body).toContain(String.raw`"\u007f \u0085 \u009f \u2028 \ufeff \uffff ä 😀"`);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual(odd);
  });

  it("deletes with policy and uid, and tells an object that lingers from one that is gone", async () => {
    replies = [json(MAP), json({ kind: "Status", status: "Success" })];
    const ref = { apiVersion: "v1", kind: "ConfigMap", name: "a", namespace: "n" };

    await expect(client.delete(ref, { propagationPolicy: "Foreground", uid: "u" })).resolves.toMatchObject({ kind: "ConfigMap" });
    await expect(client.delete(ref)).resolves.toBeUndefined();
    expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({ propagationPolicy: "Foreground", preconditions: { uid: "u" } });
  });

  it("reads a collection page by page and gives items the kind of their list", async () => {
    const item = (name: string) => ({ metadata: { name } });
    replies = [
      json({ metadata: { continue: "next page" }, items: [item("a")] }),
      json({ metadata: { resourceVersion: "5" }, items: [item("b")] }),
    ];

    const page = await client.listAt({ apiVersion: "v1", kind: "ConfigMap", labelSelector: "x=y" });

    expect(page.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(["ConfigMap a", "ConfigMap b"]);
    expect(page.resourceVersion).toBe("5");
    expect(seen.map(({ url }) => url)).toEqual([
      "/api/v1/configmaps?labelSelector=x%3Dy&limit=500",
      "/api/v1/configmaps?labelSelector=x%3Dy&limit=500&continue=next+page",
    ]);
  });

  it("survives 429, 503, a reset and a truncated answer in a row", async () => {
    replies = [
      json({}, 429),
      json({}, 503),
      (request) => request.socket.destroy(),
      (_request, response) => {
        response.setHeader("content-length", "100");
        response.write('{"kind":');
        response.socket?.end();
      },
      (_request, response) => response.end('{"kind":"Confi'),
      json(MAP),
    ];

    await expect(client.get({ apiVersion: "v1", kind: "ConfigMap", name: "a", namespace: "n" })).resolves.toMatchObject({
      kind: "ConfigMap",
    });
    expect(seen).toHaveLength(6);
  });

  it("ends at once when its caller gives up", async () => {
    const abort = new AbortController();
    replies = [() => abort.abort(new Error("enough"))];

    await expect(client.version({ signal: abort.signal })).rejects.toThrow("enough");
  });

  it("ends its watches when it is closed, and opens no new ones", async () => {
    replies = [(_request, response) => response.write(`${JSON.stringify({ type: "ADDED", object: MAP })}\n`)];
    const watch = client.watch({ apiVersion: "v1", kind: "ConfigMap" }, { resourceVersion: "1" });
    await expect(watch.next()).resolves.toMatchObject({ value: { type: "ADDED" } });

    const next = watch.next();
    client.close();

    await expect(next).rejects.toThrow("the client is closed");
    await expect(client.watch({ apiVersion: "v1", kind: "ConfigMap" }).next()).rejects.toThrow("the client is closed");
    expect(seen).toHaveLength(1);
  });

  it("names who did not answer in time", async () => {
    const impatient = connect(client.access, { timeoutMs: 20, retry: { deadlineMs: 0 } });
    replies = [() => undefined];

    await expect(impatient.version()).rejects.toThrow("no answer for 0.02 s");
    impatient.close();
  });

  it("hands the caller's token to the server", async () => {
    replies = [(request, response) => response.end(JSON.stringify({ gitVersion: request.headers.authorization }))];

    await expect(client.version()).resolves.toBe("Bearer t");
  });
});
