/** The variables of a bucket, read by the AWS SDK for Python against a real S3 server with a certificate of its own. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Construct } from "constructs";
import { secretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketLocation } from "#lib/kube/bucket";
import { type BucketEnvironment, bucketEnvironment } from "#lib/kube/bucket-clients";

const FIXTURES = join(__dirname, "../../fixtures/s3");
const SECRETS: Readonly<Record<string, string>> = { "state/id": "access", "state/key": "secret" };

const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-s3-"));
const python = join(folder, "venv/bin/python");
let server: ChildProcess;
let location: BucketLocation;

const access: BucketAccess = {
  credentials: { type: "access-key", accessKeyId: secretRef("state", "id"), secretAccessKey: secretRef("state", "key") },
  ca: secretRef("ca", "ca.crt"),
  dependency: new Construct(undefined as never, ""),
};

beforeAll(async () => {
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(FIXTURES, "requirements.txt")]);
  server = spawn(python, [join(FIXTURES, "server.py"), folder], { stdio: ["pipe", "pipe", "ignore"] });
  const [port] = server.stdout ? await once(server.stdout, "data") : [];
  const endpoint = `https://127.0.0.1:${String(port).trim()}`;
  location = { api: "s3", bucket: "state", region: "eu-central-1", endpoint, pathStyle: true };
});

afterAll(async () => {
  server.stdin?.end();
  if (server.exitCode === null) await once(server, "exit");
  rmSync(folder, { recursive: true, force: true });
});

/** Only the variables of the bucket, with keys of Secrets as a pod gets them; no file of the user is read. */
function run(variables: BucketEnvironment, key: string): string {
  const env = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : SECRETS[`${value.name}/${value.key}`],
  ]);
  const args = [join(FIXTURES, "client.py"), location.bucket, key];
  return execFileSync(python, args, { encoding: "utf8", stdio: "pipe", env: { HOME: folder, ...Object.fromEntries(env) } });
}

test("endpoint, region, CA and access key arrive, and the bucket is part of the path", () => {
  const said = JSON.parse(run(bucketEnvironment(location, access, join(folder, "ca.crt")), "flink/checkpoint"));

  const endpoint = location.api === "s3" ? location.endpoint : "";
  expect(said).toEqual({
    region: "eu-central-1",
    accessKeyId: "access",
    body: "state",
    urls: [`${endpoint}/state`, `${endpoint}/state/flink/checkpoint`, `${endpoint}/state/flink/checkpoint`],
  });
});

test.each(["AWS_CA_BUNDLE", "AWS_ACCESS_KEY_ID"])(
  "without %s the client fails",
  (name) => {
    const variables = Object.entries(bucketEnvironment(location, access, join(folder, "ca.crt"))).filter(([each]) => each !== name);

    expect(() => run(Object.fromEntries(variables), "other")).toThrow(/SSL|NoCredentials|PartialCredentials/);
  },
  60_000,
);
