/** Credentials that a program hands out. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecCredentials } from "#stacks/cluster/access";
import { Authenticator } from "#stacks/cluster/credentials";

const EXEC = {
  type: "exec",
  apiVersion: "client.authentication.k8s.io/v1",
  command: "",
  args: [],
  env: {},
  interactiveMode: "Never",
} as const satisfies ExecCredentials;

describe("a credential", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "credentials-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** A plugin that counts its runs in a file and prints what `status` gives for the n-th. */
  function plugin(status: string, exec: Partial<ExecCredentials> = {}): Authenticator {
    const script = join(folder, "plugin.js");
    const text = `
      const fs = require("node:fs");
      const n = fs.existsSync("runs") ? Number(fs.readFileSync("runs", "utf8")) + 1 : 1;
      fs.writeFileSync("runs", String(n));
      const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: "ExecCredential", status: ${status} }));`;
    writeFileSync(script, text.replaceAll('"runs"', JSON.stringify(join(folder, "runs"))));
    return new Authenticator({ ...EXEC, command: process.execPath, args: [script], env: { WHO: "me" }, ...exec });
  }

  it("of a plugin is asked for once, with its own variables, and with the cluster where the plugin wants to know it", async () => {
    const auth = plugin('{ token: [n, process.env.WHO, JSON.stringify(info.spec)].join(" ") }', { cluster: { server: "https://a" } });

    const proofs = await Promise.all([auth.proof(), auth.proof()]);

    expect(proofs).toEqual(Array(2).fill({ authorization: 'Bearer 1 me {"cluster":{"server":"https://a"},"interactive":false}' }));
    await expect(auth.proof()).resolves.toBe(proofs[0]);
  });

  it("of a plugin is asked for again when it has expired, and when the server refused it, once for all who were refused", async () => {
    const expiring = plugin("{ token: String(n), expirationTimestamp: new Date(Date.now() + (n === 1 ? -1 : 3600_000)).toISOString() }");

    const second = await expiring.proof();
    expect(second).toEqual({ authorization: "Bearer 2" });
    await expect(Promise.all([expiring.another(second), expiring.another(second)])).resolves.toEqual(
      Array(2).fill({ authorization: "Bearer 3" }),
    );
    await expect(expiring.another(second)).resolves.toEqual({ authorization: "Bearer 3" });
  });

  it("of a plugin may be a client certificate", async () => {
    await expect(plugin('{ clientCertificateData: "c", clientKeyData: "k" }').proof()).resolves.toEqual({ cert: "c", key: "k" });
  });

  it("of a plugin that does not exist tells how to install it, without what would steer the terminal", async () => {
    const missing = new Authenticator({ ...EXEC, command: join(folder, "none"), installHint: "get it\n\u001b[1mthere" });

    await expect(missing.proof()).rejects.toThrow(/credential plugin .*none is not installed; get it\nU\+001B\[1mthere$/);
  });

  it("of a plugin that failed is asked for again next time", async () => {
    const auth = plugin('n === 1 ? process.exit(3) : { token: "t" }');

    await expect(auth.proof()).rejects.toThrow(/failed with exit code 3/);
    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer t" });
  });

  it("in a file is read each time, since such files are rotated", async () => {
    const path = join(folder, "token");
    writeFileSync(path, "one\n");
    const auth = new Authenticator({ type: "token-file", path });

    const first = await auth.proof();
    expect(first).toEqual({ authorization: "Bearer one" });
    await expect(auth.another(first)).resolves.toBeUndefined();
    writeFileSync(path, "two");
    await expect(auth.another(first)).resolves.toEqual({ authorization: "Bearer two" });
  });

  it("in a file that is away or empty for a moment is the last one that was there, else the kubeconfig's own token", async () => {
    const path = join(folder, "token");
    const auth = new Authenticator({ type: "token-file", path, token: "own" });

    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer own" });
    writeFileSync(path, "one");
    await auth.proof();
    writeFileSync(path, "");
    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer one" });
    rmSync(path);
    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer one" });
    await expect(new Authenticator({ type: "token-file", path }).proof()).rejects.toThrow(/tokenFile cannot be read/);
  });

  it("of name and password is basic, and no credential is none", async () => {
    await expect(new Authenticator({ type: "basic", username: "a", password: "b" }).proof()).resolves.toEqual({
      authorization: `Basic ${Buffer.from("a:b").toString("base64")}`,
    });
    await expect(new Authenticator({ type: "none" }).proof()).resolves.toEqual({});
  });
});
