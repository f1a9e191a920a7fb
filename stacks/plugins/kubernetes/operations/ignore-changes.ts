/** `ignoreChanges` under server-side apply: a field that somebody else manages is left out, one of ours keeps its live value. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { type FieldPath, parsePath } from "../differences";
import { asKubeObject, textAt } from "../kube-fields";
import { fieldsOf, managedFields } from "./manage";

/** What decides about ignored fields. */
export interface Ignoring {
  readonly live: KubeObject;
  readonly manager: string;
  readonly ignoreChanges: readonly string[];
}

/** The object as it may be applied. Paths into lists stay as given: ownership there goes by the items' keys. */
export function withoutIgnored(object: KubeObject, { live, manager, ignoreChanges }: Ignoring): KubeObject {
  const paths = ignoreChanges.map(parsePath).filter((path) => path.every((step) => typeof step === "string" && step !== "*"));
  const result = paths.reduce<JsonObject>((wanted, path) => {
    const others = owners(live, path).filter((owner) => owner !== manager);
    const ours = owners(live, path).includes(manager);
    const value = others.length > 0 && !ours ? undefined : (valueAt(live, path) ?? valueAt(wanted, path));
    return withValue(wanted, path, value);
  }, object);
  return asKubeObject(result);
}

function owners(live: KubeObject, path: FieldPath): readonly string[] {
  return managedFields(live)
    .filter(
      (entry) =>
        valueAt(
          fieldsOf(entry),
          path.map((step) => `f:${step}`),
        ) !== undefined,
    )
    .map((entry) => textAt(entry, "manager"));
}

function withValue(object: JsonObject, [step, ...rest]: FieldPath, value: JsonValue | undefined): JsonObject {
  if (step === undefined) return object;
  const before = object[step];
  if (rest.length > 0 && before === undefined && value === undefined) return object;
  const child = isJsonObject(before) ? before : {};
  return { ...object, [step]: rest.length === 0 ? value : withValue(child, rest, value) };
}
