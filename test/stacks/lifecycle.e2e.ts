/** The `local` environment by the commands of the README and by kubectl: the real engine, both plugins, a control plane of its own. */

import { join } from "node:path";
import { unwrap } from "#lib/core/problem";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { loadEnvironment } from "#stacks/environments";
import { LIFECYCLE, typed } from "../docs/readme-commands";
import { ROOT, startProgram, withCommand } from "../fixtures/command";
import { withKubeTools } from "../fixtures/kube-tools";

const tools = withKubeTools();
const { start, run, read, home } = withCommand(["local"]);

const ENV = { ...process.env, BEAMSTACK_IAC_HOME: home };

const done = new Set<string>();

/** Types a command of the README. */
function readme(command: string): Promise<string> {
  done.add(command);
  return typed(command, ROOT, ENV);
}

/** What the environment declares. */
const { objects: OBJECTS } = unwrap(loadEnvironment("local")).release;

/** What policy retains. */
const RETAINED = [
  { apiVersion: "v1", kind: "Namespace", name: "elasticsearch" },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "flinkdeployments.flink.apache.org" },
  { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", namespace: "databases", name: "main" },
] as const;

async function withClient<T>(work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(loadKubeconfig(join(home, "instances/local/kubeconfig")));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const uidsOf = (client: KubeClient) => Promise.all(RETAINED.map(async (ref) => (await client.get(ref)).metadata["uid"]));

/** Every object of the environment by id, without what the server writes into it. */
async function contents(client: KubeClient): Promise<Record<string, unknown>> {
  const live = await Promise.all(OBJECTS.map(async ({ id, manifest }) => [id, ownContent(await client.get(refOf(manifest)))] as const));
  return Object.fromEntries(live);
}

/** Names and numbers that the server and its controllers give, each time others. */
const GIVEN = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "generation",
  "managedFields",
  "clusterIP",
  "clusterIPs",
  "volumeName",
]);
const GIVEN_LABEL = /(^|\/)controller-uid$/;

function ownContent({ status: _status, ...object }: KubeObject): unknown {
  const text = JSON.stringify(object, (key, value) => (GIVEN.has(key) || GIVEN_LABEL.test(key) ? undefined : value));
  return JSON.parse(text);
}

test("npm run up makes everything", async () => {
  expect(await readme("npm run up")).toMatch(/^local is up: (\d+) objects, \1 created in /m);
});

test("npm run up again changes nothing", async () => {
  expect(await readme("npm run up")).toMatch(/^local is up: \d+ objects, 0 changes in /m);
});

test.each([
  ["npx beamstack-iac status local", /^local: (\d+) of \1 objects ready$/m],
  ["npx beamstack-iac inventory local", /^\d+ objects of local; \d+ stay on destroy, 0 no longer declared$/m],
  ["npx beamstack-iac refresh local --yes", /^local refreshed: \d+ objects, 0 changes in /m],
])("%s", async (command, shown) => {
  expect(await readme(command)).toMatch(shown);
});

/** What `up` made, before it goes. */
let made: Record<string, unknown>;

test("destroy leaves what policy retains", async () => {
  const uids = () => withClient((client) => uidsOf(client));
  const before = await uids();
  made = await withClient(contents);

  expect(await readme("npm run down")).toMatch(/^local destroyed: \d+ objects, \d+ deleted, \d+ retained in /m);
  const { objects, retained, stray } = await read("inventory", "local");
  expect(retained).toBeGreaterThan(10);
  expect(objects).toHaveLength(Number(retained));
  expect(stray).toBe(0);
  expect(await uids()).toEqual(before);
});

test("the tree that synth writes makes the same objects with kubectl alone, field by field", async () => {
  expect(await readme("npx beamstack-iac local stop")).toMatch(/^local stopped/m);
  await start("local", "stop", "local", "--remove").ended;
  await start("local", "start", "local").ended;
  await start("synth", "local", "--out", join(home, "tree")).ended;

  const env = { ...process.env, PATH: tools.path, KUBECONFIG: join(home, "instances/local/kubeconfig") };
  const { code, stderr } = await startProgram("sh", [join(home, "tree/apply.sh")], { cwd: home, env }).ended;

  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  expect(await withClient(contents)).toEqual(made);
});

test("every command of the README that needs the control plane was typed", () => {
  expect(done).toEqual(new Set(LIFECYCLE));
});

test("an environment that does not exist and a change without confirmation end with 2", async () => {
  expect(await run("up", "nowhere", "--yes")).toMatchObject({ kind: "Error", exitCode: 2 });
  expect(await run("up", "local")).toMatchObject({ kind: "Error", exitCode: 2 });
});
