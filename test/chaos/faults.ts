/** Faults of the plan, as what is done before, during and after an operation. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CONTROL_PLANE_PARTS } from "#stacks/local/control-plane/instance";
import type { Case } from "./plan";
import { below, type Ended, home, instance, NAME, partPid, run, signal, stateFile, withClient } from "./world";

const FOREIGN_NAMES = { Namespace: "one", ClusterRole: "cert-manager", CustomResourceDefinition: "certificates.cert-manager.io" } as const;

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
  remembered.state = readFileSync(stateFile(), "utf8");
}

/** What a case does. */
export function injectionOf({ fault }: Case): Injection {
  switch (fault.type) {
    case "kill":
      return { during: async (pid) => kill(pid, fault.target) };
    case "pause":
      return { during: () => stopped(partPid(fault.part), fault.seconds) };
    case "crash":
      return { during: () => crashed(partPid(fault.part), fault.seconds) };
    case "crash-part":
      return { during: async () => signal(partPid(fault.part), "SIGKILL") };
    case "disk-full":
      return { during: async () => fill(), after: async () => rmSync(join(home, "filler"), { force: true }) };
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

async function crashed(pid: number, seconds: number): Promise<void> {
  signal(pid, "SIGKILL");
  await pause(seconds * 1000);
}

/** Programs that run have files open for writing, which keeps a disk from becoming read-only. */
function readOnlyInjection(): Injection {
  return {
    before: async () => {
      await run("local", "stop", NAME);
      remount("ro");
    },
    after: async (ended) => {
      remount("rw");
      requireFix(ended, /read-only|BEAMSTACK_IAC_HOME/i);
    },
  };
}

function fill(): void {
  const path = join(home, "filler");
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${path}`, "bs=1M"], { stdio: "ignore" });
  } catch {
    // That the disk is full is what was wanted.
  }
}

/** Mounts the home read-only, or as before. */
export function remount(mode: "ro" | "rw"): void {
  execFileSync("mount", ["-o", `remount,${mode}`, home]);
}

function removeHome(): void {
  const pids = CONTROL_PLANE_PARTS.map(partPid);
  for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  for (const pid of pids) signal(pid, "SIGKILL");
}

function damage(how: "truncated" | "older" | "missing"): void {
  const path = stateFile();
  if (!existsSync(path)) return;
  if (how === "missing") rmSync(path);
  else if (how === "truncated") truncateSync(path, Math.floor(statSync(path).size / 2));
  else if (remembered.state !== undefined) writeFileSync(path, remembered.state);
}

function lockInjection(holder: "dead" | "other-host"): Injection {
  const folder = join(instance.folder, "pulumi/.pulumi/locks/organization/beamstack-iac", NAME);
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

function foreignInjection(kind: keyof typeof FOREIGN_NAMES): Injection {
  const apiVersion = { Namespace: "v1", ClusterRole: "rbac.authorization.k8s.io/v1", CustomResourceDefinition: "apiextensions.k8s.io/v1" }[
    kind
  ];
  const ref = { apiVersion, kind, name: FOREIGN_NAMES[kind] };
  let taken = false;
  return {
    // Only where our own is gone: what policy retains stays.
    before: () =>
      withClient(async (client) => {
        if (await client.get(ref).catch(() => undefined)) return;
        taken = true;
        await client.create({ apiVersion, kind, metadata: { name: ref.name, labels: { team: "others" } } });
      }),
    after: (ended) =>
      withClient(async (client) => {
        if (!taken) return;
        requireFix(ended, /cluster\.foreign-object/);
        const { labels } = (await client.get(ref)).metadata;
        if (labels?.["beamstack-iac/environment"] !== undefined) throw new Error(`${kind} of others was relabelled`);
        await client.delete(ref);
      }),
  };
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
