/**
 * External Secrets v0.20.4 on our stores and secrets, with the CRDs of the pinned version. No proxy serves a newer version whole: since 1.0 its providers
 * are modules of their own. Modules of some providers are not served either, so that the Kubernetes provider, which reads a store of the cluster, is alone in it.
 *
 * @exercises external-secrets
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Duration } from "#lib/core/duration";
import { type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/external-secrets/index";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { refOf } from "#stacks/cluster/calls";
import { pause } from "#stacks/cluster/retry";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released } from "../fixtures/platform";
import { moduleFolder, moduleObjects } from "./module-files";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperator } from "./real-operator";

const MODULE = { module: "external-secrets", goModule: "github.com/external-secrets/external-secrets" } as const;
/** Nowhere but in Secrets. */
const PLANTED = { notebooks: "planted-token", vectors: "planted-password" } as const;

const stored = (property: keyof typeof PLANTED) => ({ type: "stored-secret", store: "central", key: property, property }) as const;
const parts = {
  namespaces: { vault: {} },
  externalSecrets: { stores: { central: { type: "kubernetes", namespace: "vault", refresh: Duration.seconds(5) } } },
  workspaces: { notebooks: { editor: { type: "jupyterlab" }, token: stored("notebooks") } },
  cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10) } } },
  databases: { vectors: { type: "in-cluster", server: "main", owner: { type: "store", password: stored("vectors") } } },
} as const;

const operator = withRealOperator({
  name: "external-secrets",
  goPackage: MODULE.goModule,
  module: MODULE.module,
  complete: kubernetesAlone,
});
let release: Release;
let stores: readonly KubeObject[];
let secrets: readonly KubeObject[];

/** The operator as it is, but for the files that register every provider and every generator. */
function kubernetesAlone(folder: string, go: string): void {
  const source = moduleFolder(MODULE);
  const registers: Readonly<Record<string, string>> = {
    "pkg/provider/register/register.go": `package register\n\nimport _ "${MODULE.goModule}/pkg/provider/kubernetes"\n`,
    "pkg/generator/register/register.go": "package register\n",
  };
  const copied = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^(?:go\.mod|main\.go|(?:apis|cmd|pkg)\/.*(?<!_test)\.go)$/.test(file),
  );
  for (const file of copied) {
    const path = join(folder, "operator", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, registers[file] ?? readFileSync(join(source, file)));
  }
  execFileSync(go, ["mod", "edit", `-replace=${MODULE.goModule}=./operator`], { cwd: folder });
}

beforeAll(async () => {
  release = reachable(released({ ...EMBEDDED, ...parts }));
  const all = release.objects.map(({ manifest }) => manifest);
  stores = all.filter(({ kind }) => kind === "SecretStore");
  secrets = all.filter(({ kind }) => kind === "ExternalSecret");
  const client = operator.client();
  // The operator watches the state of generators, whether or not there is any.
  const states = moduleObjects({ ...MODULE, path: "config/crds/bases/generators.external-secrets.io_generatorstates.yaml" });
  for (const definition of [...definitions(), ...states]) await applyStrictly(client, definition);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "vault" } }, { fieldManager: "test" });
  for (const [name, value] of Object.entries(PLANTED))
    await client.apply(
      { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "vault" }, stringData: { [name]: value } },
      { fieldManager: "test" },
    );
  // What our values disable.
  const disabled = ["cluster-store", "cluster-external-secret", "cluster-push-secret", "push-secret"];
  operator.start({
    args: () => [
      ...disabled.map((name) => `--enable-${name}-reconciler=false`),
      ...["--metrics-addr=127.0.0.1:0", "--live-addr=127.0.0.1:0", "--loglevel=debug"],
    ],
  });
  operator.applyTree(release, { withoutDefinitions: false });
}, STARTED_WITHIN_MS);

/** The operator runs on this machine, which does not know the API server by its name in the cluster. */
function reachable(whole: Release): Release {
  const text = JSON.stringify(whole.objects).replaceAll("https://kubernetes.default.svc", operator.server());
  return { ...whole, objects: JSON.parse(text) as Release["objects"] };
}

test(
  "each store becomes ready with the status that the simulator writes, and was never called wrong",
  async () => {
    expect(stores).toHaveLength(2);
    for (const store of stores) {
      const row = rowOf(store);
      const live = await operator.until(store, (seen) => healthOf(seen, row).state === "ready");
      expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    }

    expect((await messages()).filter((message) => message.includes("not allowed"))).toEqual([]);
  },
  WITHIN_MS,
);

test(
  "each secret becomes ready with the status that the simulator writes, and has the keys and the type that were asked for",
  async () => {
    for (const secret of secrets) {
      const row = rowOf(secret);
      const live = await operator.until(secret, (seen) => healthOf(seen, row).state === "ready");
      expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    }

    expect(await Promise.all(secrets.map(contentOf))).toEqual(
      expect.arrayContaining([
        ["Opaque", { token: PLANTED.notebooks }],
        ["kubernetes.io/basic-auth", { username: "vectors", password: PLANTED.vectors }],
      ]),
    );
  },
  WITHIN_MS,
);

test(
  "apply.sh runs again after the operator has written, and changes nothing",
  async () => {
    const before = await writtenOf();

    operator.applyTree(release);

    expect(await writtenOf()).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "a key that the store does not have is a failure, and the Secret stays as it was",
  async () => {
    const [secret] = secrets.filter(({ metadata }) => metadata.namespace === "notebooks");
    if (!secret) throw new Error("the release has no secret of the workspace");
    const before = await contentOf(secret);
    const spec = valueAt(secret, ["spec", "data"]);
    const data = JSON.parse(JSON.stringify(spec).replace('"property":"notebooks"', '"property":"absent"')) as JsonValue;

    await operator.client().patch(refOf(secret), { type: "merge", body: { spec: { data } } });
    const live = await operator.until(secret, (seen) => healthOf(seen, rowOf(secret)).state === "failed");

    expect(read(live["status"], rowOf(secret))).toEqual(read(rowOf(secret).simulatedFailure?.status, rowOf(secret)));
    expect(await contentOf(secret)).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "a Secret that nobody named cannot be read, though it is in the same namespace",
  async () => {
    const [secret] = secrets.filter(({ metadata }) => metadata.namespace === "notebooks");
    if (!secret) throw new Error("the release has no secret of the workspace");
    const { apiVersion, kind, spec = null } = secret;
    const other = JSON.parse(JSON.stringify(spec), (key, value: unknown) =>
      ["key", "property"].includes(key) ? "vectors" : value,
    ) as JsonObject;
    const stranger = {
      ...{ apiVersion, kind, metadata: { name: "stranger", namespace: "notebooks" } },
      spec: { ...other, target: { name: "stranger", creationPolicy: "Owner", deletionPolicy: "Retain" } },
    };
    await operator.client().apply(stranger, { fieldManager: "test" });

    await operator.until(stranger, (seen) => healthOf(seen, rowOf(secret)).state === "failed");

    // Events follow the status.
    while (!(await messages("notebooks")).some((message) => /secrets "vectors" is forbidden/.test(message))) await pause(300);
  },
  WITHIN_MS,
);

/** What events say. */
async function messages(namespace?: string): Promise<string[]> {
  const events = await operator.client().list({ apiVersion: "v1", kind: "Event", ...(namespace !== undefined && { namespace }) });
  return events.map((event) => String(event["message"]));
}

async function contentOf({ metadata: { name, namespace }, spec = null }: KubeObject): Promise<JsonValue[]> {
  const target = String(valueAt(spec, ["target", "name"]) ?? name);
  const live = await operator.client().get(refOf({ apiVersion: "v1", kind: "Secret", metadata: { name: target, namespace } }));
  const data = Object.entries((live["data"] ?? {}) as Record<string, string>);
  return [live["type"] ?? null, Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]))];
}

/** Generation and spec of every custom resource of ours, and what the operator has made of them. */
async function writtenOf(): Promise<JsonValue[]> {
  const lives = await Promise.all([...stores, ...secrets].map((object) => operator.client().get(refOf(object))));
  const contents = await Promise.all(secrets.map(contentOf));
  return [...lives.map(({ metadata, spec = null }) => ({ generation: metadata["generation"] ?? null, spec })), ...contents];
}
