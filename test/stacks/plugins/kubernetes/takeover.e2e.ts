/** Stacks that change hands: the official provider finds nothing to change in what ours made, and the other way round. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { JsonObject } from "#lib/core/json";
import { withCommand } from "../../../fixtures/command";
import { withKubeTools } from "../../../fixtures/kube-tools";
import { withOfficialProvider } from "../../../fixtures/official-provider";
import { withPulumiProject } from "../../../fixtures/pulumi-project";
import { withWorld } from "./world";

const official = withOfficialProvider();

jest.setTimeout(600_000);

describe("the environment local", () => {
  const ours = withCommand(["local"]);
  const theirs = ours.preferring(official.folder);

  afterEach(() => ours.start("local", "stop", "local", "--remove").ended);

  it.each([
    ["ours", "the official one", ours, theirs],
    ["the official one", "ours", theirs, ours],
  ])("that %s made is taken over by %s with nothing to change, and destroyed by it", async (_maker, _taker, maker, taker) => {
    const clean = { exitCode: 0, errors: [], changes: {} };
    const started = official.starts();

    expect(await maker.run("up", "local", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
    expect(official.starts() > started).toBe(maker === theirs);
    expect(await taker.run("preview", "local")).toMatchObject(clean);
    expect(official.starts()).toBeGreaterThan(started);
    expect(await taker.run("refresh", "local", "--yes")).toMatchObject(clean);
    expect(await taker.run("up", "local", "--yes", "--expect-no-changes")).toMatchObject(clean);
    expect(await maker.run("up", "local", "--yes", "--refresh", "--expect-no-changes")).toMatchObject(clean);
    expect(await taker.run("destroy", "local", "--yes")).toMatchObject({ exitCode: 0, errors: [], leftovers: [] });
  });
});

describe("what the environment does not contain", () => {
  const world = withWorld();
  const tools = withKubeTools();
  const project = withPulumiProject();
  const folder = mkdtempSync(join(tmpdir(), "takeover-"));
  const chart = join(folder, "sample");

  beforeAll(() => {
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: sample\nversion: 1.2.3\n");
    writeFileSync(join(chart, "values.yaml"), "color: red\nsize: {width: 1, height: 2}\n");
    writeFileSync(join(chart, "templates", "map.yaml"), MAP);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const metadata = (kind: string, more: JsonObject = {}) => ({ name: `${kind}-${world.serial}`, namespace: "default", ...more });

  /** One of each kind; what changes with `version` can change in place. */
  const resources = (version: string) => [
    ["core.v1.ConfigMap", "named-by-pulumi", { metadata: { labels: { version } }, data: { "a.b-c": "1" } }],
    [
      "core.v1.Secret",
      "secret",
      { metadata: metadata("secret", { labels: { version } }), stringData: { password: "hunter2" } },
      ["stringData"],
    ],
    [
      "core.v1.Service",
      "service",
      { metadata: metadata("service"), spec: { selector: { version }, ports: [{ port: 80 }], clusterIP: "None" } },
    ],
    ["apps.v1.Deployment", "deployment", { metadata: metadata("deployment"), spec: { selector: SELECTOR, template: template(version) } }],
    [
      "apps.v1.StatefulSet",
      "set",
      {
        metadata: metadata("set"),
        spec: { serviceName: metadata("service").name, replicas: 1, selector: SELECTOR, template: template(version) },
      },
    ],
    [
      "rbac.v1.Role",
      "role",
      { metadata: metadata("role"), rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", version === "1" ? "list" : "watch"] }] },
    ],
    [
      "helm.v3.Release",
      "plain",
      { chart, name: metadata("plain").name, namespace: "default", version: "1.2.3", skipAwait: true, maxHistory: Number(version) },
    ],
    [
      "helm.v3.Release",
      "release",
      { chart, name: metadata("release").name, namespace: "default", values: { color: "blue", size: { width: Number(version) } } },
    ],
  ];

  it.each([
    ["ours", "the official one", [], [official.folder]],
    ["the official one", "ours", [official.folder], []],
  ])("is made by %s, and taken over, changed and destroyed by %s", async (_maker, _taker, maker, taker) => {
    const run = async (plugins: readonly string[], ...args: string[]): Promise<string> => {
      const { code, output } = await project().start(args, [...plugins, dirname(tools.helm)]).done;
      if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
      return output;
    };
    const program = (version: string) => project().program(resources(version), { kubeconfig: world.proxy.kubeconfig });
    program("1");

    await run(maker, "up", "--yes");
    await run(taker, "preview", "--diff", "--expect-no-changes");
    await run(taker, "refresh", "--yes", "--diff", "--expect-no-changes");
    await run(taker, "up", "--yes", "--expect-no-changes");

    program("2");
    expect(await run(taker, "up", "--yes")).toContain(`${resources("2").length} updated`);
    await run(maker, "up", "--yes", "--refresh", "--expect-no-changes");
    expect(project().stateText()).not.toMatch(/hunter2|aHVudGVyMg/);
    await run(taker, "destroy", "--yes");
  });
});

const SELECTOR = { matchLabels: { app: "a" } };

/** Quantities and ports that the server spells otherwise. */
const template = (version: string) => ({
  metadata: { labels: { app: "a", version } },
  spec: {
    containers: [
      {
        name: "c",
        image: "example.com/i:1",
        ports: [{ containerPort: 80 }],
        resources: { requests: { cpu: "0.1", memory: "1024Mi" }, limits: { cpu: "1000m" } },
      },
    ],
  },
});

const MAP =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n' +
  'data: {color: "{{ .Values.color }}", size: "{{ .Values.size.width }} x {{ .Values.size.height }}"}\n';
