/** Delete: with everything that depends on the object, and not done before it is gone. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { isNotFound, NoMatchError } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { timeoutOf } from "../awaits/rules";
import { awaitGone, WaitFailure } from "../awaits/wait";
import { ANNOTATION, annotationOf, asKubeObject, gvkOfObject, withMetadata } from "../kube-fields";
import { type DeleteCall, PartialFailure } from "../requests";
import type { Session } from "../session";
import { parseCheckpoint } from "../state";
import { parseId } from "../token";
import { relinquish } from "./update";

/** Pods end within their grace period, volumes and load balancers may need longer: workloads get twice the time. */
const TIMEOUT_SECONDS = 300;
const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicationController"]);

/** Kinds that may be left to end by themselves when their author skips waiting. */
const MAY_SKIP_WAIT: ReadonlySet<string> = new Set([...WORKLOADS, "Namespace", "Pod", "Job"]);

/** Deletes an object. One that is gone already, or whose kind is, counts as deleted. */
export async function remove(session: Session, call: DeleteCall): Promise<void> {
  const reach = await session.reach();
  if ("unreachable" in reach) return unreachable(session, call, reach.unreachable);
  const old = parseCheckpoint(call.properties);
  const { namespace, name } = parseId(call.id);
  const target = asKubeObject({ ...gvkOfObject(old.live), metadata: { name, ...(namespace && { namespace }) } });
  try {
    if (session.isPatch(call.urn, old.inputs)) await giveUp(session, reach.client, { target, manager: old.fieldManager });
    else await removeObject(session, reach.client, { call, target, inputs: old.inputs });
  } catch (error) {
    if (!isNotFound(error) && !(error instanceof NoMatchError)) throw error;
  }
}

/** Applying nothing where there is no object would make one. */
async function giveUp(session: Session, client: KubeClient, { target, manager }: { target: KubeObject; manager: string }): Promise<void> {
  const { signal } = session;
  await relinquish(client, await client.get(refOf(target), { signal }), { manager, signal });
}

interface Removal {
  readonly call: DeleteCall;
  readonly target: KubeObject;
  readonly inputs: JsonObject;
}

async function removeObject(session: Session, client: KubeClient, { call, target, inputs }: Removal): Promise<void> {
  const { signal } = session;
  const left = await client.delete(refOf(target), { propagationPolicy: propagation(inputs), signal });
  const skip = annotationOf(inputs, ANNOTATION.skipAwait) === "true" && MAY_SKIP_WAIT.has(target.kind);
  if (!left || skip) return;
  const seconds = timeoutOf(inputs, call.timeoutSeconds) ?? TIMEOUT_SECONDS * (WORKLOADS.has(target.kind) ? 2 : 1);
  try {
    await awaitGone({ client, signal, report: (status) => session.log.status(call.urn, status) }, left, seconds);
  } catch (error) {
    if (!(error instanceof WaitFailure)) throw error;
    const live = withMetadata(error.object ?? left, { managedFields: undefined });
    throw new PartialFailure(`deletion of ${call.id} was asked for, but it is still there: ${error.message}`, {
      id: call.id,
      properties: { ...call.properties, ...live },
    });
  }
}

/** Foreground unless somebody says otherwise: the object goes after what it owns. */
function propagation(inputs: JsonObject): "Foreground" | "Background" | "Orphan" {
  const wanted = annotationOf(inputs, ANNOTATION.deletionPropagation).toLowerCase();
  if (wanted === "orphan") return "Orphan";
  return wanted === "background" ? "Background" : "Foreground";
}

function unreachable(session: Session, call: DeleteCall, reason: string): void {
  if (!session.settings.deleteUnreachable) {
    throw new Error(
      `configured Kubernetes cluster is unreachable: ${reason}. If the cluster was deleted, drop this resource from the state by rerunning ` +
        "with PULUMI_K8S_DELETE_UNREACHABLE=true",
    );
  }
  session.log.message("warning", call.urn, "the cluster is unreachable and deleteUnreachable is set: dropping the resource from the state");
}
