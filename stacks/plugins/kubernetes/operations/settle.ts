/** After a write: wait until the object is what it should be, and make its state. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { messageOf } from "#stacks/cluster/api-error";
import type { KubeClient } from "#stacks/cluster/client";
import { readinessRule } from "../awaits/rules";
import { awaitReady, WaitFailure } from "../awaits/wait";
import { PartialFailure, type ResourceAnswer } from "../requests";
import type { Session } from "../session";
import { checkpoint } from "../state";
import { idOf } from "../token";

/** An object that was just written. */
export interface Written {
  readonly urn: string;
  readonly client: KubeClient;
  /** As the server answered. */
  readonly made: KubeObject;
  readonly inputs: JsonObject;
  /** The inputs with their secrets marked. */
  readonly marked: JsonObject;
  readonly fieldManager: string;
  readonly initialApiVersion: string;
  readonly timeoutSeconds: number;
}

/**
 * The state of the object once it is ready.
 *
 * @throws PartialFailure with the state where it does not become ready: it exists, and the engine must know
 */
export async function settled(session: Session, written: Written): Promise<ResourceAnswer> {
  const { urn, client, made, inputs } = written;
  const stateOf = (live: KubeObject): ResourceAnswer => ({
    id: idOf(live.metadata.namespace, live.metadata.name),
    properties: checkpoint({ ...written, live }),
  });
  const waiter = { client, signal: session.signal, report: (status: string) => session.log.status(urn, status) };
  try {
    const rule = readinessRule(inputs, written.timeoutSeconds);
    return stateOf(rule ? await awaitReady(waiter, made, rule) : made);
  } catch (error) {
    const failure = error instanceof WaitFailure ? error : new WaitFailure(messageOf(error), undefined);
    const reasons = [failure.message, ...failure.details];
    const what = `resource "${urn}" exists, but did not become ready: ${reasons.join("\n  ")}`;
    throw new PartialFailure(what, stateOf(failure.object ?? made), reasons);
  } finally {
    session.log.status(urn, "");
  }
}
