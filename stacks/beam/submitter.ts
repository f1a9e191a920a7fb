/** Runs a submitter outside of a pod: with the command line and files of the rendered objects, and loopback addresses. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";

/** Addresses of the services that a submitter calls. */
export interface LoopbackAddresses {
  readonly flinkPort: number;
  readonly jobServerPort: number;
  readonly workerPoolPort: number;
}

/** Time to cancel a batch job in Flink after a request to end. */
const GRACE_MS = 30_000;

/** Makes the submitter skip Flink's REST API: Beam's own runner runs the pipeline. */
export const WITHOUT_FLINK = { BEAMSTACK_WITHOUT_FLINK: "1" } as const;

/** How a submitter ended. */
export interface SubmitterEnd {
  /** `null` if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it exceeded its time limit. */
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of a Job's submitter; only addresses change. */
export function loopbackCommand(job: JsonObject, addresses: LoopbackAddresses): string[] {
  const container = valueAt(job, ["spec", "template", "spec", "containers", 0]);
  const command = [...list(valueAt(container, ["command"])), ...list(valueAt(container, ["args"]))].map(String);
  const replaced: Readonly<Record<string, number>> = {
    "--flink_master": addresses.flinkPort,
    "--job_endpoint": addresses.jobServerPort,
    "--environment_config": addresses.workerPoolPort,
  };
  return command.map((argument) => {
    const name = argument.slice(0, argument.indexOf("="));
    const port = Object.hasOwn(replaced, name) ? replaced[name] : undefined;
    return port === undefined ? argument : `${name}=localhost:${port}`;
  });
}

/**
 * Writes the files that the Job mounts.
 *
 * @param secretText returns the value of a Secret's key
 */
export function writeVolume(
  { job, configMap }: { readonly job: JsonObject; readonly configMap: JsonObject },
  folder: string,
  secretText: (secret: string, key: string) => string,
): void {
  const paths = configMapPaths(job);
  for (const [name, text] of Object.entries(isJsonObject(configMap["data"]) ? configMap["data"] : {}))
    write(join(folder, paths.get(name) ?? name), String(text));
  for (const { secret, key, path } of secretItems(job)) write(join(folder, path), secretText(secret, key));
}

/** The Secret keys that a Job mounts, and the file that each becomes. */
export function secretItems(job: JsonObject): { readonly secret: string; readonly key: string; readonly path: string }[] {
  const sources = list(valueAt(job, ["spec", "template", "spec", "volumes", 0, "projected", "sources"]));
  return sources.flatMap((source) =>
    list(valueAt(source, ["secret", "items"])).map((item) => ({
      secret: String(valueAt(source, ["secret", "name"])),
      key: String(valueAt(item, ["key"])),
      path: String(valueAt(item, ["path"])),
    })),
  );
}

/** Paths of the ConfigMap's keys, where they are not the keys themselves. */
function configMapPaths(job: JsonObject): ReadonlyMap<string, string> {
  const sources = list(valueAt(job, ["spec", "template", "spec", "volumes", 0, "projected", "sources"]));
  const items = sources.flatMap((source) => list(valueAt(source, ["configMap", "items"])));
  return new Map(items.map((item) => [String(valueAt(item, ["key"])), String(valueAt(item, ["path"]))]));
}

/** Runs a command in the volume's folder to completion. */
export function runSubmitter(
  [program = "", ...rest]: readonly string[],
  options: {
    readonly folder: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly timeoutMs: number;
    readonly tell?: (text: string) => void;
    /** Ends it as the end of its time does. @default it runs for as long as it may */
    readonly signal?: AbortSignal;
  },
): Promise<SubmitterEnd> {
  const { folder: cwd, env, timeoutMs, tell = () => {}, signal: aborted } = options;
  const child = spawn(program, rest, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk: Buffer) => {
      said[stream] += chunk.toString();
      tell(chunk.toString());
    });
  let timedOut = false;
  let killed: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill("SIGTERM");
    killed ??= setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  };
  const late = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  aborted?.addEventListener("abort", end);
  return new Promise<SubmitterEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, timedOut, ...said }));
  }).finally(() => {
    aborted?.removeEventListener("abort", end);
    [late, killed].forEach(clearTimeout);
  });
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Readable by its owner only: it may contain a secret. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}
