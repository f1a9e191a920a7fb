/**
 * Diff: new inputs against the last seen object, cut to the fields the program had given. Only where that differs is
 * the server asked, by a dry run, what it would make of it: a run without changes costs no request.
 */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { JOB } from "../awaits/pods";
import { checkNow } from "../awaits/wait";
import { addsNothing, type Difference, differences, type FieldPath, formatPath, isWithin, parsePath } from "../differences";
import { forceNewFields, forcesNew } from "../force-new";
import { immutableFields } from "../immutable";
import {
  ANNOTATION,
  annotationOf,
  asKubeObject,
  gvkOfObject,
  nameOf,
  namespaceOf,
  withMetadata,
  withoutServerFields,
} from "../kube-fields";
import { isAutonamed } from "../naming";
import { hasUnknowns, isUnknown } from "../properties";
import { prune, valueLike } from "../prune";
import type { DiffAnswer, DiffCall, FieldChange } from "../requests";
import { isBuiltIn } from "../scope";
import { encodedSecret, givenField } from "../secret-data";
import type { Session } from "../session";
import { kubeInputs, type OldState, parseCheckpoint } from "../state";

/** What changes, and whether it can change in place. */
export async function diff(session: Session, call: DiffCall): Promise<DiffAnswer> {
  const old = parseCheckpoint(call.olds);
  const wanted = withoutServerFields(kubeInputs(call.news));
  const found = await inputDifferences(session, { old, wanted, call });
  const server = found.length === 0 ? NOTHING : await askServer(session, { old, wanted, found });
  const left = found.filter((difference) => !server.normalized.includes(difference));
  const given = left.map((difference) => ({ ...difference, path: givenField(difference.path, wanted) }));
  const fields = changes(given, [...forcedFields(session, call, wanted), ...server.immutable]);
  const replaces = [...fields].filter(([, { replace }]) => replace).map(([path]) => path);
  if (await isUnreadyJob(session, call, { old, wanted })) replaces.push(`.metadata.annotations["${ANNOTATION.replaceUnready}"]`);
  return {
    changed: fields.size > 0 || replaces.length > 0,
    fields,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && keepsItsName(wanted, old.live),
  };
}

/** What the server says to a change. */
interface ServerView {
  /** Differences that are none once the server has filled in and rewritten what it always does. */
  readonly normalized: readonly Difference[];
  readonly immutable: readonly FieldPath[];
}

const NOTHING: ServerView = { normalized: [], immutable: [] };

interface Compared {
  readonly old: OldState;
  readonly wanted: JsonObject;
}

async function inputDifferences(session: Session, { old, wanted, call }: Compared & { readonly call: DiffCall }): Promise<Difference[]> {
  const gvk = gvkOfObject(wanted);
  const namespaced = (await session.namespaced(gvk)) ?? true;
  const shape = encodedSecret(withoutServerFields(old.inputs));
  const live = inScope(prune(old.live, shape), namespaced);
  // A name given now may be the one that was made up before: that is the same object.
  const base = nameOf(wanted) === "" ? live : withMetadata(live, { name: nameOf(old.live) });
  const ignored = call.ignoreChanges.map(parsePath);
  return differences(base, inScope(encodedSecret(wanted), namespaced), { quantities: isBuiltIn(gvk) }).filter(
    (difference) =>
      !ignored.some((pattern) => isWithin(difference.path, pattern)) && !(addsNothing(difference) && isOld(difference, shape)),
  );
}

/** The program gave the same empty value before, and the server stored nothing for it. */
function isOld({ path, value }: Difference, inputs: JsonObject): boolean {
  return areEqual(valueAt(inputs, path), value);
}

/** The order of keys says nothing: a state has another than a server. */
function areEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return differences({ value: a }, { value: b }, { quantities: false }).length === 0;
}

/** No namespace means the one called default; what lives in no namespace has none. */
function inScope(object: JsonObject, namespaced: boolean): JsonObject {
  if (object["metadata"] !== undefined && !isJsonObject(object["metadata"])) return object;
  const given = valueAt(object, ["metadata", "namespace"]);
  if (isUnknown(given)) return object;
  return withMetadata(object, { namespace: namespaced ? given || "default" : undefined });
}

/** Another name or namespace is another object. */
const IDENTITY: readonly FieldPath[] = ["metadata.name", "metadata.namespace"].map(parsePath);

/** Patches own only what they name: nothing but another target makes them new. */
function forcedFields(session: Session, call: DiffCall, wanted: JsonObject): readonly FieldPath[] {
  if (session.isPatch(call.urn, wanted)) return IDENTITY;
  return forceNewFields(wanted, session.settings);
}

async function askServer(
  session: Session,
  { old, wanted, found }: Compared & { readonly found: readonly Difference[] },
): Promise<ServerView> {
  const moved = found.some((difference) => forcesNew(difference, IDENTITY));
  if (moved || hasUnknowns(wanted) || nameOf(old.live) === "") return NOTHING;
  const client = await session.clusterForPreview();
  if (!client) return NOTHING;
  try {
    // Forced: whose field it is matters when it is written, not when it is compared.
    const options = { fieldManager: old.fieldManager || "pulumi-kubernetes", force: true, dryRun: true, signal: session.signal };
    const result = await client.apply(asKubeObject(withMetadata(wanted, { name: nameOf(old.live) })), options);
    return { normalized: found.filter((difference) => makesNoDifference(difference, { old, wanted, result })), immutable: [] };
  } catch (error) {
    session.signal.throwIfAborted();
    // Any other refusal is told by the update itself, with the resource it is about.
    return { normalized: [], immutable: immutableFields(error) };
  }
}

interface Answered extends Compared {
  /** What the server would make of the object. */
  readonly result: JsonObject;
}

/** Deletions stay: a field nobody wants any more may be kept by somebody else, and is then still given up. */
function makesNoDifference(difference: Difference, { old, wanted, result }: Answered): boolean {
  const { path, kind } = difference;
  if (kind === "delete" || (path[0] === "metadata" && !addsNothing(difference))) return false;
  const shape = encodedSecret(wanted);
  const before = valueLike(kind === "add" ? shape : encodedSecret(old.inputs), old.live, path);
  const after = valueLike(shape, result, path);
  if (before === undefined && after === undefined) return addsNothing(difference);
  return areEqual(before, after);
}

function changes(found: readonly Difference[], forced: readonly FieldPath[]): ReadonlyMap<string, FieldChange> {
  const fields = found.map((difference): [string, FieldChange] => [
    formatPath(difference.path),
    { kind: difference.kind, replace: forcesNew(difference, forced) },
  ]);
  return new Map(fields);
}

/** As pulumi-kubernetes: a fixed name in the same namespace can be used only once the old object is gone. */
function keepsItsName(wanted: JsonObject, live: JsonObject): boolean {
  const sameNamespace = (namespaceOf(wanted) || "default") === (namespaceOf(live) || "default");
  return nameOf(wanted) !== "" && !isAutonamed(wanted) && nameOf(wanted) === nameOf(live) && sameNamespace;
}

/** `pulumi.com/replaceUnready`: a job that did not complete is made again. */
async function isUnreadyJob(session: Session, { urn }: DiffCall, { old, wanted }: Compared): Promise<boolean> {
  if (annotationOf(wanted, ANNOTATION.replaceUnready) !== "true") return false;
  if (gvkOfObject(wanted).kind !== "Job") {
    session.log.message("warning", urn, "the replaceUnready annotation is only supported for a Job");
    return false;
  }
  const client = await session.clusterForPreview();
  if (!client || nameOf(old.live) === "") return false;
  try {
    const { apiVersion, kind, metadata } = asKubeObject(old.live);
    const ref = { apiVersion, kind, name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) };
    const live = await client.get(ref, { signal: session.signal });
    return !(await checkNow({ client, signal: session.signal, report: () => undefined }, live, JOB)).ready;
  } catch {
    session.signal.throwIfAborted();
    return false;
  }
}
