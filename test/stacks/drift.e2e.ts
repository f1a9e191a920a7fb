/** What a run finds that an earlier one made, others changed or deleted, or policy retained: by the command and by plain `pulumi`. */

import { join } from "node:path";
import type { ObjectRef } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { projectCopy, startProgram, withCommand } from "../fixtures/command";
import { writeSmallEnvironment } from "../fixtures/small-environment";

const project = projectCopy();
writeSmallEnvironment(project, { name: "small" });
const { run, read, home, variables } = withCommand(["small"], project);

/** What policy retains: objects that hold data, or that data hangs on. */
const RETAINED: readonly ObjectRef[] = [
  { apiVersion: "v1", kind: "Namespace", name: "elasticsearch" },
  { apiVersion: "v1", kind: "Namespace", name: "databases" },
  { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", namespace: "databases", name: "main" },
  { apiVersion: "v1", kind: "Namespace", name: "alice" },
  { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "alice", name: "home-alice-0" },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "flinkdeployments.flink.apache.org" },
];
/** Objects that hold data; `destroy` deletes Elasticsearch, whose operator keeps its volumes. */
const HOLDING: readonly ObjectRef[] = [
  ...RETAINED,
  { apiVersion: "elasticsearch.k8s.elastic.co/v1", kind: "Elasticsearch", namespace: "elasticsearch", name: "docs" },
];
const EDITED = { apiVersion: "apps/v1", kind: "Deployment", namespace: "cert-manager", name: "cert-manager" } as const;
const DELETED = { apiVersion: "v1", kind: "LimitRange", namespace: "flink", name: "container-defaults" } as const;

async function withClient<T>(work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(loadKubeconfig(join(home, "instances/small/kubeconfig")));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const uids = (refs: readonly ObjectRef[]) =>
  withClient((client) => Promise.all(refs.map(async (ref) => (await client.get(ref)).metadata["uid"])));

beforeAll(async () => {
  expect(await run("up", "small", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
});

test("plain pulumi finds the same objects that the command made", async () => {
  const env = await variables("small");
  const { objects } = (await read("inventory", "small")) as { readonly objects: readonly unknown[] };
  const { code, stdout, stderr } = await startProgram("pulumi", ["up", "--yes", "--expect-no-changes", "--non-interactive"], {
    cwd: project,
    env,
  }).ended;

  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  expect(stdout + stderr).not.toContain("using pulumi-resource-kubernetes from $PATH");
  // With the stack, the construct and the provider.
  expect(Number(/(\d+) unchanged/.exec(stdout)?.[1])).toBe(objects.length + 3);
});

test("refresh reports drift and deletions, up repairs them; objects with data are not replaced", async () => {
  const before = await uids(HOLDING);
  await withClient(async (client) => {
    await client.patch(EDITED, { type: "merge", body: { spec: { replicas: 3 } } }, { fieldManager: "kubectl-edit" });
    await client.delete(DELETED);
  });

  const seen = await run("refresh", "small", "--yes");
  const repaired = await run("up", "small", "--yes");

  expect(seen.changes).toEqual({ update: 1, delete: 1 });
  expect(seen.resources.map(({ id, operation }) => [operation, id])).toEqual(
    expect.arrayContaining([
      ["update", "apps/Deployment/cert-manager/cert-manager"],
      ["delete", "core/LimitRange/flink/container-defaults"],
    ]),
  );
  expect(repaired).toMatchObject({ exitCode: 0, changes: { update: 1, create: 1 } });
  await withClient(async (client) => {
    expect(await client.get(EDITED)).toMatchObject({ spec: { replicas: 1 } });
    expect(await client.get(DELETED)).toMatchObject({ kind: "LimitRange" });
  });
  expect(await uids(HOLDING)).toEqual(before);
});

test("up --refresh does both at once", async () => {
  await withClient((client) => client.delete(DELETED));

  expect(await run("up", "small", "--yes", "--refresh")).toMatchObject({ exitCode: 0, changes: { create: 1 } });
});

test("destroy leaves what policy retains, and up takes it over", async () => {
  const before = await uids(RETAINED);

  expect(await run("destroy", "small", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  const { objects, retained, stray } = await read("inventory", "small");
  expect(objects).toHaveLength(Number(retained));
  expect(stray).toBe(0);
  expect(await uids(RETAINED)).toEqual(before);
  expect(await run("up", "small", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  expect(await uids(RETAINED)).toEqual(before);
});
