/** Connections to one API server: kept alive, direct or through a proxy, each of them up within a time. */

import * as http from "node:http";
import * as https from "node:https";
import { Duplex } from "node:stream";
import type { ClusterAccess } from "./access";
import { ConnectionError } from "./api-error";
import { clusterProxy, environmentProxy, hostOf } from "./proxy";
import { openTunnel, portOf, proxyAuthorization, type TunnelTls } from "./tunnel";

/** Time for all that comes before a request: name, proxy, TLS. Go's client gives TLS alone as much. */
const CONNECT_WITHIN_MS = 10_000;

/** Connections kept open for requests. The API server's own fairness does the rest. */
const MAX_SOCKETS = 64;

/** Where a request goes first, and what it carries for that. */
export interface Route {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** What stands before each path. */
  readonly prefix: string;
  readonly headers: http.OutgoingHttpHeaders;
}

/** All connections to the server of one cluster. */
export class Connections {
  public readonly route: Route;
  /** For requests. */
  public readonly requests: http.Agent;
  /** For watches, which hold their connection for minutes: they must not use up those of requests. */
  public readonly streams: http.Agent;
  private readonly opening = new Set<AbortController>();
  private readonly tls: TunnelTls;

  public constructor(access: ClusterAccess) {
    const server = new URL(access.server);
    const proxy = proxyOf(access);
    this.tls = tlsOptions(access);
    this.route = routeOf(server, proxy);
    // Only what goes in the clear can be handed to an HTTP proxy, request by request.
    const tunnel = server.protocol === "https:" || proxy?.protocol.startsWith("socks") ? proxy : undefined;
    this.requests = this.agent(MAX_SOCKETS, tunnel);
    this.streams = this.agent(Number.POSITIVE_INFINITY, tunnel);
  }

  /** Closes all connections, also those that are not up yet. */
  public close(): void {
    for (const attempt of this.opening) attempt.abort(new ConnectionError("the client is closed", false));
    for (const agent of [this.requests, this.streams]) agent.destroy();
  }

  private agent(maxSockets: number, tunnel: URL | undefined): http.Agent {
    const { secure } = this.route;
    const kept = { keepAlive: true, maxSockets, scheduling: "lifo" } as const;
    const agent = secure ? new https.Agent({ ...kept, ...this.tls }) : new http.Agent(kept);
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (options, callback) => {
      if (tunnel === undefined) return upInTime(connect(options), secure);
      this.tunnel(tunnel, options).then(
        (socket) => {
          const inside = { ...options, socket };
          callback?.(null, (secure ? upInTime(connect(inside), secure) : socket) ?? socket);
        },
        (error) => callback?.(error, new Duplex()),
      );
      return undefined;
    };
    return agent;
  }

  private async tunnel(proxy: URL, { host, port }: http.ClientRequestArgs): Promise<Duplex> {
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(notUp()), CONNECT_WITHIN_MS);
    this.opening.add(attempt);
    try {
      return await openTunnel({ proxy, host: String(host), port: Number(port), tls: this.tls, signal: attempt.signal });
    } finally {
      clearTimeout(timer);
      this.opening.delete(attempt);
    }
  }
}

/** The proxy that a cluster is reached through; `undefined` where there is none. */
export function proxyOf({ server, proxyUrl }: ClusterAccess): URL | undefined {
  return proxyUrl === undefined ? environmentProxy(new URL(server)) : clusterProxy(proxyUrl);
}

/** Plain HTTP through an HTTP proxy is asked of the proxy, by the whole address. */
function routeOf(server: URL, proxy: URL | undefined): Route {
  const secure = server.protocol === "https:";
  const path = server.pathname.replace(/\/$/, "");
  if (secure || proxy === undefined || proxy.protocol.startsWith("socks"))
    return { secure, host: hostOf(server), port: Number(server.port) || (secure ? 443 : 80), prefix: path, headers: {} };
  const headers = { host: server.host, ...proxyAuthorization(proxy) };
  return { secure: proxy.protocol === "https:", host: hostOf(proxy), port: portOf(proxy), prefix: `${server.origin}${path}`, headers };
}

function tlsOptions({ tls: { ca, cert, key, serverName, insecure } }: ClusterAccess): TunnelTls {
  return {
    rejectUnauthorized: !insecure,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(serverName && { servername: serverName }),
  };
}

/** Node waits for a connection as long as the system does, which is minutes. */
function upInTime(socket: Duplex | null | undefined, secure: boolean): Duplex | null | undefined {
  if (!socket) return socket;
  const timer = setTimeout(() => socket.destroy(notUp()), CONNECT_WITHIN_MS);
  for (const event of [secure ? "secureConnect" : "connect", "close"]) socket.once(event, () => clearTimeout(timer));
  return socket;
}

function notUp(): ConnectionError {
  return new ConnectionError(`no connection within ${CONNECT_WITHIN_MS / 1_000} s`, true);
}
