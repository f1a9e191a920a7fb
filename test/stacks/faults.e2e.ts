/** An API server that fails for a moment: whatever came of it, a rerun converges and a further one changes nothing. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { projectCopy, withCommand } from "../fixtures/command";
import { withControlPlane } from "../fixtures/control-plane";
import { type Fault, FaultProxy } from "../fixtures/fault-proxy";

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
});
afterAll(async () => {
  await proxy.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An environment with names of its own on the one cluster. */
interface Environment {
  readonly name: string;
  readonly one: string;
  readonly two: string;
}

let made = 0;

/** One that nobody has applied: a test that starts from nothing has no other to destroy first. */
function newEnvironment(): Environment {
  made += 1;
  const [name, one, two] = [`faulty-${made}`, `one-${made}`, `two-${made}`];
  const cluster = { type: "context", context: "proxy", kubeconfig };
  const environment = { name, prefix: name, cluster, namespaces: { [one]: {}, [two]: {} } };
  writeFileSync(join(project, "stacks/env", `${name}.ts`), `export default ${JSON.stringify(environment)};\n`);
  return { name, one, two };
}

/** Those that tests have left whole. */
const whole: Environment[] = [];

/** One that is whole. */
async function wholeEnvironment(): Promise<Environment> {
  const left = whole.pop();
  if (left) return left;
  const environment = newEnvironment();
  expect(await run("up", environment.name, "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  return environment;
}

const UNAVAILABLE: Fault = { type: "status", status: 503 };
const BROKEN: Fault = { type: "status", status: 500 };

test.each<[string, RegExp, readonly Fault[]]>([
  ["refuses writes as unavailable", /^(PATCH|POST) .*\/networkpolicies/, [UNAVAILABLE]],
  ["fails inside", /^(PATCH|POST) .*\/namespaces\/(one|two)-\d+\?/, [BROKEN]],
  ["does what it is asked, and its answers get lost", /^(PATCH|POST) .*\/limitranges/, [{ type: "lost-reply" }]],
  ["breaks connections", /^(PATCH|POST) .*\/serviceaccounts/, [{ type: "reset" }]],
])("an up whose API server %s costs at most a rerun", async (_, matching, faults) => {
  const environment = newEnvironment();
  const { name } = environment;
  let hits = 0;
  proxy.inject(matching, ...faults);
  const { decide } = proxy;
  proxy.decide = (call) => {
    const fault = decide(call);
    if (fault) hits += 1;
    return fault;
  };

  await run("up", name, "--yes");
  expect(hits).toBe(faults.length);

  expect(await run("up", name, "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  expect(await run("up", name, "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });
  whole.push(environment);
});

test("an object that others own under one of our names is refused, and stays as it is", async () => {
  const { name, one } = newEnvironment();
  const theirs = { apiVersion: "v1", kind: "Namespace", metadata: { name: one, labels: { team: "others" } } };
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await client.create(theirs);

  const refused = await run("up", name, "--yes");

  expect(refused.exitCode).toBe(4);
  expect(JSON.stringify(refused.errors)).toContain(`cluster.foreign-object at core/Namespace/${one}`);
  const { labels } = (await client.get({ apiVersion: "v1", kind: "Namespace", name: one })).metadata;
  expect(labels).toEqual({ team: "others", "kubernetes.io/metadata.name": one });
  client.close();
});

const within = (name: string, namespace: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } });

test("an object that others create while up runs is refused right before ours would be merged into it", async () => {
  const { name, two } = newEnvironment();
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const theirs = { apiVersion: "v1", kind: "LimitRange", metadata: { name: "container-defaults", namespace: two }, spec: { limits: [] } };
  let created: Promise<unknown> | undefined;
  proxy.clear();
  proxy.decide = (call) => {
    // The first request into the namespace comes after it was created.
    if (new RegExp(`^PATCH .*/namespaces/${two}/(?!limitranges)`).test(call)) created ??= client.create(theirs);
    return undefined;
  };

  const refused = await run("up", name, "--yes", "--parallel", "1");
  proxy.clear();
  await created;

  expect(created).toBeDefined();
  expect(JSON.stringify(refused.errors)).toContain(`cluster.foreign-object at core/LimitRange/${two}/container-defaults`);
  expect(refused.exitCode).toBe(4);
  expect(
    (await client.get({ apiVersion: "v1", kind: "LimitRange", name: "container-defaults", namespace: two })).metadata.labels,
  ).toBeUndefined();
  await client.delete({ apiVersion: "v1", kind: "LimitRange", name: "container-defaults", namespace: two });
  expect(await run("up", name, "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  client.close();
});

test("an object of others in the place of ours is gone for refresh, and stays after destroy; so does a namespace with objects of others", async () => {
  const { name, one, two } = await wholeEnvironment();
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const place = { apiVersion: "v1", kind: "LimitRange", name: "container-defaults", namespace: one };
  const theirs = { apiVersion: "v1", kind: "LimitRange", metadata: { name: "container-defaults", namespace: one }, spec: { limits: [] } };
  await client.delete(place);
  const { uid } = (await client.create(theirs)).metadata;
  await client.create(within("theirs", two));

  const seen = await run("refresh", name, "--yes");
  const ended = await run("destroy", name, "--yes");

  expect(seen.resources).toEqual([expect.objectContaining({ id: `core/LimitRange/${one}/container-defaults`, operation: "delete" })]);
  expect(ended).toMatchObject({ exitCode: 0, errors: [] });
  expect((await client.get(place)).metadata["uid"]).toBe(uid);
  expect((await client.get({ apiVersion: "v1", kind: "ConfigMap", name: "theirs", namespace: two })).metadata.name).toBe("theirs");
  expect(await run("destroy", name, "--yes", "--delete-foreign")).toMatchObject({ exitCode: 0, errors: [] });
  await expect(client.get({ apiVersion: "v1", kind: "Namespace", name: two })).rejects.toThrow(/not found/);
  client.close();
});

test("an up waits for the namespaces that a killed destroy was still deleting", async () => {
  const { name, two } = await wholeEnvironment();
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const hold = within("hold", two);
  await client.create({ ...hold, metadata: { ...hold.metadata, finalizers: ["others.example/hold"] } });
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: two });

  let looks = 0;
  proxy.clear();
  const waits = new Promise<void>((resolve) => {
    proxy.decide = (call) => {
      // A wait looks again and again.
      if (new RegExp(`^GET .*/namespaces/${two}(\\?|$)`).test(call) && ++looks === 3) resolve();
      return undefined;
    };
  });

  const ended = run("up", name, "--yes");
  await Promise.race([waits, ended]);
  await client.patch(
    { apiVersion: "v1", kind: "ConfigMap", name: "hold", namespace: two },
    { type: "merge", body: { metadata: { finalizers: null } } },
  );

  expect(await ended).toMatchObject({ exitCode: 0, errors: [], notReady: [] });
  proxy.clear();
  client.close();
});

test("up ends with what status sees: an object that somebody deleted is missing until a refresh", async () => {
  const { name, one } = await wholeEnvironment();
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await client.delete({ apiVersion: "v1", kind: "LimitRange", name: "container-defaults", namespace: one });

  expect(await run("up", name, "--yes")).toMatchObject({
    exitCode: 4,
    notReady: [{ id: `core/LimitRange/${one}/container-defaults`, state: "missing" }],
  });
  expect(await run("up", name, "--yes", "--refresh")).toMatchObject({ exitCode: 0, notReady: [] });
  client.close();
});

test("a destroy whose API server fails inside costs at most a rerun", async () => {
  const { name } = await wholeEnvironment();
  proxy.inject(/^DELETE .*\/networkpolicies/, BROKEN, BROKEN);

  await run("destroy", name, "--yes");

  expect(await run("destroy", name, "--yes")).toMatchObject({ exitCode: 0, errors: [] });
});
