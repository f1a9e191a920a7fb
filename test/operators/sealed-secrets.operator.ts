/**
 * The controller of Sealed Secrets v0.40.0 on a file that kubeseal seals with the certificate that it serves. Its program knows the API server of its pod alone:
 * here it takes a kubeconfig, and is as it is in all else.
 *
 * @exercises sealed-secrets
 */

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlatform } from "#charts/platform";
import { sealedSecretsPin } from "#lib/components/sealed-secrets/index";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { definitions } from "#lib/imports/sealed-secrets/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { pause } from "#stacks/cluster/retry";
import { applyStrictly } from "../fixtures/apply-release";
import { withGoProgram } from "../fixtures/go-program";
import { EMBEDDED, released } from "../fixtures/platform";
import { chartObjects, moduleFolder } from "./module-files";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperator } from "./real-operator";
import { freePort } from "./webhooks";

const MODULE = { module: "sealed-secrets", goModule: "github.com/bitnami/sealed-secrets" } as const;
const HOME = "sealed-secrets";
/** Nowhere but in Secrets. */
const PLANTED = "planted-token";
const FILE = "secrets/notebooks.yaml";

const kubeseal = withGoProgram({
  name: "kubeseal",
  module: "kubeseal",
  source: join(__dirname, "../fixtures/kubeseal"),
  goPackage: `${MODULE.goModule}/cmd/kubeseal`,
});
const operator = withRealOperator({
  name: "controller",
  goPackage: `${MODULE.goModule}/cmd/controller`,
  module: MODULE.module,
  complete: withKubeconfig,
});
let certificate: string;
let release: Release;
let sealed: KubeObject;

/** The module with one change: which API server it asks. */
function withKubeconfig(folder: string, go: string): void {
  const source = moduleFolder(MODULE);
  const copy = join(folder, "controller");
  for (const part of ["go.mod", "cmd/controller", "pkg"]) cpSync(join(source, part), join(copy, part), { recursive: true });
  const main = join(copy, "pkg/controller/main.go");
  execFileSync("chmod", ["-R", "u+w", copy]);
  const changed = [
    ['"k8s.io/client-go/rest"', '"k8s.io/client-go/tools/clientcmd"'],
    ["rest.InClusterConfig()", 'clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))'],
  ].reduce((text, [from = "", to = ""]) => replacedOnce(text, from, to), readFileSync(main, "utf8"));
  writeFileSync(main, changed);
  execFileSync(go, ["mod", "edit", `-replace=${MODULE.goModule}=./controller`], { cwd: folder });
}

function replacedOnce(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${from} is there ${parts.length - 1} times`);
  return parts.join(to);
}

beforeAll(async () => {
  const port = await freePort();
  certificate = `http://127.0.0.1:${port}/v1/cert.pem`;
  const client = operator.client();
  for (const definition of definitions()) await applyStrictly(client, definition);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: HOME } }, { fieldManager: "test" });
  operator.start({ args: () => chartArguments(port), env: () => ({ POD_NAMESPACE: HOME }) });
  await answers();
  release = releaseOf(seal("notebooks", PLANTED));
  sealed = found("SealedSecret");
  operator.applyTree(release);
}, STARTED_WITHIN_MS);

/** Arguments that the chart makes of our values, but for ports. */
function chartArguments(port: number): string[] {
  const onCluster = { name: "test", cluster: { type: "context", context: "test" }, sealedSecrets: {} } as const;
  const [chart] = released(onCluster).helmReleases;
  if (!chart) throw new Error("the release has no chart");
  const made = chartObjects({ ...MODULE, path: "helm/sealed-secrets" }, chart, operator.helm);
  const args = valueAt(made.find(({ kind }) => kind === "Deployment") ?? null, ["spec", "template", "spec", "containers", 0, "args"]);
  if (!Array.isArray(args)) throw new Error("the chart has no arguments");
  const here: Readonly<Record<string, string>> = { ":8080": `127.0.0.1:${port}`, ":8081": "127.0.0.1:0" };
  return args.map((each) => here[String(each)] ?? String(each));
}

/** Waits for its first key. */
async function answers(): Promise<void> {
  for (let tries = 400; tries > 0; tries--) {
    try {
      if ((await fetch(certificate)).ok) return;
    } catch (thrown) {
      if (tries === 1) throw new Error(`${String(thrown)}\n${operator.log()}`);
    }
    await pause(300);
  }
}

function seal(name: string, token: string, ...args: string[]): string {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "notebooks" }, stringData: { token } };
  return execFileSync(kubeseal, ["--cert", certificate, "--format", "yaml", ...args], { input: JSON.stringify(secret), encoding: "utf8" });
}

function releaseOf(text: string): Release {
  const environment = {
    ...EMBEDDED,
    sealedSecrets: { files: [FILE] },
    workspaces: { notebooks: { editor: { type: "jupyterlab" }, token: secretRef("notebooks", "token") } },
  } as const;
  return unwrap(createPlatform().resolve(environment, { files: new Map([[FILE, text]]) })).release;
}

function found(wanted: string): KubeObject {
  const one = release.objects.map(({ manifest }) => manifest).find(({ kind }) => kind === wanted);
  if (!one) throw new Error(`the release has no ${wanted}`);
  return one;
}

test(
  "the file becomes ready with the status that the simulator writes, and the Secret that the workspace reads has the value",
  async () => {
    const row = rowOf(sealed);

    const live = await operator.until(sealed, (seen) => healthOf(seen, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    const [made] = sealedSecretsPin.kinds[0].makes(sealed);
    expect(made).toBe(objectId(secretNamed("notebooks")));
    expect(await tokenOf("notebooks")).toBe(PLANTED);
    expect(JSON.stringify(found("StatefulSet"))).toContain('"secretKeyRef":{"key":"token","name":"notebooks"}');
  },
  WITHIN_MS,
);

test("the workspace comes after the file, and its value is neither in the release nor in what the controller says", () => {
  const { id } = release.objects.find(({ manifest }) => manifest === found("StatefulSet")) ?? {};

  expect(release.edges).toContainEqual(expect.objectContaining({ from: id, to: objectId(sealed) }));
  expect(JSON.stringify(release)).not.toContain(PLANTED);
  expect(operator.log()).toContain("notebooks");
  expect(operator.log()).not.toContain(PLANTED);
});

test(
  "apply.sh runs again after the controller has written, and changes nothing",
  async () => {
    const before = await writtenOf();

    operator.applyTree(release);

    expect(await writtenOf()).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "what another key has sealed is a failure, and the Secret stays as it was",
  async () => {
    const foreign = { spec: { encryptedData: { token: shuffled(valueAt(sealed, ["spec", "encryptedData", "token"])) } } };

    await operator.client().patch(refOf(sealed), { type: "merge", body: foreign });
    const live = await operator.until(sealed, (seen) => healthOf(seen, rowOf(sealed)).state === "failed");

    expect(read(live["status"], rowOf(sealed))).toEqual(read(rowOf(sealed).simulatedFailure?.status, rowOf(sealed)));
    expect(await tokenOf("notebooks")).toBe(PLANTED);
  },
  WITHIN_MS,
);

test(
  "a Secret that somebody else has made is left as it is",
  async () => {
    const client = operator.client();
    await client.apply({ ...secretNamed("theirs"), stringData: { token: "theirs" } }, { fieldManager: "test" });
    const [theirs] = releaseOf(seal("theirs", "ours"))
      .objects.map(({ manifest }) => manifest)
      .filter(({ kind }) => kind === "SealedSecret");
    if (!theirs) throw new Error("the release has no SealedSecret");

    await client.apply(theirs, { fieldManager: "test" });
    const live = await operator.until(theirs, (seen) => healthOf(seen, rowOf(theirs)).state === "failed");

    expect(healthOf(live, rowOf(theirs)).message).toContain("not managed by SealedSecret");
    expect(await tokenOf("theirs")).toBe("theirs");
  },
  WITHIN_MS,
);

/** A value of the same form that nobody can read. */
function shuffled(text: JsonValue | undefined): string {
  const bytes = Buffer.from(String(text), "base64");
  return Buffer.concat([bytes.subarray(0, 2), bytes.subarray(2).reverse()]).toString("base64");
}

function secretNamed(name: string): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "notebooks" } };
}

async function tokenOf(name: string): Promise<string> {
  const live = await operator.client().get(refOf(secretNamed(name)));
  return Buffer.from(String(valueAt(live["data"], ["token"])), "base64").toString();
}

async function writtenOf(): Promise<JsonValue> {
  const { metadata, spec = null } = await operator.client().get(refOf(sealed));
  return { generation: metadata["generation"] ?? null, spec, token: await tokenOf("notebooks") };
}
