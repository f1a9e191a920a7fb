/** Waits until a webhook no longer refuses an object because its operator has not seen another one that was just created. The provider does not ask again after a refusal. */

import { ownedKinds } from "#lib/components/registry";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { messageOf } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import { pause } from "../cluster/retry";

/** Limits of a wait. */
export interface AdmissionLimits {
  /** A watch that is this late will not tell any more. @default one minute */
  readonly timeoutMs?: number;
  /** @default half a second */
  readonly everyMs?: number;
}

/** What each webhook says of an unseen object, by kind. */
const REFUSALS = new Map(ownedKinds.flatMap(({ kind, refusedUnseen }) => (refusedUnseen === undefined ? [] : [[kind, refusedUnseen]])));

/** Returns when the webhook has seen what the object refers to, or for another answer of it, which the provider gets, too. */
export async function referencesSeen(
  object: KubeObject,
  client: Pick<KubeClient, "create">,
  { timeoutMs = 60_000, everyMs = 500 }: AdmissionLimits = {},
): Promise<void> {
  const refusal = REFUSALS.get(groupKind(object));
  if (refusal === undefined) return;
  const end = Date.now() + timeoutMs;
  while ((await answerTo(object, client)).includes(refusal) && Date.now() < end) await pause(everyMs);
}

/** Why a dry run fails; empty where it does not. */
async function answerTo(object: KubeObject, client: Pick<KubeClient, "create">): Promise<string> {
  try {
    await client.create(object, { dryRun: true });
    return "";
  } catch (thrown) {
    return messageOf(thrown);
  }
}
