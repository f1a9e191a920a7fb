/** What `up`, `preview`, `refresh` and `destroy` have in common: from an environment's name to a run of the engine on its stack. */

import type { Resolved } from "#charts/platform";
import { ConfigError } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import type { KubeClient } from "../cluster/client";
import { ownerSelector } from "../cluster/owned-objects";
import { UnreachableError } from "../cluster/reach";
import { type EngineEnd, operate } from "../engine/engine";
import type { EngineSettings } from "../engine/settings";
import { engineSettings } from "../engine/settings";
import { ensureStack, lookAtStack, recoverStack, refuseLocked, requireStack } from "../engine/stack";
import { keepRunning } from "../local/control-plane/keep-running";
import { type ControlPlane, startControlPlane } from "../local/control-plane/start";
import { type Progress, progressLine } from "../local/progress";
import { CLUSTER_AWAY_VARIABLE } from "../program/cluster-away";
import { mayBeAway, requireAnswer, withCluster } from "./cluster";
import type { EntryHealth } from "./commands/status/release-health";
import { environmentRelease, type RehearseOption, warningLine } from "./environment-release";
import { EXIT } from "./exit-codes";
import { awaitDeletions, removeLeftovers } from "./leftovers";
import type { CommonOptions, Output } from "./output";
import { type RunKind, RunModel } from "./progress/run-model";
import { jsonLine, viewFor } from "./progress/view";
import { requireStart } from "./start-checks";

/** A preview without a cluster must not feel it. */
const GLANCE_MS = 3_000;

/** A file that nobody has. */
const NO_KUBECONFIG = "/nonexistent/kubeconfig";

/** Options of every command of the life cycle, with Pulumi's names. */
export interface LifecycleOptions extends CommonOptions, RehearseOption {
  readonly yes?: boolean;
  readonly diff?: boolean;
  readonly refresh?: boolean;
  readonly expectNoChanges?: boolean;
  readonly continueOnError?: boolean;
  readonly parallel?: number;
  readonly target?: readonly string[];
  readonly ignoreMissing?: boolean;
}

/** What a command is asked to do. */
export interface Asked {
  /** Name of the environment. */
  readonly name: string;
  readonly options: LifecycleOptions;
}

/** An environment that is ready for the engine. */
export interface Ready {
  readonly environment: Core;
  readonly release: Release;
  readonly settings: EngineSettings;
  /** The control plane of an embedded environment, where the command needs one. */
  readonly controlPlane?: ControlPlane;
  /** What an earlier run left to be done. */
  readonly refresh: boolean;
  /** Ids of namespaces that stay because of objects of others in them. @default none */
  readonly kept?: readonly string[];
}

/** A run that has ended. */
export interface Ended {
  readonly model: RunModel;
  readonly end: EngineEnd;
  /** Ids of what killed runs had left and this one removed. */
  readonly leftovers: readonly string[];
  /** What `status` shows as not ready after an `up`. @default nothing */
  readonly notReady?: readonly EntryHealth[];
}

/** Progress of the local machinery for a command that prints a document a line with `--json`: where people or machines read it. */
function progressOf(output: Output): Progress {
  return (event) => {
    if (output.json) output.terminal.stdout.write(jsonLine("Progress", { ...event }));
    else output.note(progressLine(event));
  };
}

/** Checks the environment, starts what it runs on, and gets its stack ready. Nothing is written before all of it is checked. */
export async function getReady(kind: Exclude<RunKind, "preview">, { name, options }: Asked, output: Output): Promise<Ready> {
  const { environment, release, nodes } = releaseFor(kind, { name, options }, output);
  const progress = progressOf(output);
  // Nothing is built, or changed, for a cluster that does not answer; nothing is started for a stack that is not there.
  if (kind === "up") await requireStart(environment, release, options.ignoreMissing === true);
  const settings = await engineSettings(environment, progress);
  if (kind !== "up") {
    await requireStack(settings);
    await requireAnswer(environment);
  }
  const controlPlane = await startedControlPlane({ environment, nodes }, progress);
  if (kind === "up") await ensureStack(settings);
  const { notes, refresh } = recoverStack(settings);
  for (const note of notes) say(output, note);
  const isStale = kind === "up" && (await isStateStale(environment, output));
  return { environment, release, settings, controlPlane, refresh: refresh || isStale };
}

/** Whether the cluster has lost what the state records: all of it, or what a killed run was still deleting. */
async function isStateStale(environment: Core, output: Output): Promise<boolean> {
  if ((await glanceAt(environment)) === "new") return true;
  if (mayBeAway()) return false;
  const gone = await withCluster(environment, (client) => awaitDeletions(client, environment.name));
  if (gone.length > 0) say(output, `waited for deletions of an earlier run: ${gone.join(", ")}`);
  return gone.length > 0;
}

/** What brings nothing new needs no file that is right: the engine alone can do it from the state. */
function releaseFor(kind: Exclude<RunKind, "preview">, { name, options }: Asked, output: Output): Resolved {
  try {
    return environmentRelease(name, { ...options, warn: (warnings) => say(output, warningLine(name, warnings)) });
  } catch (thrown) {
    if (kind !== "up" && thrown instanceof ConfigError)
      say(output, `to ${kind} what an earlier ${name} made, whatever its file says now: pulumi ${kind} -s ${name}`);
    throw thrown;
  }
}

/** Does `work` on an environment to be looked at: no control plane is started, no lock taken and no state written, so there is nothing to mend. */
export async function withPreview({ name, options }: Asked, output: Output, work: (ready: Ready) => Promise<void>): Promise<void> {
  const { environment, release } = environmentRelease(name, { ...options, warn: (warnings) => say(output, warningLine(name, warnings)) });
  // A cluster that does not answer is waited for while the engine is asked for its stack.
  const glancing = glanceAt(environment, (reason) => say(output, `${reason}; the preview shows what would be created there`));
  await lookAtStack(await engineSettings(environment, progressOf(output)), async (settings, stack) => {
    if (stack === "new") say(output, `there is no stack ${name} yet: everything is new`);
    const glance = await glancing;
    return work({
      environment,
      release,
      settings: glance === "away" ? withoutCluster(settings) : settings,
      refresh: stack !== "new" && glance === "new",
    });
  });
}

/**
 * A preview has been told already that its cluster is away: the program does not ask it again, and the provider, which takes as cluster
 * what KUBECONFIG names, finds none. It asks twice, one after the other, where the environment has a kubeconfig of its own.
 */
function withoutCluster(settings: EngineSettings): EngineSettings {
  const env = { PULUMI_K8S_CLIENT_TIMEOUT: "1", ...settings.env, KUBECONFIG: NO_KUBECONFIG, [CLUSTER_AWAY_VARIABLE]: "true" };
  return { ...settings, env };
}

/**
 * Has the cluster nothing of the environment, is it `new`? Then whatever the state holds is of another one that had the same name, such as
 * a `kind` cluster that was made anew, or an embedded one whose folder was removed, and has to be read before it is compared.
 */
async function glanceAt(environment: Core, tell: (reason: string) => void = () => {}): Promise<"known" | "new" | "away"> {
  try {
    const query = { apiVersion: "v1", kind: "Namespace", labelSelector: ownerSelector(environment.name), metadataOnly: true };
    const isEmpty = async (client: KubeClient) => (await client.list(query, { signal: AbortSignal.timeout(GLANCE_MS) })).length === 0;
    return (await withCluster(environment, isEmpty, { deadlineMs: 0, answerMs: GLANCE_MS })) ? "new" : "known";
  } catch (thrown) {
    // The program looks at the cluster, too, and says what is wrong with it.
    if (!(thrown instanceof UnreachableError)) return "known";
    tell(thrown.message);
    return "away";
  }
}

/** The control plane of an embedded environment, with the nodes of its pools; `undefined` for any other cluster. */
export async function startedControlPlane(
  { environment, nodes }: Pick<Resolved, "environment" | "nodes">,
  progress: Progress,
): Promise<ControlPlane | undefined> {
  if (environment.cluster.type !== "embedded") return undefined;
  return startControlPlane({ name: environment.name, nodes }, progress);
}

/** Runs the engine and shows what happens. */
export async function runOn(ready: Ready, kind: RunKind, flags: readonly string[], output: Output): Promise<Ended> {
  const model = new RunModel(kind, ready.release);
  const view = viewFor(model, output);
  const watch = ready.controlPlane && keepRunning(ready.environment.name, (part) => view.note(`${part} had died and was started again`));
  try {
    const end = await operate(ready.settings, [kind, ...flags], (event) => {
      model.apply(event);
      view.event(event);
    });
    refuseLocked(ready.settings, end.stderr);
    const whole = end.code === EXIT.ok && !flags.includes("--target");
    const leftovers = whole && (kind === "up" || kind === "destroy") ? await removeLeftovers(kind, ready) : [];
    return { model, end, leftovers };
  } finally {
    await watch?.stop();
    view.end();
  }
}

/** The engine's flags for the options given. */
export function engineFlags(options: LifecycleOptions): string[] {
  return [
    ...(options.refresh ? ["--refresh"] : []),
    ...(options.expectNoChanges ? ["--expect-no-changes"] : []),
    ...(options.continueOnError ? ["--continue-on-error"] : []),
    ...(options.parallel === undefined ? [] : ["--parallel", String(options.parallel)]),
    ...(options.target ?? []).flatMap((target) => ["--target", target]),
  ];
}

/** A line about the run, where people or machines read it. */
export function say(output: Output, text: string): void {
  if (output.json) output.terminal.stdout.write(jsonLine("Message", { severity: "info", text }));
  else output.note(text);
}
