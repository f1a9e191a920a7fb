/** Calls to the instance's own programs over TLS with its client certificate. */

import { Agent, request } from "node:https";
import type { ClientCredentials } from "./credentials";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One call. */
export interface Call {
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: string;
  /** @default no body */
  readonly body?: unknown;
}

/** How long one call may take. */
const TIMEOUT_MS = 10_000;

/** A client of one server. */
export class Api {
  private readonly agent: Agent;

  public constructor(
    private readonly port: number,
    credentials: ClientCredentials,
  ) {
    this.agent = new Agent({ keepAlive: true, ca: credentials.authority, cert: credentials.certificate, key: credentials.key });
  }

  /** Calls, and returns whatever the server says. */
  public call({ method, path, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { "content-type": "application/apply-patch+yaml" };
      const sent = request(
        { host: "127.0.0.1", port: this.port, method, path, headers, agent: this.agent, timeout: TIMEOUT_MS },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
          answer.on("error", reject);
        },
      );
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Calls; anything but success is an error. */
  public async expect(call: Call): Promise<unknown> {
    const { status, body } = await this.call(call);
    if (status >= 300) throw new Error(`${call.method} ${call.path}: ${status} ${body.trim()}`);
    return body === "" ? undefined : JSON.parse(body);
  }

  /** Lets go of the kept connections. */
  public close(): void {
    this.agent.destroy();
  }
}
