/** Real operators as plain processes, on a control plane where their objects are those of a release and nothing simulates their status. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readinessTable } from "#lib/components/registry";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { type Health, healthOf } from "#lib/kube/health";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { Readiness, StatusTest } from "#lib/kube/readiness";
import type { Release } from "#lib/release/release";
import { isNotFound } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import type { SimulatedNode } from "#stacks/local/control-plane/nodes";
import { type ControlPlaneHandle, withControlPlane } from "../fixtures/control-plane";
import { type GoProgram, withGoProgram } from "../fixtures/go-program";
import { withKubeTools } from "../fixtures/kube-tools";

/** Time in which a real operator has answered a change here. */
export const WITHIN_MS = 120_000;

/** Time in which several operators run, and a release is applied: on a busy machine, a CRD of Kueue takes seconds. */
export const STARTED_WITHIN_MS = 400_000;

/** How an operator is started. */
interface OperatorProcess {
  /** Its name, where there are several. @default the only one */
  readonly name?: string;
  readonly args: (kubeconfig: string) => readonly string[];
  /** @default none of its own */
  readonly env?: (kubeconfig: string) => Readonly<Record<string, string>>;
  /** Its working folder. @default that of the test file */
  readonly cwd?: string;
}

/** Options of `applyTree`. */
interface TreeOptions {
  /** Leaves out the CRDs: the charts of the operators brought theirs, as on a real cluster. @default false */
  readonly withoutDefinitions?: boolean;
}

/** The operators' control plane. */
export interface RealOperator {
  readonly client: () => KubeClient;
  /** Folder of the test file, removed after it. */
  readonly folder: string;
  readonly helm: string;
  /** Address of the API server. */
  readonly server: () => string;
  /** Writes the tree of a release, without simulator stages, and runs its `apply.sh`. */
  readonly applyTree: (release: Release, options?: TreeOptions) => void;
  readonly start: (process: OperatorProcess) => void;
  /** The last lines that the operators have written. */
  readonly log: () => string;
  /** Follows an object until it is as wanted. */
  readonly until: (object: KubeObject, wanted: (seen: KubeObject) => boolean) => Promise<KubeObject>;
  /** Every health that an object shows for some seconds. */
  readonly healthsOf: (object: KubeObject, seconds: number) => Promise<Health[]>;
}

/** Options of {@link withRealOperators}. */
interface RealOperatorOptions {
  /** @default one node without labels */
  readonly nodes?: readonly SimulatedNode[];
}

/** Builds the operator once, and starts a control plane for the test file; both processes end after its last test. */
export function withRealOperator(program: GoProgram): RealOperator {
  return withRealOperators([program]);
}

/** {@link withRealOperator} for operators that work on the same objects. */
export function withRealOperators(programs: readonly GoProgram[], { nodes }: RealOperatorOptions = {}): RealOperator {
  const paths = new Map(
    programs.map((program) => [program.name, withGoProgram({ ...program, source: join(__dirname, "modules", program.module) })]),
  );
  const controlPlane = withControlPlane(nodes);
  const tools = withKubeTools();
  const folder = mkdtempSync(join(tmpdir(), "operator-"));
  let client: KubeClient | undefined;
  const children: ChildProcess[] = [];
  const log: string[] = [];
  afterAll(async () => {
    client?.close();
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  });
  const connected = (): KubeClient => {
    client ??= connect(loadKubeconfig(controlPlane.kubeconfig));
    return client;
  };
  return {
    client: connected,
    folder,
    helm: tools.helm,
    server: () => controlPlane.server,
    applyTree: (release, options = {}) => applyTree(release, join(folder, "tree"), { ...options, controlPlane, path: tools.path }),
    start: ({ name = programs[0]?.name ?? "", args, env, cwd = folder }) => {
      const { kubeconfig } = controlPlane;
      const settings = { env: { ...process.env, KUBECONFIG: kubeconfig, ...env?.(kubeconfig) }, cwd };
      const child = spawn(paths.get(name) ?? name, args(kubeconfig), { ...settings, stdio: ["ignore", "pipe", "pipe"] });
      children.push(child);
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => void log.push(String(chunk)));
    },
    log: () => lastLines(log),
    until: (object, wanted) => until(connected(), object, { wanted, log }),
    healthsOf: (object, seconds) => healthsOf(connected(), object, seconds),
  };
}

/** Looks again and again until it sees what is wanted. */
export async function eventually<T>(look: () => Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + WITHIN_MS * 0.9;
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    if (Date.now() > end) throw new Error(`it stays ${JSON.stringify(seen)}`);
    await pause(300);
  }
}

/** The readiness row of an object. */
export function rowOf(object: KubeObject): Readiness {
  const row = readinessTable.get(groupKind(object));
  if (!row) throw new Error(`no readiness row for ${objectId(object)}`);
  return row;
}

/** What the tests of a row read in a status. */
export function read(status: JsonValue | undefined, { ready, failed }: Readiness): Record<string, JsonValue | undefined> {
  return Object.fromEntries(
    [...ready, ...failed].map((test) => [test.type === "field" ? test.path : test.name, testedValue(status, test)]),
  );
}

function testedValue(status: JsonValue | undefined, test: StatusTest): JsonValue | undefined {
  if (test.type === "field") return valueAt({ status }, test.path.slice(1).split("."));
  const conditions = valueAt({ status }, ["status", "conditions"]);
  const found = Array.isArray(conditions) ? conditions.find((one) => valueAt(one, ["type"]) === test.name) : undefined;
  return valueAt(found, ["status"]);
}

function applyTree(
  release: Release,
  folder: string,
  { controlPlane, path, withoutDefinitions = false }: TreeOptions & { readonly controlPlane: ControlPlaneHandle; readonly path: string },
): void {
  const left = new Set(["Stage", ...(withoutDefinitions ? ["CustomResourceDefinition"] : [])]);
  const objects = release.objects.filter(({ manifest }) => !left.has(manifest.kind));
  const kept = new Set([...objects, ...release.helmReleases].map(({ id }) => id));
  const edges = release.edges.filter(({ from, to }) => kept.has(from) && kept.has(to));
  for (const [file, text] of unwrap(plainTree({ ...release, objects, edges }))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const env = { ...process.env, PATH: path, KUBECONFIG: controlPlane.kubeconfig };
  execFileSync("sh", [join(folder, "apply.sh")], { env, stdio: "pipe" });
}

async function until(
  client: KubeClient,
  object: KubeObject,
  { wanted, log }: { readonly wanted: (seen: KubeObject) => boolean; readonly log: readonly string[] },
): Promise<KubeObject> {
  // A submission of Spark starts a JVM, which takes a minute on a busy machine.
  const end = Date.now() + WITHIN_MS * 0.9;
  let seen: KubeObject | undefined;
  while (Date.now() < end) {
    seen = await present(client, object);
    if (seen && wanted(seen)) return seen;
    await pause(300);
  }
  const status = JSON.stringify(seen?.["status"]);
  throw new Error(`${objectId(object)} stays ${status}; the operator's last lines:\n${lastLines(log)}`);
}

function lastLines(log: readonly string[]): string {
  return log.join("").split("\n").slice(-20).join("\n");
}

async function present(client: KubeClient, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await client.get(refOf(object));
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

async function healthsOf(client: KubeClient, object: KubeObject, seconds: number): Promise<Health[]> {
  const end = Date.now() + seconds * 1000;
  const healths: Health[] = [];
  while (Date.now() < end) {
    healths.push(healthOf(await client.get(refOf(object)), rowOf(object)));
    await pause(100);
  }
  return healths;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}
