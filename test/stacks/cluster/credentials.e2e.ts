/** Credentials that a program hands out. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterAccess, Credentials } from "#stacks/cluster/access";
import { Authenticator } from "#stacks/cluster/credentials";

describe("a credential", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "credentials-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const access = (credentials: Credentials): ClusterAccess => ({
    context: "c",
    server: "https://127.0.0.1:1",
    namespace: "default",
    tls: { insecure: false },
    credentials,
  });

  /** A plugin that counts its runs in a file and prints what `status` gives for the n-th. */
  function plugin(status: string): Authenticator {
    const script = join(folder, "plugin.js");
    const text = `
      const fs = require("node:fs");
      const n = fs.existsSync("runs") ? Number(fs.readFileSync("runs", "utf8")) + 1 : 1;
      fs.writeFileSync("runs", String(n));
      const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: "ExecCredential", status: ${status} }));`;
    writeFileSync(script, text.replaceAll('"runs"', JSON.stringify(join(folder, "runs"))));
    const exec = {
      type: "exec",
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: [script],
      env: { WHO: "me" },
    } as const;
    return new Authenticator(access(exec));
  }

  it("of a plugin is asked for once, with who asks and which server it is for", async () => {
    const auth = plugin('{ token: [n, process.env.WHO, info.spec.cluster.server].join(" ") }');

    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer 1 me https://127.0.0.1:1" });
    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer 1 me https://127.0.0.1:1" });
  });

  it("of a plugin is asked for again when it nears its end, and when the server refused it", async () => {
    const expiring = plugin("{ token: String(n), expirationTimestamp: new Date(Date.now() + (n === 1 ? 1000 : 3600_000)).toISOString() }");

    await expect(expiring.proof()).resolves.toEqual({ authorization: "Bearer 2" });
    expect(expiring.forget()).toBe(true);
    await expect(expiring.proof()).resolves.toEqual({ authorization: "Bearer 3" });
  });

  it("of a plugin may be a client certificate", async () => {
    await expect(plugin('{ clientCertificateData: "c", clientKeyData: "k" }').proof()).resolves.toEqual({ cert: "c", key: "k" });
  });

  it("of a plugin that does not exist tells how to install it", async () => {
    const exec = { type: "exec", apiVersion: "v1", command: join(folder, "none"), args: [], env: {}, installHint: "get it there" } as const;

    await expect(new Authenticator(access(exec)).proof()).rejects.toThrow(/credential plugin .*none failed: .*; get it there/);
  });

  it("in a file is read each time, since such files are rotated", async () => {
    const path = join(folder, "token");
    writeFileSync(path, "one\n");
    const auth = new Authenticator(access({ type: "token-file", path }));

    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer one" });
    writeFileSync(path, "two");
    await expect(auth.proof()).resolves.toEqual({ authorization: "Bearer two" });
  });

  it("of name and password is basic, and no credential is none", async () => {
    await expect(new Authenticator(access({ type: "basic", username: "a", password: "b" })).proof()).resolves.toEqual({
      authorization: `Basic ${Buffer.from("a:b").toString("base64")}`,
    });
    await expect(new Authenticator(access({ type: "none" })).proof()).resolves.toEqual({});
  });
});
