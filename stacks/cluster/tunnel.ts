/** A connection through a proxy: HTTP CONNECT, in the clear or over TLS, or SOCKS5. */

import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { connect, isIPv6, type Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { ConnectionError, codeOf, messageOf } from "./api-error";
import { hostOf } from "./proxy";

/** How a server, or a proxy over TLS, proves who it is, and we who we are. As in Go it is one for both. */
export interface TunnelTls extends SecureContextOptions {
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

/** Where to, and how. */
export interface TunnelOptions {
  readonly proxy: URL;
  readonly host: string;
  readonly port: number;
  readonly tls: TunnelTls;
  /** Ends the attempt, and the tunnel. */
  readonly signal: AbortSignal;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "socks5:": 1080, "socks5h:": 1080 };

/** Port of a proxy. */
export function portOf({ port, protocol }: URL): number {
  return Number(port) || (DEFAULT_PORTS[protocol] ?? 80);
}

/** Header by which we prove to a proxy who we are; none where its address has no user. */
export function proxyAuthorization({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Opens a connection to `host` through the proxy, which looks the name up. */
export async function openTunnel(options: TunnelOptions): Promise<Socket> {
  try {
    return await (options.proxy.protocol.startsWith("socks") ? throughSocks(options) : throughConnect(options));
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError(`proxy ${options.proxy.host}: ${messageOf(error)}`, codeOf(error) === "ECONNREFUSED", { cause: error });
  }
}

function throughConnect({ proxy, host, port, tls, signal }: TunnelOptions): Promise<Socket> {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = {
    host: hostOf(proxy),
    port: portOf(proxy),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, connection: "keep-alive", ...proxyAuthorization(proxy) },
    agent: false,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    const sent = proxy.protocol === "https:" ? https.request({ ...request, ...tls }) : http.request(request);
    sent.once("connect", ({ statusCode, statusMessage }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new ConnectionError(`proxy ${proxy.host} refuses a connection to ${authority}: ${statusCode} ${statusMessage}`, false));
    });
    // A server that is no proxy may answer as if it were asked for a page.
    sent.once("response", ({ statusCode }) => {
      sent.destroy();
      reject(new ConnectionError(`proxy ${proxy.host} answers CONNECT with ${statusCode}`, false));
    });
    sent.once("error", reject);
    sent.end();
  });
}

async function throughSocks({ proxy, host, port, signal }: TunnelOptions): Promise<Socket> {
  // Few go through SOCKS; nobody else waits for its code.
  const { SocksClient } = await import("socks");
  const [proxyHost, proxyPort] = [hostOf(proxy), portOf(proxy)];
  const existing = connect({ host: proxyHost, port: proxyPort, signal });
  await once(existing, "connect");
  const user = proxy.username === "" ? {} : { userId: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
  const { socket } = await SocksClient.createConnection({
    proxy: { host: proxyHost, port: proxyPort, type: 5, ...user },
    command: "connect",
    destination: { host, port },
    existing_socket: existing,
  });
  return socket;
}
