/** Turns credentials into a header or a client certificate, running the credential plugin where there is one. */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { type ClusterAccess, type Credentials, type ExecCredentials, KubeconfigError } from "./access";
import { codeOf } from "./api-error";

/** What a request carries. */
export interface Proof {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** PEM of a certificate that a plugin handed out. */
  readonly cert?: string;
  /** PEM of its key. */
  readonly key?: string;
}

/** Renew a plugin's token this long before it expires: a request must not outlive it. */
const EARLY_MS = 60_000;

/** Hands out the proof for one cluster; asks a plugin once, and again when its token nears its end or was refused. */
export class Authenticator {
  private plugin: Promise<{ readonly proof: Proof; readonly expires: number }> | undefined;

  public constructor(private readonly access: ClusterAccess) {}

  /** The proof to send now. */
  public async proof(): Promise<Proof> {
    const { credentials } = this.access;
    if (credentials.type !== "exec") return plainProof(credentials);
    this.plugin ??= runPlugin(credentials, this.access);
    let known = await this.settled(this.plugin);
    if (known.expires - EARLY_MS < Date.now()) {
      this.plugin = runPlugin(credentials, this.access);
      known = await this.settled(this.plugin);
    }
    return known.proof;
  }

  /** The server refused the last proof. Is there a chance that another one is accepted? */
  public forget(): boolean {
    this.plugin = undefined;
    return this.access.credentials.type === "exec" || this.access.credentials.type === "token-file";
  }

  /** A failed plugin is asked again next time, not remembered. */
  private async settled<T>(plugin: Promise<T>): Promise<T> {
    try {
      return await plugin;
    } catch (error) {
      this.plugin = undefined;
      throw error;
    }
  }
}

async function plainProof(credentials: Exclude<Credentials, ExecCredentials>): Promise<Proof> {
  switch (credentials.type) {
    case "none":
      return {};
    case "token":
      return { authorization: `Bearer ${credentials.token}` };
    case "token-file":
      return { authorization: `Bearer ${(await readFile(credentials.path, "utf8")).trim()}` };
    case "basic":
      return { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}` };
  }
}

async function runPlugin(exec: ExecCredentials, access: ClusterAccess): Promise<{ proof: Proof; expires: number }> {
  const status = statusOf(await output(exec, access), exec);
  const token = status["token"];
  const expires = Date.parse(String(status["expirationTimestamp"] ?? ""));
  return {
    proof: {
      ...(typeof token === "string" && { authorization: `Bearer ${token}` }),
      ...(typeof status["clientCertificateData"] === "string" && { cert: status["clientCertificateData"] }),
      ...(typeof status["clientKeyData"] === "string" && { key: status["clientKeyData"] }),
    },
    expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires,
  };
}

/** Standard error goes to ours: plugins print there what the person has to do. */
function output(exec: ExecCredentials, access: ClusterAccess): Promise<string> {
  const info = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, cluster: { server: access.server } },
  };
  const env = { ...process.env, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  return new Promise((resolve, reject) => {
    const child = execFile(exec.command, [...exec.args], { env, timeout: 60_000 }, (error, stdout) => {
      if (!error) return resolve(stdout);
      const hint = codeOf(error) === "ENOENT" && exec.installHint ? `; ${exec.installHint}` : "";
      reject(new KubeconfigError(`credential plugin ${exec.command} failed: ${error.message.split("\n")[0]}${hint}`, { cause: error }));
    });
    child.stderr?.pipe(process.stderr, { end: false });
    child.stdin?.end();
  });
}

function statusOf(stdout: string, exec: ExecCredentials): JsonObject {
  try {
    const value: unknown = JSON.parse(stdout);
    if (isJsonObject(value) && isJsonObject(value["status"])) return value["status"];
  } catch (error) {
    throw new KubeconfigError(`credential plugin ${exec.command} printed no JSON`, { cause: error });
  }
  throw new KubeconfigError(`credential plugin ${exec.command} printed no ExecCredential with a status`);
}
