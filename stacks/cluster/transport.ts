/** HTTP to one API server: kept-alive connections, credentials, abort; no retries and no knowledge of Kubernetes kinds. */

import * as http from "node:http";
import * as https from "node:https";
import type { ClusterAccess, Impersonation } from "./access";
import { ConnectionError, codeOf, messageOf } from "./api-error";
import { Connections } from "./connections";
import { Authenticator } from "./credentials";
import type { Proof } from "./exec-plugin";

/** One request. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the server, starting with a slash. */
  readonly path: string;
  /** Query; `undefined` values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: string;
  /** @default application/json */
  readonly contentType?: string;
  /** @default application/json */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Time until the answer begins, a connection included, credentials not. @default no limit but that on silence */
  readonly withinMs?: number;
}

/** A whole answer. */
export interface ApiResponse {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** An answer that is still arriving. */
export interface ApiStream {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Pieces of text as they come. */
  readonly chunks: AsyncIterable<string>;
}

/** How to talk to a server. */
export interface TransportOptions {
  /** Silence after which a request has failed. @default 60,000 */
  readonly timeoutMs?: number;
}

/** Sends requests to one API server. */
export class Transport {
  private readonly auth: Authenticator;
  private readonly connections: Connections;

  public constructor(
    private readonly access: ClusterAccess,
    private readonly options: TransportOptions = {},
  ) {
    this.auth = new Authenticator(access.credentials);
    this.connections = new Connections(access);
  }

  /** Gets the credentials ready; a plugin may take as long as a person takes to log in. */
  public async signIn(): Promise<void> {
    await this.auth.proof();
  }

  /** Sends a request and reads the whole answer. A refused credential is renewed once. */
  public async send(request: ApiRequest): Promise<ApiResponse> {
    const stream = await this.open(request, this.connections.requests);
    let body = "";
    for await (const chunk of stream.chunks) body += chunk;
    return { status: stream.status, retryAfter: stream.retryAfter, body };
  }

  /** Sends a request and hands on the answer piece by piece. */
  public stream(request: ApiRequest): Promise<ApiStream> {
    return this.open(request, this.connections.streams);
  }

  /** Closes all connections. */
  public close(): void {
    this.connections.close();
  }

  private async open(request: ApiRequest, agent: http.Agent): Promise<ApiStream> {
    const proof = await this.auth.proof();
    const first = await this.exchange(request, agent, proof);
    const another = first.statusCode === 401 ? await this.auth.another(proof) : undefined;
    if (another === undefined) return streamOf(first);
    first.resume();
    return streamOf(await this.exchange(request, agent, another));
  }

  private exchange(request: ApiRequest, agent: http.Agent, proof: Proof): Promise<http.IncomingMessage> {
    request.signal?.throwIfAborted();
    const { timeoutMs = 60_000 } = this.options;
    const { secure, host, port, prefix } = this.connections.route;
    return new Promise((resolve, reject) => {
      const send = secure ? https.request : http.request;
      const sent = send({
        host,
        port,
        method: request.method,
        path: `${prefix}${request.path}${queryOf(request.query)}`,
        headers: this.headers(request, proof),
        agent,
        ...(proof.cert && { cert: proof.cert }),
        ...(proof.key && { key: proof.key }),
      });
      sent.setTimeout(timeoutMs, () => sent.destroy(new ConnectionError(`no answer for ${timeoutMs / 1_000} s`, true)));
      sent.once("response", resolve);
      sent.once("error", (error) => reject(connectionError(error, request.signal)));
      endEarly(sent, request, reject);
      sent.end(request.body);
    });
  }

  private headers(request: ApiRequest, { authorization }: Proof): http.OutgoingHttpHeaders {
    const { body, contentType = "application/json", accept = "application/json" } = request;
    return {
      accept,
      "user-agent": "beamstack-iac",
      ...(authorization && { authorization }),
      ...impersonationHeaders(this.access.impersonation),
      ...(body !== undefined && { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
      ...this.connections.route.headers,
    };
  }
}

/** Node tells of an abort only when there is a connection: a tunnel that does not come up would hold the caller. */
function endEarly(sent: http.ClientRequest, { signal, withinMs }: ApiRequest, reject: (reason: unknown) => void): void {
  const end = (reason: unknown): void => {
    reject(reason);
    sent.destroy();
  };
  const abort = (): void => end(signal?.reason);
  signal?.addEventListener("abort", abort);
  const late = (): void => end(new ConnectionError(`no answer within ${Math.ceil((withinMs ?? 0) / 1_000)} s`, true));
  const timer = withinMs === undefined ? undefined : setTimeout(late, withinMs);
  sent.once("response", () => clearTimeout(timer));
  sent.once("close", () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  });
}

/** Source: Kubernetes documentation, "User impersonation". */
function impersonationHeaders(impersonation: Impersonation | undefined): http.OutgoingHttpHeaders {
  if (impersonation === undefined) return {};
  const { user, uid, groups, extra } = impersonation;
  const extras = Object.entries(extra).map(([key, values]) => [`impersonate-extra-${headerName(key)}`, [...values]]);
  return {
    "impersonate-user": user,
    ...(uid !== undefined && { "impersonate-uid": uid }),
    ...(groups.length > 0 && { "impersonate-group": [...groups] }),
    ...Object.fromEntries(extras),
  };
}

/** A key may have characters that no header's name has, such as a slash. Source: client-go 0.34, `headerKeyEscape`. */
function headerName(key: string): string {
  const escaped = (character: string) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  return key.replace(/[^!#$&'*+.^_`|~0-9A-Za-z-]/gu, escaped);
}

function queryOf(query: ApiRequest["query"] = {}): string {
  const pairs = Object.entries(query).flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, String(value)]]));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

function streamOf(message: http.IncomingMessage): ApiStream {
  return { status: message.statusCode ?? 0, retryAfter: message.headers["retry-after"], chunks: chunksOf(message) };
}

async function* chunksOf(message: http.IncomingMessage): AsyncGenerator<string> {
  message.setEncoding("utf8");
  try {
    for await (const chunk of message) yield String(chunk);
  } catch (error) {
    throw connectionError(error);
  }
  if (!message.complete) throw new ConnectionError("the answer ended early", true);
}

/** Codes after which the same request may well succeed. */
const TRANSIENT = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "ECONNABORTED"]);

function connectionError(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof ConnectionError) return error;
  // An abort is the caller's own decision: hand back its reason.
  if (signal?.aborted) return signal.reason;
  const message = messageOf(error);
  return new ConnectionError(message, TRANSIENT.has(codeOf(error)) || message === "aborted", { cause: error });
}
