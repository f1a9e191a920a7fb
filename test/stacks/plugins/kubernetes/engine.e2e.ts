/** The plugin in the hands of the real Pulumi engine: a program of its own, the file backend, a real API server. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { obtainToolchain } from "#stacks/local/toolchain/toolchain";
import { locatePlugins, pluginEnvironment } from "#stacks/plugins/locate";
import { withWorld } from "./world";

const world = withWorld();

/** Makes what the file `resources.json` lists: [class path, name, inputs, options]. */
const PROGRAM = `
const kubernetes = require("@pulumi/kubernetes");
const { secret } = require("@pulumi/pulumi");
const { provider: settings, resources } = JSON.parse(require("node:fs").readFileSync("resources.json", "utf8"));
const provider = new kubernetes.Provider("cluster", settings);
for (const [path, name, inputs, secrets] of resources) {
  const type = path.split(".").reduce((at, step) => at[step], kubernetes);
  for (const key of secrets ?? []) inputs[key] = secret(inputs[key]);
  new type(name, inputs, { provider });
}
`;

interface Run {
  readonly code: number | null;
  readonly output: string;
}

let folder: string;
let env: NodeJS.ProcessEnv;
let engine: string;

beforeAll(async () => {
  engine = (await obtainToolchain(["pulumi"])).pulumi;
}, 1_200_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  symlinkSync(dirname(dirname(dirname(require.resolve("@pulumi/pulumi/package.json")))), join(folder, "node_modules"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: test\nruntime: {name: nodejs, options: {typescript: false}}\nmain: index.js\n");
  writeFileSync(join(folder, "package.json"), '{"name":"test","main":"index.js"}');
  writeFileSync(join(folder, "index.js"), PROGRAM);
  const own = { HOME: folder, PULUMI_HOME: join(folder, "home"), PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "x" };
  const bare = { PATH: process.env["PATH"], ...own, PULUMI_SKIP_UPDATE_CHECK: "true", NO_COLOR: "1" };
  env = pluginEnvironment(locatePlugins({ engine, env: bare }), bare);
  expect(await pulumi("stack", "init", "dev")).toMatchObject({ code: 0 });
}, 60_000);

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]): { readonly child: ChildProcess; readonly output: () => string; readonly done: Promise<Run> } {
  const child = spawn(engine, [...args, "--non-interactive"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const done = new Promise<Run>((resolve) => child.on("close", (code) => resolve({ code, output })));
  return { child, output: () => output, done };
}

function pulumi(...args: string[]): Promise<Run> {
  return start(...args).done;
}

function program(resources: readonly JsonValue[], provider: JsonObject = { kubeconfig: world.proxy.kubeconfig }): void {
  writeFileSync(join(folder, "resources.json"), JSON.stringify({ provider, resources }));
}

function state(): readonly JsonObject[] {
  const text: JsonObject = JSON.parse(readFileSync(join(folder, ".pulumi", "stacks", "test", "dev.json"), "utf8"));
  const checkpoint = isJsonObject(text["checkpoint"]) ? text["checkpoint"] : {};
  const latest = isJsonObject(checkpoint["latest"]) ? checkpoint["latest"] : {};
  expect(latest["pending_operations"]).toBeUndefined();
  return Array.isArray(latest["resources"]) ? latest["resources"].filter(isJsonObject) : [];
}

const map = (data: JsonObject, labels: JsonObject = {}) => ["core.v1.ConfigMap", "map", { metadata: { ...world.named(), labels }, data }];

describe("the engine with this plugin", () => {
  it("makes, finds unchanged, changes, replaces and deletes", async () => {
    program([map({ a: "1" })]);
    expect(await pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await pulumi("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await pulumi("refresh", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });

    program([map({ a: "1" }, { x: "y" })]);
    expect((await pulumi("up", "--yes", "--diff")).output).toMatch(/\+ x: "y"[\s\S]*1 updated/);
    const { uid } = (await world.live()).metadata;

    program([map({ a: "2" }, { x: "y" })]);
    expect((await pulumi("up", "--yes")).output).toContain("1 replaced");
    expect((await world.live()).metadata["uid"]).not.toBe(uid);

    expect((await pulumi("destroy", "--yes")).code).toBe(0);
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 240_000);

  it("keeps secrets as ciphertext in the state", async () => {
    const secret = ["core.v1.Secret", "secret", { metadata: world.named(), stringData: { password: "hunter2" } }, ["stringData"]];
    program([secret]);

    expect(await pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await pulumi("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });

    const text = readFileSync(join(folder, ".pulumi", "stacks", "test", "dev.json"), "utf8");
    expect(text).not.toMatch(/hunter2|aHVudGVyMg/);
  }, 120_000);

  it("mends what was edited and makes again what was deleted by hand", async () => {
    program([map({ a: "1" }, { x: "y" })]);
    await pulumi("up", "--yes");
    const ref = { apiVersion: "v1", kind: "ConfigMap", name: `object-${world.serial}`, namespace: "default" };
    await world.client.patch(ref, { type: "merge", body: { metadata: { labels: { x: "edited" } } } }, { fieldManager: "kubectl-edit" });

    expect((await pulumi("up", "--yes", "--refresh")).output).toContain("1 updated");
    expect((await world.live()).metadata.labels).toEqual({ x: "y" });
    await world.client.delete(ref);
    expect((await pulumi("up", "--yes", "--refresh")).output).toContain("1 created");
    expect((await world.live()).metadata.labels).toEqual({ x: "y" });
  }, 240_000);

  it("stops waiting when it is interrupted, knows what it made, and goes on from there", async () => {
    const deployment = (where: JsonObject) => [
      "apps.v1.Deployment",
      "it",
      {
        metadata: world.named(),
        spec: {
          selector: { matchLabels: { app: "a" } },
          template: {
            metadata: { labels: { app: "a" } },
            spec: { nodeSelector: where, containers: [{ name: "c", image: "example.com/i:1" }] },
          },
        },
      },
    ];
    program([deployment({ no: "where" })]);

    const { child, output, done } = start("up", "--yes", "--skip-preview");
    while (!output().includes("0 of 1 replicas available")) await world.client.version();
    child.kill("SIGINT");
    expect((await done).code).not.toBe(0);

    expect(state().map(({ id }) => id)).toContain(`default/object-${world.serial}`);
    program([deployment({})]);
    expect(await pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await pulumi("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });
  }, 240_000);

  it("previews without a cluster, and says so once", async () => {
    program([map({ a: "1" }), ["core.v1.Namespace", "ns", { metadata: { name: "n" } }]], { kubeconfig: NOWHERE });

    const { code, output } = await pulumi("preview", "--diff");

    expect(code).toBe(0);
    expect(output).toMatch(/\+ 4 to create/);
    expect(output.match(/cluster is unreachable/g)).toHaveLength(1);
  }, 120_000);

  it("refuses configuration that the plugin cannot honour before anything is made", async () => {
    program([map({ a: "1" })], { kubeconfig: world.proxy.kubeconfig, enableServerSideApply: false });

    const { code, output } = await pulumi("up", "--yes");

    expect(code).not.toBe(0);
    expect(output).toContain("enableServerSideApply: false is not supported by this provider");
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 120_000);
});

const NOWHERE = JSON.stringify({
  "current-context": "gone",
  clusters: [{ name: "gone", cluster: { server: "http://127.0.0.1:1" } }],
  contexts: [{ name: "gone", context: { cluster: "gone" } }],
});
