/** Helm releases through a real helm program, with a chart on disk. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeSecret } from "#stacks/plugins/kubernetes/properties";
import { KubernetesProvider } from "#stacks/plugins/kubernetes/provider";
import { PartialFailure } from "#stacks/plugins/kubernetes/requests";
import { withKubeTools } from "../../../../fixtures/kube-tools";
import { Resource, recordingLog } from "../harness";
import { withWorld } from "../world";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const world = withWorld();
const tools = withKubeTools();

let folder: string;
let chart: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "helm-"));
  chart = join(folder, "sample");
  mkdirSync(join(chart, "templates"), { recursive: true });
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: sample\nversion: 1.2.3\nappVersion: '9'\n");
  writeFileSync(join(chart, "values.yaml"), "color: red\nbroken: false\n");
  writeFileSync(join(chart, "templates", "map.yaml"), MAP);
  writeFileSync(join(chart, "templates", "pod.yaml"), POD);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {color: "{{ .Values.color }}"}\n';
const POD =
  '{{ if .Values.broken }}\napiVersion: v1\nkind: Pod\nmetadata: {name: "{{ .Release.Name }}"}\n' +
  'spec: {nodeSelector: {no: where}, containers: [{name: c, image: "example.com/i:1"}]}\n{{ end }}\n';

const name = () => `release-${world.serial}`;
const map = () => world.client.get({ apiVersion: "v1", kind: "ConfigMap", name: name(), namespace: "default" });

/** Starts an operation, and kills helm once its pod is there, which never becomes ready. */
async function killedWhileWaiting(operation: () => Promise<unknown>): Promise<void> {
  const ended = operation().catch((error: unknown) => error);
  const pod = { apiVersion: "v1", kind: "Pod", name: name(), namespace: "default" };
  while (!(await world.client.get(pod).catch(() => undefined))) await pause(200);
  process.kill(helmOf(name()), "SIGKILL");
  expect(String(await ended)).toMatch(/SIGKILL/);
}

/** Our helm process that works on a release. */
function helmOf(release: string): number {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" }).split("\n");
  const line = children.find((text) => text.includes("upgrade --install") && text.includes(release)) ?? "";
  return Number(line.trim().split(" ")[0]);
}

/** A chart repository on loopback that wants a user and a password. */
async function withCredentials({ username, password }: { readonly username: string; readonly password: string }) {
  const files = join(folder, "repository");
  execFileSync(tools.helm, ["package", chart, "--destination", files]);
  execFileSync(tools.helm, ["repo", "index", files]);
  const server = createServer((request, response) => {
    const known = request.headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    if (!known) return response.writeHead(401).end();
    return response.end(readFileSync(join(files, basename(request.url ?? ""))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function provider(env: NodeJS.ProcessEnv = { HELM: tools.helm }, settings: Readonly<Record<string, string>> = {}) {
  const log = recordingLog();
  const started = new KubernetesProvider(log, env);
  const variables = Object.entries({ kubeconfig: world.proxy.kubeconfig, ...settings });
  started.configure(new Map(variables.map(([key, value]) => [`kubernetes:config:${key}`, value])));
  return { log, release: (resource = name()) => new Resource(started, RELEASE, resource) };
}

describe("a Helm release", () => {
  it("is installed with its values, read, upgraded and uninstalled, with the official state", async () => {
    const release = provider().release();

    await release.create({ chart, name: name(), values: { color: "blue" } });
    expect((await map())["data"]).toEqual({ color: "blue" });
    expect(release.id).toBe(`default/${name()}`);
    expect(release.state).toMatchObject({
      chart,
      name: name(),
      namespace: "default",
      version: "1.2.3",
      values: { color: "blue" },
      resourceNames: { "ConfigMap/v1": [`default/${name()}`] },
      status: { appVersion: "9", chart: "sample", revision: 1, status: "deployed", version: "1.2.3" },
    });
    expect(release.state["__inputs"]).toEqual(makeSecret(release.inputs));

    expect((await release.diff({ chart, name: name(), values: { color: "blue" } })).changed).toBe(false);
    const change = await release.diff({ chart, name: name(), values: { color: "green" } });
    expect([...change.fields]).toEqual([["values.color", { kind: "update", replace: false }]]);
    await release.update({ chart, name: name(), values: { color: "green" } });
    expect((await map())["data"]).toEqual({ color: "green" });

    await expect(release.refresh()).resolves.toMatchObject({ id: `default/${name()}`, properties: { status: { revision: 2 } } });
    await release.delete();
    await expect(map()).rejects.toMatchObject({ status: 404 });
    await expect(release.delete()).resolves.toBeUndefined();
    await expect(release.refresh()).resolves.toMatchObject({ id: "" });
  }, 120_000);

  it("of a name that another resource's release has is left alone, as the official provider does, upsertExistingObjects or not", async () => {
    await provider()
      .release()
      .create({ chart, name: name(), values: { color: "blue" } });

    for (const upsertExistingObjects of ["false", "true"]) {
      const other = provider({ HELM: tools.helm }, { upsertExistingObjects }).release("other");
      await expect(other.create({ chart, name: name() })).rejects.toThrow(/cannot re-use the name .*exists \(deployed\)/);
    }
    expect((await map())["data"]).toEqual({ color: "blue" });
  }, 120_000);

  it("that was installed before its state could be kept is known again where upsertExistingObjects is set, and upgraded", async () => {
    await provider()
      .release()
      .create({ chart, name: name(), values: { color: "blue" } });
    const again = provider({ HELM: tools.helm }, { upsertExistingObjects: "true" }).release();

    await expect(provider().release().create({ chart, name: name() })).rejects.toThrow(/cannot re-use the name/);
    await again.create({ chart, name: name(), values: { color: "green" } });

    expect(again.state).toMatchObject({ status: { revision: 2, status: "deployed" } });
    expect((await map())["data"]).toEqual({ color: "green" });
  }, 120_000);

  it("whose installation or upgrade was killed is taken back, with a warning, before it goes on", async () => {
    const { log, release } = provider();
    const ours = release();
    await killedWhileWaiting(() => ours.create({ chart, name: name(), values: { broken: true } }));

    await ours.create({ chart, name: name(), values: { color: "blue" } });
    expect(log.messages).toEqual([expect.stringMatching(/was left pending-install: uninstall/)]);
    expect(ours.state).toMatchObject({ status: { revision: 1, status: "deployed" } });

    await killedWhileWaiting(() => ours.update({ chart, name: name(), values: { broken: true } }));
    await ours.update({ chart, name: name(), values: { color: "green" } });
    expect(log.messages[1]).toMatch(/was left pending-upgrade: rollback/);
    expect(ours.state).toMatchObject({ status: { status: "deployed" } });
    expect((await map())["data"]).toEqual({ color: "green" });
  }, 120_000);

  it("of a repository that asks for credentials never has them on a command line", async () => {
    const log = join(folder, "command-lines");
    const spy = join(folder, "helm-spy");
    writeFileSync(spy, `#!/bin/sh\necho "$@" >> "${log}"\nexec "${tools.helm}" "$@"\n`, { mode: 0o755 });
    const repository = await withCredentials({ username: "me", password: "hunter2" });
    const ours = provider({ HELM: spy }).release();

    try {
      const repositoryOpts = { repo: repository.url, username: "me", password: makeSecret("hunter2") };
      await ours.create({ chart: "sample", name: name(), values: { color: "blue" }, repositoryOpts });
    } finally {
      repository.close();
    }
    expect(ours.state).toMatchObject({ version: "1.2.3", status: { status: "deployed" } });
    expect(readFileSync(log, "utf8")).toContain("repo update");
    expect(readFileSync(log, "utf8")).not.toMatch(/hunter2/);
  }, 120_000);

  it("tells how helm ended where it said nothing, never its command line", async () => {
    const silent = join(folder, "helm-silent");
    writeFileSync(silent, "#!/bin/sh\nkill -9 $$\n", { mode: 0o755 });

    await expect(provider({ HELM: silent }).release().create({ chart, name: name() })).rejects.toThrow(
      /^helm get failed: it was ended by SIGKILL$/,
    );
  }, 60_000);

  it("is replaced under another name, and imported by its id", async () => {
    const { release } = provider();
    const first = release();
    await first.create({ chart, name: name(), values: { color: "blue" } });

    const imported = await release().import(`default/${name()}`);

    expect((await first.diff({ chart, name: "other", values: { color: "blue" } })).replaces).toEqual(["name"]);
    expect(imported.inputs).toMatchObject({ chart: "sample", values: { color: "blue" }, version: "1.2.3" });
  }, 120_000);

  it("that does not become ready is kept, with what helm said", async () => {
    const failure = await provider()
      .release()
      .create({ chart, name: name(), values: { broken: true }, timeout: 2 })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({ resource: { id: `default/${name()}`, properties: { status: { status: "failed" } } } });
  }, 120_000);

  it("of a chart that does not exist names it", async () => {
    await expect(
      provider()
        .release()
        .create({ chart: join(folder, "missing"), name: name() }),
    ).rejects.toThrow(/helm upgrade failed: .*missing/);
  }, 60_000);

  it("in a preview leaves to the engine what only helm can tell", async () => {
    const answer = await provider().release().create({ chart, name: name() }, { preview: true });

    expect(answer).toMatchObject({ id: "", properties: { status: UNKNOWN, resourceNames: UNKNOWN } });
  });

  it("without a helm program warns in a preview, and fails with one clear line", async () => {
    const { log, release } = provider({});

    await release().create({ chart, name: name() }, { preview: true });
    await expect(release().create({ chart, name: name() })).rejects.toThrow(
      /^a helm\.sh\/v3:Release needs the helm program.*install helm 3 or 4/,
    );
    expect(log.messages).toEqual([expect.stringContaining("the update will fail")]);
  });
});
