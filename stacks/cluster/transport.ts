/** HTTP to one API server: kept-alive connections, credentials, abort; no retries and no knowledge of Kubernetes kinds. */

import * as http from "node:http";
import * as https from "node:https";
import type { ClusterAccess } from "./access";
import { ConnectionError, codeOf, messageOf } from "./api-error";
import { Authenticator, type Proof } from "./credentials";

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

/** Connections kept open for requests. The API server's own fairness does the rest. */
const MAX_SOCKETS = 64;

/** Sends requests to one API server. */
export class Transport {
  private readonly base: URL;
  private readonly auth: Authenticator;
  private readonly agents: readonly [requests: http.Agent, streams: http.Agent];

  public constructor(
    access: ClusterAccess,
    private readonly options: TransportOptions = {},
  ) {
    this.base = new URL(access.server);
    this.auth = new Authenticator(access);
    const { ca, cert, key, serverName, insecure } = access.tls;
    const tls = {
      rejectUnauthorized: !insecure,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(serverName && { servername: serverName }),
    };
    const agent = (maxSockets: number) => {
      const kept = { keepAlive: true, maxSockets, scheduling: "lifo" } as const;
      return this.base.protocol === "http:" ? new http.Agent(kept) : new https.Agent({ ...kept, ...tls });
    };
    // Watches hold their connection for minutes: they must not use up those of requests.
    this.agents = [agent(MAX_SOCKETS), agent(Number.POSITIVE_INFINITY)];
  }

  /** Sends a request and reads the whole answer. A refused credential is renewed once. */
  public async send(request: ApiRequest): Promise<ApiResponse> {
    const stream = await this.open(request, this.agents[0]);
    let body = "";
    for await (const chunk of stream.chunks) body += chunk;
    return { status: stream.status, retryAfter: stream.retryAfter, body };
  }

  /** Sends a request and hands on the answer piece by piece. */
  public stream(request: ApiRequest): Promise<ApiStream> {
    return this.open(request, this.agents[1]);
  }

  /** Closes all connections. */
  public close(): void {
    for (const agent of this.agents) agent.destroy();
  }

  private async open(request: ApiRequest, agent: http.Agent): Promise<ApiStream> {
    const first = await this.exchange(request, agent);
    if (first.statusCode !== 401 || !this.auth.forget()) return streamOf(first);
    first.resume();
    return streamOf(await this.exchange(request, agent));
  }

  private async exchange(request: ApiRequest, agent: http.Agent): Promise<http.IncomingMessage> {
    const proof = await this.auth.proof();
    request.signal?.throwIfAborted();
    const { timeoutMs = 60_000 } = this.options;
    return new Promise((resolve, reject) => {
      const send = this.base.protocol === "http:" ? http.request : https.request;
      const sent = send(this.base, {
        method: request.method,
        path: `${this.base.pathname.replace(/\/$/, "")}${request.path}${queryOf(request.query)}`,
        headers: this.headers(request, proof),
        agent,
        ...(request.signal && { signal: request.signal }),
        ...(proof.cert && { cert: proof.cert }),
        ...(proof.key && { key: proof.key }),
      });
      sent.setTimeout(timeoutMs, () => sent.destroy(new ConnectionError(`no answer for ${timeoutMs / 1_000} s`, true)));
      sent.once("response", resolve);
      sent.once("error", (error) => reject(connectionError(error, request.signal)));
      sent.end(request.body);
    });
  }

  private headers(request: ApiRequest, { authorization }: Proof): http.OutgoingHttpHeaders {
    const { body, contentType = "application/json", accept = "application/json" } = request;
    return {
      accept,
      "user-agent": "beamstack-iac",
      ...(authorization && { authorization }),
      ...(body !== undefined && { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
    };
  }
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
