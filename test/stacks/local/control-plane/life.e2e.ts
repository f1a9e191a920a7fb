/** The life of a control plane on disk and as processes: it survives whatever is killed, and never harms another process. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import type { ControlPlanePart } from "#stacks/local/control-plane/instance";
import { type ControlPlane, startControlPlane } from "#stacks/local/control-plane/start";
import { controlPlaneStatus, listControlPlanes } from "#stacks/local/control-plane/status";
import { removeControlPlane, stopControlPlane } from "#stacks/local/control-plane/stop";
import { identify, isAlive } from "#stacks/local/process-identity";

const home = mkdtempSync(join(tmpdir(), "beamstack-iac-life-"));

afterAll(async () => {
  for (const { name } of await listControlPlanes(home)) await removeControlPlane(name, home);
  rmSync(home, { recursive: true, force: true });
});

async function asking<T>({ kubeconfig }: ControlPlane, ask: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(loadKubeconfig(kubeconfig));
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

function clusterUid(controlPlane: ControlPlane): Promise<string> {
  return asking(controlPlane, (client) => client.clusterUid());
}

/** Starts the instance from another process. */
function startElsewhere(name: string): ChildProcess {
  const script = join(__dirname, "..", "..", "..", "fixtures", "start-control-plane.ts");
  const hook = join(__dirname, "..", "..", "..", "fixtures", "typescript.cjs");
  return spawn(process.execPath, ["-r", hook, script, name, home], { stdio: ["ignore", "pipe", "pipe"] });
}

async function outputOf(child: ChildProcess): Promise<ControlPlane> {
  const chunks: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  await ended(child);
  return JSON.parse(chunks.join(""));
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("close", () => resolve()));
}

/** Waits until the process says this line, and kills it at once. */
async function killAt(child: ChildProcess, wanted: string): Promise<void> {
  const gone = ended(child);
  if (child.stderr) createInterface({ input: child.stderr }).on("line", (line) => line === wanted && child.kill("SIGKILL"));
  await gone;
  expect(child.signalCode).toBe("SIGKILL");
}

async function killPart(controlPlane: ControlPlane, part: ControlPlanePart): Promise<void> {
  const identity = identify(controlPlane.pids[part]);
  process.kill(controlPlane.pids[part], "SIGKILL");
  while (identity && isAlive(identity)) await new Promise(setImmediate);
}

describe("an instance", () => {
  test("is a folder for its owner alone, with certificates, kubeconfig, pids and logs", async () => {
    const { folder, kubeconfig, pids } = await startControlPlane({ name: "one", home });

    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "certs", "ca.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, "run", "etcd.pid"), "utf8").split("\n")[0]).toBe(String(pids.etcd));
    expect(statSync(join(folder, "logs", "kube-apiserver.log")).size).toBeGreaterThan(0);
  });

  test("is left alone by a second start", async () => {
    const first = await startControlPlane({ name: "one", home });
    const again = await startControlPlane({ name: "one", home });

    expect(again).toEqual({ ...first, started: false });
  });

  test("is the same cluster at the same address after stop and start", async () => {
    const before = await startControlPlane({ name: "one", home });
    const uid = await clusterUid(before);

    expect(await stopControlPlane("one", home)).toBe(true);
    expect((await controlPlaneStatus("one", home)).state).toBe("stopped");
    const after = await startControlPlane({ name: "one", home });

    expect(after.server).toBe(before.server);
    expect(await clusterUid(after)).toBe(uid);
  });

  test("stops without complaint when it does not run", async () => {
    expect(await stopControlPlane("never-made", home)).toBe(false);
    expect((await controlPlaneStatus("never-made", home)).state).toBe("absent");
  });

  test("moves to other ports where strangers have taken its own, and is the same cluster", async () => {
    const before = await startControlPlane({ name: "one", home });
    const uid = await clusterUid(before);
    await stopControlPlane("one", home);
    const state = JSON.parse(readFileSync(join(before.folder, "instance.json"), "utf8"));
    const strangers = await Promise.all(["etcd", "etcd-peer", "kube-apiserver"].map((part) => listenOn(state.ports[part])));

    const after = await startControlPlane({ name: "one", home });
    for (const stranger of strangers) stranger.close();

    expect(after.server).not.toBe(before.server);
    expect(await clusterUid(after)).toBe(uid);
  });

  test("gets a node back that was deleted", async () => {
    const controlPlane = await startControlPlane({ name: "one", home });
    await asking(controlPlane, (client) => client.delete({ apiVersion: "v1", kind: "Node", name: "node-1" }));

    await startControlPlane({ name: "one", home });

    const names = await asking(controlPlane, (client) => client.list({ apiVersion: "v1", kind: "Node" }));
    expect(names.map(({ metadata }) => metadata.name)).toEqual(["node-1"]);
  });

  test.each(["etcd", "kube-apiserver", "kube-controller-manager", "kwok"] as const)(
    "is repaired by a start after its %s was killed",
    async (part) => {
      const before = await startControlPlane({ name: "one", home });
      const uid = await clusterUid(before);

      await killPart(before, part);
      expect((await controlPlaneStatus("one", home)).state).toBe("partial");
      const after = await startControlPlane({ name: "one", home });

      expect(after.started).toBe(true);
      expect((await controlPlaneStatus("one", home)).state).toBe("running");
      expect(await clusterUid(after)).toBe(uid);
    },
  );
});

describe("a stale pid file", () => {
  test("that names a living stranger harms nobody", async () => {
    const { folder } = await startControlPlane({ name: "one", home });
    await stopControlPlane("one", home);
    const stranger = spawn("sleep", ["600"], { stdio: "ignore" });

    const [, ...rest] = readFileSync(`/proc/${stranger.pid}/stat`, "utf8").split(" ");
    const recycled = [stranger.pid, ...rest.with(20, "1")].join(" ");
    writeFileSync(join(folder, "run", "etcd.pid"), `${stranger.pid}\n0123456789abcdef\n${bootId()}${recycled}`);

    expect(await stopControlPlane("one", home)).toBe(false);
    expect((await startControlPlane({ name: "one", home })).pids.etcd).not.toBe(stranger.pid);
    expect(identify(stranger.pid ?? 0)).toBeDefined();
    stranger.kill();
  });

  test("that is no pid file is ignored", async () => {
    const { folder } = await startControlPlane({ name: "one", home });
    await stopControlPlane("one", home);

    writeFileSync(join(folder, "run", "kwok.pid"), "-1\n\n");

    expect((await startControlPlane({ name: "one", home })).started).toBe(true);
  });
});

describe("a killed parent", () => {
  test.each(["etcd start began", "etcd start done", "kube-apiserver start began", "kwok start began", "nodes apply began"])(
    "at '%s' leaves an instance that the next start completes",
    async (line) => {
      const name = `cut-${line.replace(/\W+/g, "-")}`;

      await killAt(startElsewhere(name), line);
      const after = await startControlPlane({ name, home });

      expect((await controlPlaneStatus(name, home)).state).toBe("running");
      await removeControlPlane(name, home);
      expect(Object.values(after.pids).map((pid) => identify(pid))).toEqual([undefined, undefined, undefined, undefined, undefined]);
    },
  );

  test("does not take its control plane along", async () => {
    const made = await outputOf(startElsewhere("orphaned"));

    const again = await startControlPlane({ name: "orphaned", home });

    expect(again).toEqual({ ...made, started: false });
    await removeControlPlane("orphaned", home);
  });
});

describe("several starts", () => {
  test("of one name at once give one control plane", async () => {
    const all = await Promise.all([
      outputOf(startElsewhere("shared")),
      outputOf(startElsewhere("shared")),
      startControlPlane({ name: "shared", home }),
    ]);

    expect(new Set(all.map(({ pids }) => JSON.stringify(pids))).size).toBe(1);
    expect(all.filter(({ started }) => started)).toHaveLength(1);
    await removeControlPlane("shared", home);
  });

  test("of two names give two clusters side by side", async () => {
    const [one, two] = await Promise.all([startControlPlane({ name: "one", home }), startControlPlane({ name: "two", home })]);

    expect(await clusterUid(one)).not.toBe(await clusterUid(two));
    expect((await listControlPlanes(home)).map(({ name, state }) => [name, state])).toEqual([
      ["one", "running"],
      ["two", "running"],
    ]);
    await removeControlPlane("two", home);
    expect((await controlPlaneStatus("one", home)).state).toBe("running");
  });
});

test("a program that cannot start is shown with its last lines", async () => {
  const { folder } = await startControlPlane({ name: "one", home });
  await stopControlPlane("one", home);
  writeFileSync(join(folder, "certs", "server.crt"), "not a certificate");

  await expect(startControlPlane({ name: "one", home })).rejects.toThrow(
    /etcd ended with exit code 1; its last lines:\n[\s\S]*certificate input[\s\S]*start again/,
  );
});

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, "127.0.0.1", () => resolve(server));
  });
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
}
