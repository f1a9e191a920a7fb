/** An environment on a cluster that its kubeconfig names: the context gets another name, the cluster is made anew, data is left behind. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { projectCopy, withCommand } from "../fixtures/command";
import { withControlPlane } from "../fixtures/control-plane";

/** Both control planes call theirs so. */
const CONTEXT = "beamstack-iac-test";

const folder = mkdtempSync(join(tmpdir(), "moved-"));
const kubeconfig = join(folder, "kubeconfig");
const [first, second] = [withControlPlane(), withControlPlane()];
const project = projectCopy();
process.env["PULUMI_BACKEND_URL"] = `file://${folder}`;
process.env["PULUMI_CONFIG_PASSPHRASE"] = "not a secret";
const { run } = withCommand([], project);

beforeAll(() => {
  copyFileSync(first.kubeconfig, kubeconfig);
  environmentOn(CONTEXT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The environment file: two namespaces, which is all that a cluster without operators can have. */
function environmentOn(context: string): void {
  const cluster = { type: "context", context, kubeconfig };
  const environment = { name: "moved", cluster, namespaces: { one: {}, two: {} } };
  writeFileSync(join(project, "stacks/env/moved.ts"), `export default ${JSON.stringify(environment)};\n`);
}

async function on<T>(cluster: { readonly kubeconfig: string }, work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(loadKubeconfig(cluster.kubeconfig));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const uidOf = async (cluster: { readonly kubeconfig: string }) =>
  (await on(cluster, (client) => client.get({ apiVersion: "v1", kind: "Namespace", name: "one" }))).metadata["uid"];

test("comes up, and another name of its context changes nothing", async () => {
  expect(await run("up", "moved", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  const uid = await uidOf(first);

  writeFileSync(kubeconfig, readFileSync(kubeconfig, "utf8").replaceAll(CONTEXT, "renamed"));
  environmentOn("renamed");

  const again = await run("up", "moved", "--yes");
  expect(again).toMatchObject({ exitCode: 0, errors: [] });
  expect(again.resources.filter(({ operation }) => operation !== "same" && operation !== "update")).toEqual([]);
  expect(await uidOf(first)).toBe(uid);
});

test("is not destroyed with a claim that somebody made in one of its namespaces", async () => {
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "results", namespace: "one" }, spec };
  await on(first, (client) => client.create(claim));

  const refused = await run("destroy", "moved", "--yes");

  expect(refused.exitCode).toBe(2);
  expect(JSON.stringify(refused)).toMatch(/core\/Namespace\/one.*results/);
  expect(JSON.stringify(refused)).toContain("cluster.data-in-namespace");
  expect(await uidOf(first)).toEqual(expect.any(String));
});

test("is made again where the cluster was made anew under the same name", async () => {
  writeFileSync(kubeconfig, readFileSync(second.kubeconfig, "utf8").replaceAll(CONTEXT, "renamed"));

  expect(await run("up", "moved", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  expect(await uidOf(second)).toEqual(expect.any(String));
  expect(await run("up", "moved", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });

  expect(await run("destroy", "moved", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  await expect(uidOf(second)).rejects.toMatchObject({ status: 404 });
});
