/** The health of a release after a run: what `status` would show, once it no longer changes. */

import { setTimeout as pause } from "node:timers/promises";
import type { Release } from "#lib/release/release";
import type { KubeClient } from "../../../cluster/client";
import { type EntryHealth, releaseHealth } from "./release-health";

/** How long, and how often, to look. A rollout that the engine has waited for is over; a controller may be a few seconds behind. */
export interface Looks {
  /** @default 60,000 */
  readonly withinMs?: number;
  /** @default 1,000 */
  readonly everyMs?: number;
}

/** Entries that are not ready, after they had time to become so. What is missing stays so: the engine has ended. */
export async function notReady(
  client: KubeClient,
  release: Release,
  { withinMs = 60_000, everyMs = 1_000 }: Looks = {},
): Promise<readonly EntryHealth[]> {
  const end = performance.now() + withinMs;
  for (;;) {
    const left = (await releaseHealth(client, release)).filter(({ state }) => state !== "ready");
    if (left.every(({ state }) => state === "missing") || performance.now() > end) return left;
    await pause(everyMs);
  }
}
