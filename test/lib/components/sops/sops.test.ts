/** Encrypted files in an environment. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { secretRef } from "#lib/core/secret-ref";
import { plainTree } from "#lib/gitops/plain";
import { fixFor } from "#stacks/cli/requirements";
import { CANARY } from "../../../fixtures/secrets/values";

const read = (name: string) => readFileSync(join(__dirname, "../../../fixtures/secrets", name), "utf8");
const SOPS = read("grafana-admin.sops.yaml");
const SEALED = read("grafana-admin.sealed.yaml");

const base = { name: "test", cluster: { type: "context", context: "test" } };
const monitoring = { monitoring: { grafana: { adminSecret: "grafana-admin" } } };

function resolved(section: object, text: string, rest: object = monitoring) {
  const files = new Map([["secrets/grafana.yaml", text]]);
  return createPlatform({ sections: catalog }).resolve({ ...base, ...rest, ...section } as never, { files });
}

const sops = { sops: { files: ["secrets/grafana.yaml"] } };
const sealed = { sealedSecrets: { files: ["secrets/grafana.yaml"] } };

function released(...args: Parameters<typeof resolved>) {
  const result = resolved(...args);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value.release;
}

test("a tree carries the file byte for byte, after the namespaces, and its script decrypts it on its way", () => {
  const tree = plainTree(released(sops, SOPS));

  const files = tree.ok ? tree.value : new Map<string, string>();
  expect(files.get("05-encrypted/monitoring/secret.grafana-admin.yaml")).toBe(SOPS);
  expect(files.get("apply.sh")).toMatch(
    /-f 00-namespaces\nsops decrypt 05-encrypted\/monitoring\/secret\.grafana-admin\.yaml \| kubectl apply --server-side -f -\n/,
  );
});

test("for up the Secret is a requirement, with the command that creates it", () => {
  const release = released(sops, SOPS);

  const needed = release.requires.find(({ name }) => name === "grafana-admin");
  expect(needed).toMatchObject({ type: "secret", namespace: "monitoring", keys: ["admin-password", "admin-user"] });
  expect(needed && fixFor(needed, { release, hasNamespace: true })).toBe(
    "sops decrypt secrets/grafana.yaml | kubectl apply --server-side -f -",
  );
});

test("a sealed Secret is no requirement, and comes out as kubeseal wrote it", () => {
  const release = released(sealed, SEALED);

  expect(release.requires.filter(({ name }) => name === "grafana-admin")).toEqual([]);
  const found = release.objects.find(({ manifest }) => manifest.kind === "SealedSecret");
  expect(found?.manifest["spec"]).toEqual({
    encryptedData: { "admin-user": expect.stringMatching(/^Ag/), "admin-password": expect.stringMatching(/^Ag/) },
    template: { metadata: { name: "grafana-admin", namespace: "monitoring" }, type: "Opaque" },
  });
});

test.each([
  ["sops", sops, SOPS.replace("admin-user:", "user:")],
  ["sealedSecrets", sealed, SEALED.replace("admin-user:", "user:")],
])("%s: a key that something reads and the Secret does not have is a problem of its file", (key, section, text) => {
  const result = resolved(section, text);

  expect(!result.ok && result.problems).toEqual([
    expect.objectContaining({
      id: "release.secret-without-key",
      path: `${key}.files.0`,
      got: "the Secret monitoring/grafana-admin without admin-user",
      allowed: "one with every key that is read: monitoring",
    }),
  ]);
});

test("a file for a namespace that the environment does not have is refused", () => {
  const result = resolved(sops, SOPS.replace("namespace: monitoring", "namespace: elsewhere"), {});

  expect(!result.ok && result.problems.map(({ id }) => id)).toEqual(["checks.namespace-exists"]);
});

/** In the form of an access key of AWS. */
const KEY = `AKIA${CANARY.toUpperCase().padEnd(16, "A")}`;

test.each([
  ["a value", SOPS.replace(/admin-password: \S+/, `admin-password: ${CANARY}`), sops],
  ["a comment", `# ${KEY}\n${SOPS}`, sops],
  ["an annotation", SOPS.replace("  namespace:", `  annotations: { api_key: ${CANARY} }\n  namespace:`), sops],
  ["base64", SEALED.replace(/admin-password: \S+/, `admin-password: ${Buffer.from(CANARY).toString("base64")}`), sealed],
  ["a template", SEALED.replace("    type: Opaque", `    type: Opaque\n    data: { password: ${CANARY} }`), sealed],
  [
    "what kubectl applied",
    SEALED.replace("  namespace:", `  annotations: { kubectl.kubernetes.io/last-applied-configuration: '${CANARY}' }\n  namespace:`),
    sealed,
  ],
])("a secret in clear text as %s is refused, and never shown", (_, text, section) => {
  const result = resolved(section, text);

  expect(!result.ok && [...new Set(result.problems.map(({ id }) => id))]).toEqual(["secrets.clear-text"]);
  expect(JSON.stringify(result)).not.toMatch(new RegExp(`${CANARY}|${KEY}`, "i"));
});

test("what reads a sealed Secret waits for it", () => {
  const { edges } = released(sealed, SEALED.replaceAll("namespace: monitoring", "namespace: ray"), {
    ray: {
      clusters: {
        main: { faultTolerance: { redis: "rediss://redis.example.com:6379", password: secretRef("grafana-admin", "admin-password") } },
      },
    },
  });

  expect(edges.filter(({ to }) => to === "bitnami.com/SealedSecret/ray/grafana-admin").map(({ reason }) => reason)).toContain("secret");
});
