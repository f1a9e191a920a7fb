/**
 * The official kubeseal, with a key of the test: what it seals is accepted, and it reads what a tree carries of it. It needs openssl, which makes the key.
 *
 * @exercises sealed-secrets
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlatform } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { withGoProgram } from "../../../fixtures/go-program";
import { CANARY } from "../../../fixtures/secrets/values";

const kubeseal = withGoProgram({
  name: "kubeseal",
  module: "kubeseal",
  source: join(__dirname, "../../../fixtures/kubeseal"),
  goPackage: "github.com/bitnami/sealed-secrets/cmd/kubeseal",
});
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-kubeseal-"));
const [key, certificate] = [join(folder, "tls.key"), join(folder, "tls.crt")];

beforeAll(() => {
  const subject = ["-subj", "/CN=sealed-secret", "-days", "1", "-newkey", "rsa:4096", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...subject, "-keyout", key, "-out", certificate], { stdio: "pipe" });
});
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = JSON.stringify({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "grafana-admin", namespace: "monitoring" },
  stringData: { "admin-user": "admin", "admin-password": CANARY },
});

const seal = (...args: string[]) =>
  execFileSync(kubeseal, ["--cert", certificate, "--format", "yaml", ...args], { input: SECRET, encoding: "utf8" });

const unseal = (text: string) =>
  execFileSync(kubeseal, ["--recovery-unseal", "--recovery-private-key", key], { input: text, encoding: "utf8", stdio: "pipe" });

function resolved(text: string) {
  const environment = {
    name: "test",
    cluster: { type: "context", context: "test" },
    monitoring: { grafana: { adminSecret: "grafana-admin" } },
    sealedSecrets: { files: ["secrets/grafana.yaml"] },
  };
  return createPlatform().resolve(environment, { files: new Map([["secrets/grafana.yaml", text]]) });
}

test("what it seals goes into a tree, which holds no value, and comes out of it again", () => {
  const tree = unwrap(plainTree(unwrap(resolved(seal())).release));

  const sealed = [...tree].find(([path]) => path.includes("sealedsecret.bitnami.com.grafana-admin"))?.[1] ?? "";
  expect([...tree.values()].filter((text) => text.includes(CANARY))).toEqual([]);
  const { data } = JSON.parse(unseal(sealed)) as { readonly data: Readonly<Record<string, string>> };
  expect(Buffer.from(data["admin-password"] ?? "", "base64").toString()).toBe(CANARY);
});

test("what it cannot read under another name is refused, unless its scope is wider", () => {
  const renamed = (text: string) => text.replace("name: grafana-admin", "name: grafana");
  const wide = renamed(seal("--scope", "namespace-wide"));

  expect(() => unseal(renamed(seal()))).toThrow(/no key could decrypt/);
  const result = resolved(renamed(seal()));
  expect(!result.ok && result.problems.map(({ id }) => id)).toEqual(["sealed-secrets.renamed"]);
  expect(unseal(wide)).toContain("grafana");
  expect(resolved(wide).ok).toBe(true);
});
