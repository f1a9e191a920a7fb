/** An API server that fails for a moment: whatever came of it, a rerun converges and a further one changes nothing. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { projectCopy, withCommand } from "../fixtures/command";
import { withControlPlane } from "../fixtures/control-plane";
import { type Fault, FaultProxy } from "../fixtures/fault-proxy";

/** Alone each test takes seconds; beside others on two cores, minutes. */
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "faults-"));
const kubeconfig = join(folder, "kubeconfig");
const controlPlane = withControlPlane();
const project = projectCopy();
Object.assign(process.env, { PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "not a secret" });
const { run } = withCommand([], project);

let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await FaultProxy.start(loadKubeconfig(controlPlane.kubeconfig));
  writeFileSync(kubeconfig, proxy.kubeconfig);
  const cluster = { type: "context", context: "proxy", kubeconfig };
  const environment = { name: "faulty", cluster, namespaces: { one: {}, two: {} } };
  writeFileSync(join(project, "stacks/env/faulty.ts"), `export default ${JSON.stringify(environment)};\n`);
});
afterAll(async () => {
  await proxy.stop();
  rmSync(folder, { recursive: true, force: true });
});

const UNAVAILABLE: Fault = { type: "status", status: 503 };
const BROKEN: Fault = { type: "status", status: 500 };

test.each<[string, RegExp, readonly Fault[]]>([
  ["refuses writes as unavailable", /^(PATCH|POST) .*\/networkpolicies/, [UNAVAILABLE]],
  ["fails inside", /^(PATCH|POST) .*\/namespaces\/(one|two)\?/, [BROKEN]],
  ["does what it is asked, and its answers get lost", /^(PATCH|POST) .*\/limitranges/, [{ type: "lost-reply" }]],
  ["breaks connections", /^(PATCH|POST) .*\/serviceaccounts/, [{ type: "reset" }]],
])("an up whose API server %s costs at most a rerun", async (_, matching, faults) => {
  await run("destroy", "faulty", "--yes").catch(() => undefined);
  let hits = 0;
  proxy.inject(matching, ...faults);
  const { decide } = proxy;
  proxy.decide = (call) => {
    const fault = decide(call);
    if (fault) hits += 1;
    return fault;
  };

  await run("up", "faulty", "--yes");
  expect(hits).toBe(faults.length);

  expect(await run("up", "faulty", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  expect(await run("up", "faulty", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });
});

test("an object that others own under one of our names is refused, and stays as it is", async () => {
  await run("destroy", "faulty", "--yes");
  const theirs = { apiVersion: "v1", kind: "Namespace", metadata: { name: "one", labels: { team: "others" } } };
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await client.create(theirs);

  const refused = await run("up", "faulty", "--yes");

  expect(refused.exitCode).toBe(4);
  expect(JSON.stringify(refused.errors)).toMatch(/cluster\.foreign-object at core\/Namespace\/one/);
  const { labels } = (await client.get({ apiVersion: "v1", kind: "Namespace", name: "one" })).metadata;
  expect(labels).toEqual({ team: "others", "kubernetes.io/metadata.name": "one" });
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: "one" });
  client.close();
});

test("a destroy whose API server fails inside costs at most a rerun", async () => {
  proxy.inject(/^DELETE .*\/networkpolicies/, BROKEN, BROKEN);

  await run("destroy", "faulty", "--yes");

  expect(await run("destroy", "faulty", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
});
