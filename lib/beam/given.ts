/** Values that are given to a pipeline file from outside, and are secrets. */

import { isJsonObject, type JsonValue } from "#lib/core/json";
import { isReference, isSecretName, secretPlaces } from "#lib/core/secret-text";
import type { BeamPipelineDocument } from "./document";
import type { ValueSite } from "./node";
import { type PipelineBinding, sitesNamed } from "./render-pipeline";
import { isSecretAt, isSecretPlace, segmentsIn } from "./secrets";
import { namesIn } from "./template";

/** Values by the prop that gives them. */
export interface GivenValues {
  readonly bindings: Readonly<Record<string, PipelineBinding>>;
  readonly variables: Readonly<Record<string, PipelineBinding>>;
}

/** A value that is a secret. */
export interface GivenSecret {
  readonly prop: keyof GivenValues;
  readonly name: string;
}

/** Values that are secrets by their own form, by their name, or by the place in the file that they are put into. */
export function givenSecrets(document: BeamPipelineDocument, { bindings, variables }: GivenValues): GivenSecret[] {
  const places = document.values.filter((site) => site.kind === "unknown" && isSecretPlace(site.path));
  const used = new Set(places.flatMap((site) => segmentsIn(document, site).flatMap((segment) => namesIn(document.text, segment))));
  const isBound = (name: string, value: JsonValue) => isSecretOf(sitesNamed(document, name), value);
  const isVariable = (name: string, value: JsonValue) => isText(value) && (used.has(name) || isSecretName(name));
  return [
    ...namesOfSecrets(bindings, isBound).map((name) => ({ prop: "bindings" as const, name })),
    ...namesOfSecrets(variables, isVariable).map((name) => ({ prop: "variables" as const, name })),
  ];
}

function namesOfSecrets(values: GivenValues["bindings"], isSecret: (name: string, value: JsonValue) => boolean): string[] {
  return Object.entries(values).flatMap(([name, binding]) =>
    binding.type === "value" && (secretPlaces(binding.value).length > 0 || isSecret(name, binding.value)) ? [name] : [],
  );
}

/** A list or mapping is put into its place as a whole. */
function isSecretOf(sites: readonly ValueSite[], value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some((item, at) => isSecretOf(below(sites, at), item));
  if (isJsonObject(value)) return Object.entries(value).some(([key, item]) => item !== undefined && isSecretOf(below(sites, key), item));
  return isText(value) && sites.some(({ path }) => isSecretAt(path, value));
}

function below(sites: readonly ValueSite[], step: string | number): ValueSite[] {
  return sites.map((site) => ({ ...site, path: [...site.path, step] }));
}

function isText(value: JsonValue): boolean {
  return typeof value === "number" || (typeof value === "string" && !isReference(value));
}
