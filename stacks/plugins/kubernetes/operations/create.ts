/** Create: a plain create, so that an object that is not ours is never touched; then waiting until it is ready. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { ApiError, isAlreadyExists, isForbidden, isNotFound, NoMatchError } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { backoffMs, isAmbiguous, pause } from "#stacks/cluster/retry";
import { addsNothing, differences } from "../differences";
import { asKubeObject, gvkOfObject, withMetadata } from "../kube-fields";
import { hasUnknowns } from "../properties";
import { prune } from "../prune";
import type { CreateCall, ResourceAnswer } from "../requests";
import { isBuiltIn } from "../scope";
import { encodedSecret } from "../secret-data";
import type { Session } from "../session";
import { checkpoint, kubeInputs, withoutStatus } from "../state";
import { idOf, parseUrn } from "../token";
import { CREATE_MANAGER, conflictsOnlyWithOurselves, explained, fieldManagerOf, hasOwnWrites, mayForce, takeOver } from "./manage";
import { settled } from "./settle";

/** How long a definition or a namespace may be late. Longer than the 63 s of pulumi-kubernetes: operators take their time. */
const LATE_MS = 180_000;
const LATE_RETRY = { baseMs: 500, capMs: 5_000 };

/** Makes an object; in a preview, asks the server what it would look like. */
export async function create(session: Session, call: CreateCall): Promise<ResourceAnswer> {
  const inputs = kubeInputs(call.properties);
  if (call.preview) return preview(session, call, inputs);
  const client = await session.cluster();
  const fieldManager = fieldManagerOf(inputs, "");
  const making = new Making(session, client, { urn: call.urn, inputs, fieldManager });
  const made = await making.whenPossible();
  return settled(session, { ...call, client, made, inputs, marked: call.properties, fieldManager, initialApiVersion: made.apiVersion });
}

/** What cannot be asked is shown as the program gave it, as pulumi-kubernetes does. */
async function preview(session: Session, call: CreateCall, inputs: JsonObject): Promise<ResourceAnswer> {
  const asGiven = { id: "", properties: call.properties };
  if (hasUnknowns(inputs) || session.isPatch(call.urn, inputs)) return asGiven;
  const client = await session.clusterForPreview();
  if (!client) return asGiven;
  try {
    const object = await inItsScope(client, inputs, session.signal);
    const made = await client.create(object, { fieldManager: CREATE_MANAGER, dryRun: true, signal: session.signal });
    const { apiVersion } = gvkOfObject(inputs);
    const live = withoutStatus(made);
    const state = { inputs, live, marked: call.properties, initialApiVersion: apiVersion, fieldManager: fieldManagerOf(inputs, "") };
    return { id: "", properties: checkpoint(state) };
  } catch (error) {
    if (cannotBePreviewed(error)) return asGiven;
    throw refusal(error, call.urn, inputs);
  }
}

/** The kind or the namespace comes with this very update, the name is taken by what will be replaced, or we may not ask. */
function cannotBePreviewed(error: unknown): boolean {
  if (error instanceof NoMatchError || isNotFound(error) || isAlreadyExists(error) || isForbidden(error)) return true;
  return error instanceof ApiError && /does not support dry run/.test(error.message);
}

/** What is to be made. */
interface Order {
  readonly urn: string;
  readonly inputs: JsonObject;
  readonly fieldManager: string;
}

/** Makes one object, as often as it takes. */
class Making {
  /** An earlier attempt broke off without an answer: the object may be ours already. */
  private unsure = false;

  public constructor(
    private readonly session: Session,
    private readonly client: KubeClient,
    private readonly order: Order,
  ) {}

  /** Waits for a kind or namespace that is on its way. */
  public async whenPossible(): Promise<KubeObject> {
    const { session } = this;
    const end = performance.now() + LATE_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.make();
      } catch (error) {
        session.signal.throwIfAborted();
        const waitMs = backoffMs(attempt, error, LATE_RETRY);
        const late = error instanceof NoMatchError || isNotFound(error);
        if (!late || performance.now() + waitMs > end) throw refusal(error, this.order.urn, this.order.inputs);
        session.log.status(this.order.urn, `waiting for its kind or namespace: ${error.message}`);
        await pause(waitMs, session.signal);
      }
    }
  }

  private async make(): Promise<KubeObject> {
    const { session, client, order } = this;
    const object = await inItsScope(client, order.inputs, session.signal);
    if (session.isPatch(order.urn, order.inputs)) return this.apply(object);
    try {
      return await client.create(object, {
        fieldManager: CREATE_MANAGER,
        signal: session.signal,
        retry: { onRetry: (error) => this.note(error) },
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const ours = this.unsure ? await this.madeBefore(object) : undefined;
      if (ours) return ours;
      if (session.settings.upsertExistingObjects) return this.apply(object);
      throw error;
    }
  }

  private note(error: Error): void {
    this.unsure ||= isAmbiguous(error);
    this.session.log.status(this.order.urn, `asking again: ${error.message}`);
  }

  /** The object that an attempt of ours made before its answer got lost: written by us, and as we wanted it. */
  private async madeBefore(object: KubeObject): Promise<KubeObject | undefined> {
    const live = await this.client.get(refOf(object), { signal: this.session.signal });
    const wanted = encodedSecret(object);
    const same = differences(prune(live, wanted), wanted, { quantities: isBuiltIn(object) }).every(addsNothing);
    return same && hasOwnWrites(live) ? live : undefined;
  }

  private async apply(object: KubeObject): Promise<KubeObject> {
    const { session, client, order } = this;
    const { signal } = session;
    const options = { fieldManager: order.fieldManager, force: mayForce(session, order.inputs), signal };
    try {
      return await client.apply(object, options);
    } catch (error) {
      if (!conflictsOnlyWithOurselves(error)) throw explained(error, order.fieldManager);
      await takeOver(client, await client.get(refOf(object), { signal }), { manager: order.fieldManager, signal });
      return client.apply(object, options);
    }
  }
}

/** Check could only guess the scope of a kind that did not exist; now it does. */
async function inItsScope(client: KubeClient, inputs: JsonObject, signal: AbortSignal): Promise<KubeObject> {
  const object = asKubeObject(inputs);
  const { namespaced } = await client.discover(object.apiVersion, object.kind, signal);
  return namespaced || object.metadata.namespace === undefined ? object : asKubeObject(withMetadata(object, { namespace: undefined }));
}

function refusal(error: unknown, urn: string, inputs: JsonObject): unknown {
  if (error instanceof NoMatchError) {
    return new Error(
      `creation of resource "${urn}" with kind ${error.apiVersion}/${error.kind} failed because the Kubernetes API server ` +
        `reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
      { cause: error },
    );
  }
  if (isAlreadyExists(error)) return alreadyExists(error, urn, inputs);
  return error instanceof ApiError
    ? new Error(`resource "${urn}" was not successfully created by the Kubernetes API server: ${error.message}`, { cause: error })
    : error;
}

function alreadyExists(error: ApiError, urn: string, inputs: JsonObject): Error {
  const { metadata } = asKubeObject(inputs);
  const { type, name } = parseUrn(urn);
  return new Error(
    `resource "${urn}" was not successfully created by the Kubernetes API server: ${error.message}. ` +
      "If it was renamed in the program, give it an alias; if it is to be replaced under the same name, set deleteBeforeReplace; " +
      `to take it in, run \`pulumi import ${type} ${name} ${idOf(metadata.namespace, metadata.name)}\`, ` +
      "or set the provider's upsertExistingObjects to overwrite it",
    { cause: error },
  );
}
