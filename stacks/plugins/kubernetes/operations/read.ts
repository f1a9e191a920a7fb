/** Read: refresh of a known resource, or import of an object by its id. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { isNotFound, NoMatchError } from "#stacks/cluster/api-error";
import type { KubeClient } from "#stacks/cluster/client";
import type { ReadinessRule, Verdict } from "../awaits/readiness";
import { readinessRule } from "../awaits/rules";
import { checkNow } from "../awaits/wait";
import { gvkOfObject, withMetadata, withoutServerFields } from "../kube-fields";
import { annotateSecrets } from "../properties";
import { prune } from "../prune";
import { PartialFailure, type ReadAnswer, type ReadCall } from "../requests";
import type { Session } from "../session";
import { checkpoint, kubeInputs, type OldState, parseCheckpoint, withoutStatus } from "../state";
import { type Gvk, gvkOf, parseId, parseUrn } from "../token";
import { fieldManagerOf } from "./manage";

const GONE: ReadAnswer = { id: "", properties: {}, inputs: {} };

/** The resource as it is now; an empty id where it is gone. */
export async function read(session: Session, call: ReadCall): Promise<ReadAnswer> {
  const reach = await session.reach();
  if ("unreachable" in reach) return unreachable(session, call, reach.unreachable);
  const inputs = withoutServerFields(kubeInputs(call.inputs));
  const old = parseCheckpoint(call.properties);
  const imported = gvkOfObject(inputs).apiVersion === "" && gvkOfObject(old.live).apiVersion === "";
  const live = await find(session, reach.client, { gvk: kindOf(call.urn, inputs, old), id: call.id });
  if (!live) return GONE;
  const seen = imported ? importedInputs(live) : prune(live, gvkOfObject(inputs).apiVersion === "" ? old.inputs : inputs);
  const answer = {
    id: call.id,
    properties: checkpoint({
      inputs: seen,
      live,
      marked: call.inputs,
      initialApiVersion: old.initialApiVersion || live.apiVersion,
      fieldManager: fieldManagerOf(seen, old.fieldManager),
    }),
    inputs: annotateSecrets(seen, call.inputs),
  };
  if (!imported) await mustBeReady(session, reach.client, { live, inputs, answer });
  return answer;
}

function unreachable(session: Session, call: ReadCall, reason: string): ReadAnswer {
  const say = (text: string) => session.log.message("warning", call.urn, `configured Kubernetes cluster is unreachable: ${reason}${text}`);
  if (session.settings.deleteUnreachable) {
    say("; deleteUnreachable is set: dropping the resource from the state");
    return GONE;
  }
  if (session.settings.skipUpdateUnreachable) {
    say("; skipUpdateUnreachable is set: keeping the resource as it was");
    return { id: call.id, properties: call.properties, inputs: call.inputs };
  }
  throw new Error(
    `failed to read resource state due to unreachable cluster: ${reason}. If the cluster was deleted, drop this resource from the state ` +
      "by rerunning with PULUMI_K8S_DELETE_UNREACHABLE=true",
  );
}

function kindOf(urn: string, inputs: JsonObject, old: OldState): Gvk {
  return [gvkOfObject(inputs), gvkOfObject(old.live)].find(({ apiVersion }) => apiVersion !== "") ?? gvkOf(parseUrn(urn).type);
}

/** A kind that is gone takes its objects with it. */
async function find(session: Session, client: KubeClient, { gvk, id }: { gvk: Gvk; id: string }): Promise<KubeObject | undefined> {
  const { namespace, name } = parseId(id);
  if (name === "") throw new Error(`failed to read resource because of a failure to parse resource name from request ID: ${id}`);
  try {
    return await client.get({ ...gvk, name, ...(namespace && { namespace }) }, { signal: session.signal });
  } catch (error) {
    if (isNotFound(error) || error instanceof NoMatchError) return undefined;
    throw error;
  }
}

/** Written by controllers and by kubectl, never by a program. */
const FOREIGN_ANNOTATIONS = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/** Everything the object says but for what only the server sets. */
function importedInputs(live: KubeObject): JsonObject {
  const inputs = withoutServerFields(withoutStatus(live));
  const annotations = valueAt(inputs, ["metadata", "annotations"]);
  if (!isJsonObject(annotations)) return inputs;
  const kept = Object.entries(annotations).filter(([key]) => !FOREIGN_ANNOTATIONS.includes(key));
  return withMetadata(inputs, { annotations: kept.length === 0 ? undefined : Object.fromEntries(kept) });
}

/**
 * As pulumi-kubernetes: an object that is not ready is noted, so that the next update waits for it again. One whose
 * readiness cannot be told, since we may not see what it depends on, is read all the same.
 */
async function mustBeReady(
  session: Session,
  client: KubeClient,
  { live, inputs, answer }: { readonly live: KubeObject; readonly inputs: JsonObject; readonly answer: ReadAnswer },
): Promise<void> {
  const rule = readinessRule(inputs);
  if (!rule) return;
  const verdict = await verdictOn(session, { client, live, rule });
  if (verdict && !verdict.ready)
    throw new PartialFailure(`${answer.id} is not ready: ${verdict.message}`, answer, [verdict.message], answer.inputs);
}

async function verdictOn(
  { signal }: Session,
  { client, live, rule }: { readonly client: KubeClient; readonly live: KubeObject; readonly rule: ReadinessRule },
): Promise<Verdict | undefined> {
  try {
    return await checkNow({ client, signal, report: () => undefined }, live, rule);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
