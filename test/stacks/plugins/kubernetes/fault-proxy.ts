/** A loopback proxy before an API server that can lose, delay and refuse requests, and counts them. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import type { ClusterAccess } from "#stacks/cluster/access";

/** What happens to a request. */
export type Fault =
  /** The proxy answers itself. */
  | { readonly type: "status"; readonly status: number; readonly retryAfter?: number }
  /** The connection breaks before the server sees the request. */
  | { readonly type: "reset" }
  /** The server does what it is asked, and its answer is lost. */
  | { readonly type: "lost-reply" }
  /** The answer never comes. */
  | { readonly type: "silence" };

/** Decides for one request; `undefined` lets it pass. */
export type Decide = (call: string) => Fault | undefined;

/** A proxy before one API server. */
export class FaultProxy {
  /** `METHOD /path?query` of everything asked since the last {@link clear}. */
  public calls: string[] = [];
  /** @default everything passes */
  public decide: Decide = () => undefined;
  private readonly server: Server;

  private constructor(private readonly behind: ClusterAccess) {
    this.server = createServer((request, response) => this.handle(request, response));
  }

  /** Starts a proxy on a free port. */
  public static async start(behind: ClusterAccess): Promise<FaultProxy> {
    const proxy = new FaultProxy(behind);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** A kubeconfig that leads through the proxy. */
  public get kubeconfig(): string {
    const { port } = this.server.address() as AddressInfo;
    return JSON.stringify({
      "current-context": "proxy",
      clusters: [{ name: "proxy", cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: "proxy", context: { cluster: "proxy" } }],
    });
  }

  /** Forgets calls and faults. */
  public clear(): void {
    this.calls = [];
    this.decide = () => undefined;
  }

  /** Each of the faults once, in order, on calls that match. */
  public inject(matching: RegExp, ...faults: readonly Fault[]): void {
    const left = [...faults];
    this.decide = (call) => (matching.test(call) ? left.shift() : undefined);
  }

  /** Ends the proxy and all its connections. */
  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const call = `${request.method} ${request.url}`;
    this.calls.push(call);
    const fault = this.decide(call);
    if (fault?.type === "status") {
      if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
      response.writeHead(fault.status);
      response.end();
      return;
    }
    if (fault?.type === "silence") return;
    if (fault?.type === "reset") request.socket.destroy();
    else this.forward(request, response, fault?.type === "lost-reply");
  }

  private forward(request: IncomingMessage, response: ServerResponse, lose: boolean): void {
    const { tls, server } = this.behind;
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const upstream = httpsRequest(new URL(request.url ?? "/", server), {
      method: request.method,
      headers,
      ca: tls.ca,
      cert: tls.cert,
      key: tls.key,
      rejectUnauthorized: !tls.insecure,
    });
    upstream.on("response", (answer) => {
      if (lose) {
        answer.resume();
        answer.on("end", () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    upstream.on("error", () => response.destroy());
    response.on("close", () => upstream.destroy());
    request.pipe(upstream);
  }
}
