/** Where a chaos run happens: a project, a home, a control plane, and what others own in it. */

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { type ObjectRef, refOf } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { stateFiles } from "#stacks/engine/backend";
import { type ControlPlanePart, instanceNamed } from "#stacks/local/control-plane/instance";
import { runningPart } from "#stacks/local/control-plane/processes";
import { projectFile } from "#stacks/project";
import { writeSmallEnvironment } from "../fixtures/small-environment";

const ROOT = resolve(__dirname, "../..");
export const NAME = "chaos";
/** A run takes half a minute; after the longest outage, the waits of its 70 seconds; on a machine that others use up, a multiple. */
const RUN_WITHIN_MS = 1_200_000;

// A disk of its own can be full and read-only without harm to this machine. It needs root and a mount namespace.
export const canMount = process.getuid?.() === 0 && process.env["CHAOS_MOUNTS"] === "yes";
export const home = mkdtempSync(join(tmpdir(), "chaos-home-"));
export const project = mkdtempSync(join(tmpdir(), "chaos-project-"));
const instance = instanceNamed(NAME, home);
export const files = stateFiles(join(instance.folder, "pulumi"), { project: projectFile({ root: ROOT })?.name ?? "", stack: NAME });

/** Writes the environment; `changed` is its other shape. */
export function writeEnvironment(changed: boolean): void {
  writeSmallEnvironment(project, { name: NAME, changed });
}

export interface Ended {
  readonly code: number | null;
  readonly said: string;
  readonly seconds: number;
}

/** Leaders of the groups of commands that may still run. */
export const started = new Set<number>();

export function start(...args: string[]): { readonly pid: number; readonly ended: Promise<Ended> } {
  const began = Date.now();
  const env = { ...process.env, BEAMSTACK_IAC_HOME: home, KUBECONFIG: "/absent" };
  const child = spawn(process.execPath, [join(project, "dist/stacks/cli/main.js"), ...args], { cwd: project, env, detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const pid = child.pid ?? 0;
  started.add(pid);
  const timer = setTimeout(() => signal(-pid, "SIGKILL"), RUN_WITHIN_MS);
  const ended = new Promise<Ended>((done) => {
    child.once("close", (code) => {
      clearTimeout(timer);
      if (!isGroupAlive(pid)) started.delete(pid);
      done({ code, said, seconds: (Date.now() - began) / 1000 });
    });
  });
  return { pid, ended };
}

export const run = (...args: string[]): Promise<Ended> => start(...args).ended;

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (Math.abs(pid) > 1) process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/** Whether a process of the group that this process led still runs. */
export function isGroupAlive(pid: number): boolean {
  const rows = execFileSync("ps", ["-eo", "pgid=,stat="], { encoding: "utf8" }).split("\n");
  return rows.some((row) => row.trim().startsWith(`${pid} `) && !/ Z/.test(row));
}

/** Processes below a process, by the name of their program. */
export function below(pid: number, program: string): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const all = rows.flatMap((row) => {
    const [, own, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return own === undefined ? [] : [{ own: Number(own), parent: Number(parent), args }];
  });
  const children = (of: number): typeof all => all.filter(({ parent }) => parent === of).flatMap((one) => [one, ...children(one.own)]);
  return children(pid).flatMap(({ own, args }) => (new RegExp(`(^|/)${program}( |$)`).test(args) ? [own] : []));
}

export const partPid = (part: ControlPlanePart): number => runningPart(instance, part)?.pid ?? 0;

export async function withClient<T>(work: (client: KubeClient) => Promise<T>): Promise<T> {
  const client = connect(loadKubeconfig(instance.kubeconfig));
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** Objects of others, which no run may touch. */
const SENTINELS: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "theirs", labels: { team: "others" } } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "theirs", namespace: "theirs" }, data: { key: "value" } },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "theirs", namespace: "one" }, stringData: { key: "value" } },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "theirs" }, rules: [] },
];
/** Data, and what it hangs on. */
const DATA: readonly ObjectRef[] = [
  { apiVersion: "v1", kind: "PersistentVolumeClaim", name: "home-alice-0", namespace: "alice" },
  { apiVersion: "v1", kind: "Namespace", name: "alice" },
  { apiVersion: "v1", kind: "Namespace", name: "elasticsearch" },
  { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: "main", namespace: "databases" },
  { apiVersion: "v1", kind: "Namespace", name: "databases" },
];

export async function plant(): Promise<string> {
  return withClient(async (client) => {
    for (const object of SENTINELS) await client.apply(object, { fieldManager: "others" });
    return witnesses(client);
  });
}

/** What may not change: uid and version of what others own, uid of data. */
export async function witnesses(client: KubeClient): Promise<string> {
  const seen = await Promise.all(
    [...SENTINELS.map(refOf), ...DATA].map(async (ref, at) => {
      const { metadata } = await client.get(ref);
      const version = at < SENTINELS.length && ref.kind !== "Namespace" ? metadata["resourceVersion"] : "";
      return `${ref.kind}/${ref.name} ${metadata["uid"]} ${version}`;
    }),
  );
  return seen.join("\n");
}

export async function podsNotReady(): Promise<string[]> {
  const pods = await withClient((client) => client.list({ apiVersion: "v1", kind: "Pod" }));
  return pods
    .filter((pod) => valueAt(pod, ["status", "phase"]) !== "Succeeded")
    .filter((pod) => !hasReady(pod))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

function hasReady(pod: KubeObject): boolean {
  const conditions = valueAt(pod, ["status", "conditions"]);
  return Array.isArray(conditions) && conditions.some((one) => valueAt(one, ["type"]) === "Ready" && valueAt(one, ["status"]) === "True");
}

/** Puts the project together, and the home on a disk of its own. */
export function prepare(): void {
  if (canMount) execFileSync("mount", ["-t", "tmpfs", "-o", "size=1g", "tmpfs", home]);
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly files: readonly string[] };
  for (const part of [...files.filter((file) => !file.startsWith("!")), "package.json", "Pulumi.yaml", "stacks/env"])
    cpSync(join(ROOT, part), join(project, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  writeEnvironment(false);
}
