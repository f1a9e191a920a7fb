/** A control plane that stood still for a minute, like that of a suspended laptop, is the same afterwards. */

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { connect } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { instanceNamed } from "#stacks/local/control-plane/instance";
import { keepRunning, type Watch } from "#stacks/local/control-plane/keep-running";
import { lastLines } from "#stacks/local/control-plane/processes";
import { startControlPlane } from "#stacks/local/control-plane/start";
import { withControlPlane } from "../../../fixtures/control-plane";

const controlPlane = withControlPlane();

const DEPLOYMENT: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "main", image: "busybox:1" }] } },
  },
};

test("pods become ready again after their nodes were lost", async () => {
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const available = async (status: "True" | "False"): Promise<void> => {
    for await (const { object } of client.watch({ apiVersion: "apps/v1", kind: "Deployment", fieldSelector: "metadata.name=web" })) {
      const conditions = valueAt(object, ["status", "conditions"]);
      const list = Array.isArray(conditions) ? conditions.filter(isJsonObject) : [];
      if (list.some((condition) => condition["type"] === "Available" && condition["status"] === status)) return;
    }
  };
  const { pids } = await startControlPlane({ name: controlPlane.name, home: controlPlane.home });
  const simulator = Number(pids.kwok);
  await client.apply(DEPLOYMENT, { fieldManager: "test" });
  await available("True");

  process.kill(simulator, "SIGSTOP");
  try {
    await available("False");
  } finally {
    process.kill(simulator, "SIGCONT");
  }

  await available("True");
  client.close();
});

test("a program that dies while a command uses the control plane is started again", async () => {
  const { name, home } = controlPlane;
  const { pids } = await startControlPlane({ name, home });
  const watches: Watch[] = [];
  const startedAgain = new Promise((resolve) => watches.push(keepRunning(name, resolve, home)));

  process.kill(Number(pids["kube-scheduler"]), "SIGKILL");

  expect(await startedAgain).toBe("kube-scheduler");
  for (const watch of watches) await watch.stop();
  expect(await startControlPlane({ name, home })).toMatchObject({ started: false });
});

test("a program that cannot start yet is started when it can", async () => {
  const { name, home } = controlPlane;
  const { pids, folder } = await startControlPlane({ name, home });
  const [data, away] = [join(folder, "data"), join(folder, "data-away")];
  renameSync(data, away);
  writeFileSync(data, "");
  const watches: Watch[] = [];
  const startedAgain = new Promise((resolve) => watches.push(keepRunning(name, resolve, home)));

  process.kill(Number(pids.etcd), "SIGKILL");
  while (!lastLines(instanceNamed(name, home), "etcd").includes("not a directory")) await pause(50);
  rmSync(data);
  renameSync(away, data);

  expect(await startedAgain).toBe("etcd");
  for (const watch of watches) await watch.stop();
  expect(await startControlPlane({ name, home })).toMatchObject({ started: false });
});
