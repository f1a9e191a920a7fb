/** Files, status and inventory on a real API server: the tree alone makes the environment, and what is broken is named. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unwrap } from "#lib/core/problem";
import type { KubeObject } from "#lib/kube/object";
import { doctorCommand } from "#stacks/cli/commands/doctor";
import { inventoryCommand } from "#stacks/cli/commands/inventory";
import { statusCommand } from "#stacks/cli/commands/status";
import { synthCommand } from "#stacks/cli/commands/synth";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { loadEnvironment } from "#stacks/environments";
import { instanceNamed } from "#stacks/local/control-plane/instance";
import { runningPart } from "#stacks/local/control-plane/processes";
import { withControlPlane } from "../../fixtures/control-plane";
import { withKubeTools } from "../../fixtures/kube-tools";
import { FakeTerminal } from "./fake-terminal";

jest.mock("#stacks/environments", () =>
  jest.requireActual("./environments-fixture").fakeEnvironments({
    test: { name: "test", cluster: { type: "embedded" }, certManager: {}, flink: { clusters: { main: {} } } },
  }),
);

const controlPlane = withControlPlane();
const tools = withKubeTools();

const COMMANDS = { doctor: doctorCommand, synth: synthCommand, status: statusCommand, inventory: inventoryCommand };

const run = async (command: keyof typeof COMMANDS, ...args: string[]): Promise<FakeTerminal> => {
  const terminal = new FakeTerminal();
  await COMMANDS[command](terminal).parseAsync(args, { from: "user" });
  return terminal;
};

/** The status once it is as wanted, or as it is after a minute. */
const statusUntil = async (wanted: (terminal: FakeTerminal) => boolean): Promise<FakeTerminal> => {
  const end = Date.now() + 60_000;
  for (;;) {
    const terminal = await run("status", "test");
    if (wanted(terminal) || Date.now() > end) return terminal;
    await pause(500);
  }
};

/** An object as far as its owner says what is in it. */
const content = ({ metadata, status: _status, ...rest }: KubeObject) => {
  const { managedFields: _fields, resourceVersion: _version, generation: _generation, ...meta } = metadata;
  return { ...rest, metadata: meta };
};

let folder: string;
let client: KubeClient;
const before = process.env["BEAMSTACK_IAC_HOME"];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tree-"));
  process.env["BEAMSTACK_IAC_HOME"] = controlPlane.home;
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
});
afterAll(() => {
  client.close();
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env["BEAMSTACK_IAC_HOME"];
  else process.env["BEAMSTACK_IAC_HOME"] = before;
});

test("an empty cluster has nothing of the environment", async () => {
  const [status, inventory] = [await run("status", "test"), await run("inventory", "test")];

  expect(status.code).toBe(4);
  expect(status.out).toMatch(/test: 0 of \d+ objects ready/);
  expect(status.out).toMatch(/and \d+ more are not ready/);
  expect(inventory.out).toBe("0 objects of test; 0 stay on destroy, 0 no longer declared\n");
});

test("a control plane that is busy for longer than a remote cluster may be silent is waited for", async () => {
  const pid = runningPart(instanceNamed("test"), "kube-apiserver")?.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  const resumed = pause(8_000).then(() => process.kill(pid, "SIGCONT"));

  expect((await run("status", "test")).out).toMatch(/test: \d+ of \d+ objects ready/);
  await resumed;
});

test("the doctor finds nothing that would keep the environment from coming up", async () => {
  const { out } = await run("doctor", "test", "--json");

  const document = JSON.parse(out);
  const cluster = document.findings.filter(({ id }: { id: string }) => id.startsWith("cluster."));
  expect(cluster.map(({ state }: { state: string }) => state)).toEqual(cluster.map(() => "ok"));
  expect(cluster.length).toBeGreaterThan(8);
});

test("apply.sh of the tree alone makes every object of the release, field by field, and all become ready", async () => {
  await run("synth", "test", "--out", folder);
  execFileSync("sh", [join(folder, "apply.sh")], {
    env: { ...process.env, PATH: tools.path, KUBECONFIG: controlPlane.kubeconfig },
    stdio: "pipe",
  });

  const { out, code } = await statusUntil((terminal) => terminal.code === 0);

  const release = unwrap(loadEnvironment("test")).release;
  for (const { manifest } of release.objects) {
    const { apiVersion, kind, metadata } = manifest;
    const live = await client.get({ apiVersion, kind, name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) });
    const again = await client.apply(manifest, { fieldManager: "kubectl", dryRun: true });
    expect(content(again)).toEqual(content(live));
  }
  expect(out).toContain(`test: ${release.objects.length} of ${release.objects.length} objects ready`);
  expect(code).toBe(0);
});

test("kubectl apply -R of the whole tree takes every file, and changes nothing", async () => {
  const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfig };
  const versions = async (): Promise<unknown[]> =>
    (await client.list({ apiVersion: "v1", kind: "ConfigMap", labelSelector: "beamstack-iac/environment=test" })).map(
      ({ metadata }) => metadata["resourceVersion"],
    );
  const known = await versions();

  execFileSync(tools.kubectl, ["apply", "--server-side", "-R", "-f", folder], { env, stdio: "pipe" });

  expect(await versions()).toEqual(known);
});

test("the inventory lists every object once and says what stays", async () => {
  const { out } = await run("inventory", "test", "--json");

  const document = JSON.parse(out);
  const release = unwrap(loadEnvironment("test")).release;
  expect(document.objects.map(({ id }: { id: string }) => id)).toEqual(release.objects.map(({ id }) => id));
  expect(document).toMatchObject({ kind: "Inventory", stray: 0, hidden: [] });
  expect(document.retained).toBe(release.objects.filter(({ retention }) => retention === "retain").length);
});

test("an object deleted by hand is missing, and an undeclared one is a stray", async () => {
  await client.delete({ apiVersion: "apps/v1", kind: "Deployment", namespace: "cert-manager", name: "cert-manager" });
  const labels = { "app.kubernetes.io/managed-by": "beamstack-iac", "beamstack-iac/environment": "test" };
  await client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "old", namespace: "flink", labels } });

  const [status, inventory] = [await run("status", "test"), await run("inventory", "test")];

  expect(status.code).toBe(4);
  expect(status.out).toContain("missing  apps/Deployment/cert-manager/cert-manager");
  expect(inventory.out).toContain("1 no longer declared");
  expect(inventory.out).toMatch(/ConfigMap +flink +old +delete +no longer declared/);
});
