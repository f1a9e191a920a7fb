/** Helm releases by the official provider, with charts from a folder: installed, killed on the way, gone on with, removed. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createPlatform } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { withChartFolder } from "../fixtures/charts";
import { projectCopy, withCommand } from "../fixtures/command";
import { withControlPlane } from "../fixtures/control-plane";

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\n';
/** A hook that never ends: no node has such a label. */
const ENDLESS =
  'apiVersion: batch/v1\nkind: Job\nmetadata: {name: endless, annotations: {"helm.sh/hook": pre-install}}\n' +
  "spec: {template: {spec: {restartPolicy: Never, nodeSelector: {no: where}, containers: [{name: c, image: example.com/i:1}]}}}\n";

const folder = mkdtempSync(join(tmpdir(), "helm-"));
const charts = withChartFolder();
const controlPlane = withControlPlane();
const project = projectCopy();
Object.assign(process.env, {
  PULUMI_BACKEND_URL: `file://${folder}`,
  PULUMI_CONFIG_PASSPHRASE: "not a secret",
  BEAMSTACK_IAC_CHARTS: charts.path,
});
const { run, start } = withCommand([], project);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An operator that Helm installs. */
function environment() {
  const cluster = { type: "context", context: "beamstack-iac-test", kubeconfig: controlPlane.kubeconfig } as const;
  return { name: "charts", cluster, elasticsearch: { clusters: {} } };
}

const release = () => unwrap(createPlatform().resolve(environment())).release;

async function withClient<T>(work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** Statuses of Helm's records, oldest first. */
const records = () =>
  withClient(async (client) => {
    const secrets = await client.list({ apiVersion: "v1", kind: "Secret", labelSelector: "owner=helm", metadataOnly: true });
    return secrets.map(({ metadata }) => metadata.labels?.["status"]);
  });

async function untilRecord(status: string): Promise<void> {
  while (!(await records()).includes(status)) await pause(200);
}

beforeAll(() => {
  writeFileSync(join(project, "stacks/env/charts.ts"), `export default ${JSON.stringify(environment())};\n`);
  expect(release().helmReleases).toHaveLength(1);
});

test("an installation that was killed is gone on with by the next up, and a further one changes nothing", async () => {
  charts.pack(release(), { "map.yaml": MAP, "endless.yaml": ENDLESS });
  const { pid, ended } = start("up", "charts", "--yes");
  await Promise.race([untilRecord("pending-install"), ended]);
  process.kill(-pid, "SIGKILL");
  await ended;
  expect(await records()).toEqual(["pending-install"]);

  charts.pack(release(), { "map.yaml": MAP });
  expect(await run("up", "charts", "--yes")).toMatchObject({ exitCode: 0, errors: [] });

  expect(await records()).toEqual(["deployed"]);
  expect(await run("up", "charts", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });
});

test("destroy uninstalls it", async () => {
  expect(await run("destroy", "charts", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  expect(await records()).toEqual([]);
});
