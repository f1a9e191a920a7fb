/** Update: server-side apply under the manager kept in the state; definitions are replaced whole. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { isConflict, isForbidden, isNotFound, messageOf, NoMatchError } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { asKubeObject, gvkOfObject, textAt, withMetadata, withoutServerFields } from "../kube-fields";
import { hasUnknowns } from "../properties";
import { PartialFailure, type ResourceAnswer, type UpdateCall } from "../requests";
import type { Session } from "../session";
import { checkpoint, kubeInputs, type OldState, parseCheckpoint, withoutStatus } from "../state";
import { idOf } from "../token";
import { withoutIgnored } from "./ignore-changes";
import { conflictsOnlyWithHandEdits, explained, fieldManagerOf, hasOwnWrites, mayForce, takeOver } from "./manage";
import { settled } from "./settle";

/** Changes an object; in a preview, asks the server what it would look like. */
export async function update(session: Session, call: UpdateCall): Promise<ResourceAnswer> {
  const old = parseCheckpoint(call.olds);
  const inputs = withoutServerFields(kubeInputs(call.news));
  const asGiven = { id: call.id, properties: call.news };
  if (call.preview && hasUnknowns(inputs)) return asGiven;
  const client = call.preview ? await session.clusterForPreview() : await session.cluster();
  if (!client) return asGiven;
  const writing = new Writing(session, client, { call, old, inputs, fieldManager: fieldManagerOf(inputs, old.fieldManager) });
  return call.preview ? writing.preview() : writing.run();
}

interface Order {
  readonly call: UpdateCall;
  readonly old: OldState;
  readonly inputs: JsonObject;
  readonly fieldManager: string;
}

/** Between reading an object and writing it somebody else may write: this often we start over. */
const RACES = 5;

/** Changes one object. */
class Writing {
  public constructor(
    private readonly session: Session,
    private readonly client: KubeClient,
    private readonly order: Order,
  ) {}

  public async preview(): Promise<ResourceAnswer> {
    const { call, inputs, old, fieldManager } = this.order;
    try {
      const live = await this.write(true);
      const state = { inputs, live: withoutStatus(live), marked: call.news, initialApiVersion: old.initialApiVersion, fieldManager };
      return { id: call.id, properties: checkpoint(state) };
    } catch (error) {
      const cannotBeAsked = error instanceof NoMatchError || isForbidden(error);
      if (cannotBeAsked) return { id: call.id, properties: call.news };
      throw this.refusal(error);
    }
  }

  public async run(): Promise<ResourceAnswer> {
    const { call, inputs, old, fieldManager } = this.order;
    let made: KubeObject;
    try {
      made = await this.write(false);
      await this.giveUpOldManager(made);
    } catch (error) {
      this.session.signal.throwIfAborted();
      throw await this.stillAsBefore(this.refusal(error));
    }
    const { initialApiVersion } = old;
    return settled(this.session, { ...call, client: this.client, made, inputs, marked: call.news, fieldManager, initialApiVersion });
  }

  private async write(dryRun: boolean): Promise<KubeObject> {
    for (let race = 1; ; race++) {
      try {
        return await this.writeOnce(dryRun);
      } catch (error) {
        const lost = isConflict(error) && error.causes.length === 0;
        if (!lost || race === RACES) throw error;
      }
    }
  }

  private async writeOnce(dryRun: boolean): Promise<KubeObject> {
    const { session, client } = this;
    const { call, inputs, fieldManager } = this.order;
    const { signal } = session;
    const live = await client.get(refOf(this.target(inputs)), { signal });
    const isPatch = session.isPatch(call.urn, inputs);
    if (gvkOfObject(inputs).kind === "CustomResourceDefinition" && !isPatch) return this.replaceDefinition(live, dryRun);
    const owned = dryRun || isPatch ? live : await takeOver(client, live, { manager: fieldManager, signal });
    const wanted = withoutIgnored(this.target(inputs), { live: owned, manager: fieldManager, ignoreChanges: call.ignoreChanges });
    // A dry run cannot take over first: forcing it past our own plain writes shows what the real one will do.
    const force = mayForce(session, inputs) || (dryRun && hasOwnWrites(live));
    const options = { fieldManager, force, dryRun, signal };
    try {
      return await client.apply(wanted, options);
    } catch (error) {
      // Our fields are set back; what else a person has added stays.
      if (!conflictsOnlyWithHandEdits(error)) throw error;
      return client.apply(wanted, { ...options, force: true });
    }
  }

  /** A definition is replaced whole, as pulumi-kubernetes does: merging versions and schemas makes no sense. */
  private replaceDefinition(live: KubeObject, dryRun: boolean): Promise<KubeObject> {
    const { inputs, fieldManager } = this.order;
    const resourceVersion = textAt(live, "metadata", "resourceVersion");
    const object = asKubeObject(withMetadata(inputs, { resourceVersion }));
    return this.client.replace(object, { fieldManager, dryRun, signal: this.session.signal });
  }

  /** Renaming the manager by annotation: the old one must not keep the fields. */
  private async giveUpOldManager(made: KubeObject): Promise<void> {
    const { old, fieldManager } = this.order;
    if (old.fieldManager === "" || old.fieldManager === fieldManager) return;
    await relinquish(this.client, made, { manager: old.fieldManager, signal: this.session.signal });
  }

  /** Inputs may leave name and namespace to what the object already has. */
  private target(inputs: JsonObject): KubeObject {
    const { live } = this.order.old;
    const name = textAt(live, "metadata", "name");
    const namespace = textAt(live, "metadata", "namespace");
    return asKubeObject(withMetadata(inputs, { name, namespace: namespace || undefined }));
  }

  private refusal(error: unknown): Error {
    const { urn, id } = this.order.call;
    const known = explained(error, this.order.fieldManager);
    if (isNotFound(known)) {
      return new Error(`update of resource "${urn}" failed: ${id} does not exist any more; run \`pulumi refresh\`, then it is made again`, {
        cause: known,
      });
    }
    return new Error(`update of resource "${urn}" failed: ${messageOf(known)}`, { cause: known });
  }

  /** As pulumi-kubernetes: a refused update leaves the new inputs with the live object, so that the next run tries again. */
  private async stillAsBefore(error: Error): Promise<Error> {
    const { call, inputs, old, fieldManager } = this.order;
    try {
      const live = await this.client.get(refOf(this.target(inputs)), { signal: this.session.signal });
      const state = { inputs, live, marked: call.news, initialApiVersion: old.initialApiVersion, fieldManager };
      return new PartialFailure(error.message, { id: idOf(live.metadata.namespace, live.metadata.name), properties: checkpoint(state) });
    } catch {
      return error;
    }
  }
}

/** Gives up every field of a manager without changing any that others have too. */
export async function relinquish(client: KubeClient, live: KubeObject, by: { manager: string; signal: AbortSignal }): Promise<void> {
  const { apiVersion, kind, metadata } = live;
  const empty = { apiVersion, kind, metadata: { name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) } };
  await client.apply(empty, { fieldManager: by.manager, signal: by.signal });
}
