/** Faults of the plan, as what is done before, during and after an operation. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { KubeObject } from "#lib/kube/object";
import type { KubeClient } from "#stacks/cluster/client";
import { CONTROL_PLANE_PARTS } from "#stacks/local/control-plane/instance";
import type { Case } from "./plan";
import { below, type Ended, files, home, partPid, signal, withClient } from "./world";

/** Objects of the environment whose places others take; the small environment has no ClusterRole. */
const PLACES = {
  Namespace: { apiVersion: "v1", kind: "Namespace", name: "two" },
  PriorityClass: { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", name: "beamstack-batch" },
  CustomResourceDefinition: {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    name: "flinkstatesnapshots.flink.apache.org",
  },
} as const;

/** The moments of one operation: what happens during it, and what is put right after it. */
export interface Injection {
  /** Before the operation starts. */
  readonly before?: () => Promise<unknown>;
  /** At its moment. */
  readonly during?: (pid: number) => Promise<unknown>;
  /** After it has ended. */
  readonly after?: (ended: Ended) => Promise<unknown>;
}

/** A state of an earlier moment. */
const remembered: { state?: string } = {};

/** Keeps the state as it is now, for a later case. */
export function rememberState(): void {
  remembered.state = readFileSync(files.state, "utf8");
}

/** What a case does. */
export function injectionOf({ fault }: Case): Injection {
  switch (fault.type) {
    case "kill":
      return { during: async (pid) => kill(pid, fault.target) };
    case "pause":
      return { during: () => stopped(partPid(fault.part), fault.seconds) };
    case "crash":
      return { during: async () => signal(partPid(fault.part), "SIGKILL") };
    case "disk-full":
      return { during: () => full(), after: async () => empty() };
    case "read-only-home":
      return readOnlyInjection();
    case "home-removed":
      return { during: async () => removeHome() };
    case "state":
      return { after: async () => damage(fault.damage) };
    case "lock":
      return lockInjection(fault.holder);
    case "foreign":
      return foreignInjection(fault.kind);
    case "finalizer":
      return finalizerInjection(fault.seconds);
    case "deleted-by-hand":
      return { before: () => deleteByHand() };
  }
}

function kill(pid: number, target: "command" | "group" | "engine" | "provider"): void {
  if (target === "command") signal(pid, "SIGKILL");
  else if (target === "group") signal(-pid, "SIGKILL");
  else for (const one of below(pid, target === "engine" ? "pulumi" : "pulumi-resource-kubernetes")) signal(one, "SIGKILL");
}

async function stopped(pid: number, seconds: number): Promise<void> {
  signal(pid, "SIGSTOP");
  await pause(seconds * 1000);
  signal(pid, "SIGCONT");
}

function readOnlyInjection(): Injection {
  return {
    before: async () => makeReadOnly(),
    after: async (ended) => {
      makeWritable();
      requireFix(ended, /read-only|BEAMSTACK_IAC_HOME/i);
    },
  };
}

/** Longer than the engine tries to save its state: eleven times, from one second on, each wait 1.2 times the one before. */
const FULL_MS = 40_000;

/** Full for a while: etcd dies of it at once, and nothing can go on before there is room. */
async function full(): Promise<void> {
  fill();
  await pause(FULL_MS);
  empty();
}

const empty = (): void => rmSync(join(home, "filler"), { force: true });

function fill(): void {
  const path = join(home, "filler");
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${path}`, "bs=1M"], { stdio: "ignore" });
  } catch {
    // That the disk is full is what was wanted.
  }
}

let isReadOnly = false;

/** Another mount on top: that below has files open for writing. */
function makeReadOnly(): void {
  execFileSync("mount", ["--bind", home, home]);
  isReadOnly = true;
  execFileSync("mount", ["-o", "remount,bind,ro", home]);
}

/** Undoes a read-only home. */
export function makeWritable(): void {
  if (isReadOnly) execFileSync("umount", ["-l", home]);
  isReadOnly = false;
}

function removeHome(): void {
  const pids = CONTROL_PLANE_PARTS.map(partPid);
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  for (const pid of pids) signal(pid, "SIGKILL");
}

function damage(how: "truncated" | "older" | "missing"): void {
  const path = files.state;
  if (!existsSync(path)) return;
  if (how === "missing") rmSync(path);
  else if (how === "truncated") truncateSync(path, Math.floor(statSync(path).size / 2));
  else if (remembered.state !== undefined) writeFileSync(path, remembered.state);
}

function lockInjection(holder: "dead" | "other-host"): Injection {
  const folder = files.locks;
  const path = join(folder, "00000000-0000-4000-8000-000000000000.json");
  const host = holder === "dead" ? hostname() : "elsewhere";
  return {
    before: async () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, JSON.stringify({ pid: 4_194_000, username: "u", hostname: host, timestamp: "2026-01-01T00:00:00Z" }));
    },
    after: async (ended) => {
      rmSync(path, { force: true });
      if (holder === "other-host") requireFix(ended, /is locked by process \d+ of u@elsewhere/);
    },
  };
}

/** A destroy went before: only what policy retains is still there, and makes room first. */
function foreignInjection(kind: keyof typeof PLACES): Injection {
  const ref = PLACES[kind];
  const needed = kind === "PriorityClass" ? { value: 7 } : {};
  return {
    before: () =>
      withClient(async (client) => {
        const ours = await removed(client, ref);
        const body = ours ? { spec: ours["spec"] } : needed;
        await client.create({ apiVersion: ref.apiVersion, kind, metadata: { name: ref.name, labels: { team: "others" } }, ...body });
      }),
    after: (ended) =>
      withClient(async (client) => {
        const theirs = await removed(client, ref);
        requireFix(ended, /cluster\.foreign-object/);
        if (theirs?.metadata.labels?.["team"] !== "others") throw new Error(`${kind} of others was changed`);
      }),
  };
}

/** Deletes an object and waits until it is gone. @returns what it was; `undefined` if there was none */
async function removed(client: KubeClient, ref: (typeof PLACES)[keyof typeof PLACES]): Promise<KubeObject | undefined> {
  const seen = (): Promise<KubeObject | undefined> => client.get(ref).catch(() => undefined);
  const found = await seen();
  if (found) await client.delete(ref);
  while (await seen()) await pause(200);
  return found;
}

function finalizerInjection(seconds: number): Injection {
  const ref = { apiVersion: "v1", kind: "LimitRange", name: "container-defaults", namespace: "one" };
  const set = (finalizers: string[] | null): Promise<unknown> =>
    withClient((client) => client.patch(ref, { type: "merge", body: { metadata: { finalizers } } }).catch(() => undefined));
  return {
    before: () => set(["others.example/hold"]),
    during: () => pause(seconds * 1000).then(() => set(null)),
    after: () => set(null),
  };
}

async function deleteByHand(): Promise<void> {
  await withClient((client) => client.delete({ apiVersion: "v1", kind: "LimitRange", name: "container-defaults", namespace: "one" }));
}

function requireFix({ code, said }: Ended, expected: RegExp): void {
  if (code === 0) throw new Error("the run succeeded, and should have refused");
  if (!expected.test(said)) throw new Error(`the refusal does not match ${expected}: ${said.slice(-600)}`);
  if (/\n\s+at .+:\d+:\d+/.test(said)) throw new Error(`the refusal has a stack trace: ${said.slice(-600)}`);
}
