/**
 * Waits until custom resources are ready, as their readiness rows say. The provider's own wait knows one value for each field, nothing of
 * failed states, and looks at changed objects only.
 */

import { log, type Resource } from "@pulumi/pulumi";
import { readinessTable } from "#lib/components/registry";
import { type Health, healthOf } from "#lib/kube/health";
import { groupKind, type KubeObject } from "#lib/kube/object";
import type { Readiness } from "#lib/kube/readiness";
import type { ReleaseObject } from "#lib/release/release";
import { isNotFound, messageOf } from "../cluster/api-error";
import { refOf } from "../cluster/calls";
import { connect, type KubeClient } from "../cluster/client";
import { loadKubeconfig } from "../cluster/kubeconfig";
import { pause } from "../cluster/retry";
import type { ClusterChoice } from "./cluster";
import { refusal } from "./refusal";

/** Waits for an object that was applied; throws if it is not ready in time, or failed. */
export type Wait = (resource: Resource) => Promise<void>;

/** Limits of a wait. */
export interface WaitLimits {
  /** @default ten minutes, as the provider's */
  readonly timeoutMs?: number;
  /** How long a failed state must last, or an object be missing: an operator needs a moment to leave the state that a new spec repairs. @default ten seconds */
  readonly failedForMs?: number;
  /** @default half a second */
  readonly everyMs?: number;
}

/** The wait of an object whose kind has a readiness row; `undefined` where existing is enough. */
export function waitOf({ id, manifest }: ReleaseObject, cluster: ClusterChoice): Wait | undefined {
  const row = readinessTable.get(groupKind(manifest));
  if (row === undefined || row.ready.length === 0) return undefined;
  return async (resource) => {
    const client = connect(loadKubeconfig(cluster.kubeconfig, { context: cluster.context }));
    try {
      const tell = (message: string): void => void log.info(message, resource, undefined, true);
      const health = await settledHealth(client, { manifest, row, tell });
      const { state, message } = health;
      if (state !== "ready") throw refusal(notReady(id, { state, message }));
    } finally {
      client.close();
    }
  };
}

/** Health of an object that was applied. It is missing where somebody deleted it, or the state is older than its deletion. */
interface AppliedHealth {
  readonly state: Health["state"] | "missing";
  /** What is pending or what failed, in one line. */
  readonly message: string;
}

/** What failed stays so until somebody mends it; what waits may need time alone. */
const FIXES = {
  failed: "correct what it says there, then run up again",
  missing: "run up with --refresh, which creates what is missing",
  waiting: "look at its pods and events; up goes on where it stopped",
} as const;

/** The words of a refusal. */
export function notReady(id: string, { state, message }: AppliedHealth & { readonly state: keyof typeof FIXES }): string {
  return `${id} is not ready: ${message}; ${FIXES[state]} (beamstack-iac status shows all that is not ready)`;
}

/** An object to wait for. */
export interface Awaited {
  readonly manifest: KubeObject;
  readonly row: Readiness;
  /** Called with each new message. */
  readonly tell: (message: string) => void;
}

/** States in which nothing comes with time, but for a moment. */
const WRONG: ReadonlySet<AppliedHealth["state"]> = new Set(["failed", "missing"]);

/** The health of an object as soon as it is ready, or has failed or gone for good; else what it waits for at the end of the time. */
export async function settledHealth(
  client: Pick<KubeClient, "get">,
  { manifest, row, tell }: Awaited,
  { timeoutMs = 600_000, failedForMs = 10_000, everyMs = 500 }: WaitLimits = {},
): Promise<AppliedHealth> {
  const end = Date.now() + timeoutMs;
  let failedSince: number | undefined;
  let told = "";
  for (;;) {
    const health = await healthNow(client, manifest, row);
    const now = Date.now();
    failedSince = WRONG.has(health.state) ? (failedSince ?? now) : undefined;
    const failedForGood = failedSince !== undefined && now - failedSince >= failedForMs;
    if (health.state === "ready" || failedForGood || now >= end) return health;
    if (health.message !== told) tell(health.message);
    told = health.message;
    await pause(everyMs);
  }
}

async function healthNow(client: Pick<KubeClient, "get">, manifest: KubeObject, row: Readiness): Promise<AppliedHealth> {
  try {
    return healthOf(await client.get(refOf(manifest)), row);
  } catch (thrown) {
    if (isNotFound(thrown)) return { state: "missing", message: "it does not exist" };
    throw refusal(
      `the cluster cannot be asked whether it is ready: ${messageOf(thrown)}; check the cluster, then run up again, which goes on`,
    );
  }
}
