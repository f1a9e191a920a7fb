/** Turns credentials into a header or a client certificate, and gets new ones when they have expired or were refused. */

import { readFile } from "node:fs/promises";
import { type Credentials, type ExecCredentials, KubeconfigError } from "./access";
import { messageOf } from "./api-error";
import { type Issued, type Proof, runPlugin } from "./exec-plugin";

/** Hands out the proof for one cluster. */
export class Authenticator {
  private running: Promise<Issued> | undefined;
  private latest: Issued | undefined;
  private fileToken: string | undefined;

  public constructor(private readonly credentials: Credentials) {}

  /** The proof to send now; a plugin is asked once, and again when what it handed out has expired. */
  public async proof(): Promise<Proof> {
    const { credentials } = this;
    switch (credentials.type) {
      case "none":
        return {};
      case "token":
        return { authorization: `Bearer ${credentials.token}` };
      case "token-file":
        return { authorization: `Bearer ${await this.tokenIn(credentials)}` };
      case "basic":
        return { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}` };
      case "exec": {
        const issued = await (this.running ?? this.ask(credentials));
        return issued.expires > Date.now() ? issued.proof : (await this.renewed(credentials, issued.proof)).proof;
      }
    }
  }

  /** Another proof than the one that the server refused; `undefined` where there is none. */
  public async another(refused: Proof): Promise<Proof | undefined> {
    const { credentials } = this;
    if (credentials.type === "exec") return (await this.renewed(credentials, refused)).proof;
    const proof = await this.proof();
    return proof.authorization === refused.authorization ? undefined : proof;
  }

  /** One run for everybody who found the same proof to be of no use. */
  private renewed(exec: ExecCredentials, stale: Proof): Promise<Issued> {
    return this.running === undefined || this.latest?.proof === stale ? this.ask(exec) : this.running;
  }

  /** A failed plugin is asked again next time, not remembered. */
  private ask(exec: ExecCredentials): Promise<Issued> {
    this.latest = undefined;
    const run = async () => {
      try {
        this.latest = await runPlugin(exec);
        return this.latest;
      } catch (error) {
        this.running = undefined;
        throw error;
      }
    };
    this.running = run();
    return this.running;
  }

  /** Rotated files are replaced while we read: the last token that was there, or the kubeconfig's own, bridges the gap. */
  private async tokenIn({ path, token }: Extract<Credentials, { readonly type: "token-file" }>): Promise<string> {
    try {
      this.fileToken = (await readFile(path, "utf8")).trim() || this.fileToken;
    } catch (error) {
      if (this.fileToken === undefined && token === undefined)
        throw new KubeconfigError(`the kubeconfig's tokenFile cannot be read: ${messageOf(error)}`, { cause: error });
    }
    const found = this.fileToken ?? token;
    if (found === undefined) throw new KubeconfigError(`the kubeconfig's tokenFile ${path} is empty`);
    return found;
  }
}
