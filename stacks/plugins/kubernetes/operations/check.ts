/** Check: names, namespaces and the rules that need no server. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { gvkOfObject, metadataOf, namespaceOf, withMetadata, withoutServerFields } from "../kube-fields";
import { named } from "../naming";
import { annotateSecrets, isUnknown } from "../properties";
import type { CheckAnswer, CheckCall } from "../requests";
import type { Session } from "../session";
import { kubeInputs } from "../state";
import { gvkOf, isListToken, parseUrn } from "../token";

/** The inputs that later calls get: named, in a namespace, free of what only the server sets. */
export async function check(session: Session, call: CheckCall): Promise<CheckAnswer> {
  if (session.settings.skipUpdateUnreachable && "unreachable" in (await session.reach())) {
    session.log.message("warning", call.urn, "the cluster is unreachable and skipUpdateUnreachable is set: skipping");
    return { inputs: call.olds, failures: [] };
  }
  const { type, name } = parseUrn(call.urn);
  if (isListToken(type)) throw new Error("list resources cannot be created directly; use the underlying resource type instead");
  const gvk = gvkOf(type);
  const given = withoutServerFields(kubeInputs(call.news));
  if (session.isPatch(call.urn, given)) requireName(given);
  const { autonaming } = call;
  const inputs = named(given, kubeInputs(call.olds), { resource: name, seed: call.seed, ...(autonaming && { autonaming }) });
  refuseGenerateName(inputs);
  if (gvk.kind === "CustomResourceDefinition") session.scopes.learn(inputs);
  return { inputs: annotateSecrets(await placed(session, inputs), call.news), failures: [] };
}

/** An object of a kind that nobody knows yet is taken for namespaced, as pulumi-kubernetes does; creating it sets that right. */
async function placed(session: Session, inputs: JsonObject): Promise<JsonObject> {
  const { namespace } = metadataOf(inputs);
  if (namespaceOf(inputs) !== "" || isUnknown(namespace) || !isKnownObject(inputs["metadata"])) return inputs;
  const namespaced = (await session.namespaced(gvkOfObject(inputs))) ?? true;
  return namespaced ? withMetadata(inputs, { namespace: session.namespace }) : inputs;
}

function isKnownObject(value: JsonValue | undefined): boolean {
  return value === undefined || isJsonObject(value);
}

function requireName(inputs: JsonObject): void {
  const { name } = metadataOf(inputs);
  if (name === undefined || name === "") throw new Error("patch resources require the `.metadata.name` field to be set");
}

function refuseGenerateName(inputs: JsonObject): void {
  const { name, generateName } = metadataOf(inputs);
  if (generateName !== undefined && name === undefined) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
}
