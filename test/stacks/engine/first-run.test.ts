import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineProblems } from "#stacks/engine/first-run";

const REAL = { name: "acme", cluster: { type: "context", context: "x" } } as const;
const folder = mkdtempSync(join(tmpdir(), "first-run-"));
const before = process.cwd();
beforeAll(() => {
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
  writeFileSync(join(folder, "kms.yaml"), "secretsprovider: awskms://alias/acme\n");
  writeFileSync(join(folder, "own.yaml"), "encryptionsalt: v1:x\n");
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const HOME = { PULUMI_HOME: folder };
const BUCKET = { ...HOME, PULUMI_BACKEND_URL: "s3://user:pw@acme-state" };

test.each<[string, Record<string, string>]>([
  ["a passphrase", { ...BUCKET, PULUMI_CONFIG_PASSPHRASE: "" }],
  ["a file with one", { ...BUCKET, PULUMI_CONFIG_PASSPHRASE_FILE: "/x" }],
  ["a secrets provider of the stack", { ...BUCKET, PULUMI_OPTION_CONFIG_FILE: join(folder, "kms.yaml") }],
  ["Pulumi Cloud", { ...HOME, PULUMI_BACKEND_URL: "https://api.pulumi.com" }],
  ["a token of Pulumi Cloud", { ...HOME, PULUMI_ACCESS_TOKEN: "pul-x" }],
])("%s is enough for a cluster of one's own", (_, env) => {
  expect(engineProblems(REAL, env)).toEqual([]);
});

test("without a place for the state, or without a passphrase, there is one problem with the way out", () => {
  const none = engineProblems(REAL, HOME);
  const plain = engineProblems(REAL, { ...BUCKET, PULUMI_OPTION_CONFIG_FILE: join(folder, "own.yaml") });

  expect(none).toMatchObject([{ id: "engine.no-backend", fix: expect.stringContaining("export PULUMI_BACKEND_URL=") }]);
  expect(plain).toMatchObject([{ id: "engine.no-passphrase", fix: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE_FILE") }]);
  expect(plain[0]?.got).toContain("s3://acme-state");
});

test("an embedded environment brings both", () => {
  expect(engineProblems({ name: "local", cluster: { type: "embedded" } }, HOME)).toEqual([]);
});
