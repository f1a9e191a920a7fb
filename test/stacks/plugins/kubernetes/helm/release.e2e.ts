/** Helm releases through a real helm program, with a chart on disk. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

function provider(env: NodeJS.ProcessEnv = { HELM: tools.helm }) {
  const log = recordingLog();
  const started = new KubernetesProvider(log, env);
  started.configure(new Map([["kubernetes:config:kubeconfig", world.proxy.kubeconfig]]));
  return { log, release: () => new Resource(started, RELEASE, name()) };
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

  it("of a name that somebody else's release has fails as the official one does", async () => {
    const { release } = provider();
    await release().create({ chart, name: name() });

    await expect(release().create({ chart, name: name() })).rejects.toThrow(/cannot re-use the name .*exists \(deployed\)/);
  }, 120_000);

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
