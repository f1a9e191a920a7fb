/** Secrets with the keys of private registries: one setting gives them to every pod, ServiceAccount and chart of an environment. */

import type { Construct, IConstruct } from "constructs";
import { isJsonObject, type JsonObject, type JsonValue, replaceAt } from "#lib/core/json";
import { groupKind, type KubeObject } from "./object";
import type { ChartPin } from "./pin";
import { withPodSpecs } from "./pod-specs";

const PULL_SECRETS = "beamstack-iac/image-pull-secrets";

/** Names the Secrets of every pod below `scope`. Call it before `scope` has children. */
export function setPullSecrets(scope: Construct, names: readonly string[]): void {
  scope.node.setContext(PULL_SECRETS, names);
}

/** Names of the Secrets of pods below `scope`. */
export function pullSecretsOf(scope: IConstruct): readonly string[] {
  return (scope.node.tryGetContext(PULL_SECRETS) as readonly string[] | undefined) ?? [];
}

/** As a pod spec has them: those of the pod, then those of the environment that it lacks. */
export function pullSecretList(own: readonly string[], names: readonly string[]): { readonly name: string }[] {
  return [...new Set([...own, ...names])].map((name) => ({ name }));
}

/** The object with the Secrets in every pod spec, or in the ServiceAccount: operators create pods with accounts of ours. */
export function withPullSecrets(manifest: KubeObject, names: readonly string[]): KubeObject {
  if (names.length === 0) return manifest;
  if (groupKind(manifest) === "core/ServiceAccount") return completed(manifest as JsonObject, names) as KubeObject;
  return withPodSpecs(manifest, (spec) => completed(spec, names));
}

function completed(holder: JsonObject, names: readonly string[]): JsonObject {
  return { ...holder, imagePullSecrets: pullSecretList(namesIn(holder["imagePullSecrets"]), names) };
}

function namesIn(list: JsonValue | undefined): string[] {
  return [list].flat().flatMap((entry) => (isJsonObject(entry) && typeof entry["name"] === "string" ? [entry["name"]] : []));
}

/** Values of a chart with the Secrets where the chart takes them; a chart that takes one name is refused with several. */
export function valuesWithPullSecrets(
  values: JsonObject,
  { imagePullSecretsAt, pullSecretsAs }: ChartPin,
  names: readonly string[],
): JsonObject {
  if (names.length === 0 || !imagePullSecretsAt) return values;
  const taken = pullSecretsAs === "names" ? names : pullSecretList([], names);
  return replaceAt(values, imagePullSecretsAt, pullSecretsAs === "name" ? (names[0] ?? "") : taken) as JsonObject;
}
