/** The provider's own configuration: what may be set, and which change of it means another cluster. */

import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { ClusterAccess } from "#stacks/cluster/access";
import { messageOf } from "#stacks/cluster/api-error";
import { isUnknown, plain } from "../properties";
import type { CheckAnswer, CheckCall, DiffAnswer, DiffCall, FieldChange } from "../requests";
import { readSettings } from "../settings";
import { parseUrn } from "../token";

/** Refuses configuration that this provider cannot honour, before anything is planned with it. */
export function checkConfig({ urn, news }: CheckCall, env: NodeJS.ProcessEnv): CheckAnswer {
  const given = plain(news);
  const failures = [...strictFailures(urn, given, env), ...unsupported(given, env)];
  return { inputs: news, failures };
}

/**
 * A provider is replaced, and all its objects with it, only when it points at another cluster. Two kubeconfigs that
 * differ in anything else, such as a token, point at the same one; `clusterIdentifier` decides where it is set.
 *
 * @param accessOf reads the access that a configuration gives
 */
export function diffConfig({ olds, news }: DiffCall, accessOf: (config: JsonObject) => ClusterAccess): DiffAnswer {
  const [before, after] = [plain(olds), plain(news)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !same(before[key], after[key])).sort();
  const replaced = new Set(replacedBy(before, after, keys, accessOf));
  const change = (key: string): FieldChange => ({
    kind: before[key] === undefined ? "add" : after[key] === undefined ? "delete" : "update",
    replace: replaced.has(key),
  });
  return {
    changed: keys.length > 0,
    fields: new Map(keys.map((key) => [key, change(key)])),
    replaces: [...replaced],
    deleteBeforeReplace: false,
  };
}

const CLUSTER_KEYS = ["kubeconfig", "context", "cluster"];

function strictFailures(urn: string, given: JsonObject, env: NodeJS.ProcessEnv): CheckAnswer["failures"] {
  const strict = given["strictMode"] ?? engineConfig(env)["strictMode"];
  if (strict !== "true" || !parseUrn(urn).type.startsWith("pulumi:providers:")) return [];
  const missing = ["kubeconfig", "context"].filter((key) => !given[key]);
  return [
    ...(parseUrn(urn).name.startsWith("default") ? [{ property: "", reason: "strict mode prohibits default provider" }] : []),
    ...missing.map((property) => ({ property, reason: `strict mode requires Provider "${property}" argument` })),
  ];
}

function unsupported(given: JsonObject, env: NodeJS.ProcessEnv): CheckAnswer["failures"] {
  const variables = Object.entries(given).map(([key, value]): [string, string] => [`kubernetes:config:${key}`, asVariable(value)]);
  try {
    readSettings(new Map(variables.filter(([, value]) => !isUnknown(value))), env);
    return [];
  } catch (error) {
    return [{ property: "", reason: messageOf(error) }];
  }
}

function asVariable(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** The engine hands project configuration of this package to the plugin as well. */
function engineConfig(env: NodeJS.ProcessEnv): JsonObject {
  try {
    const value: unknown = JSON.parse(env["PULUMI_CONFIG"] ?? "{}");
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function replacedBy(
  before: JsonObject,
  after: JsonObject,
  ...[keys, accessOf]: [readonly string[], (config: JsonObject) => ClusterAccess]
): readonly string[] {
  const [was, is] = [before["clusterIdentifier"], after["clusterIdentifier"]];
  if (was && is) return same(was, is) ? [] : ["clusterIdentifier"];
  const pointing = CLUSTER_KEYS.filter((key) => keys.includes(key));
  const unknown = pointing.filter((key) => isUnknown(after[key]));
  if (unknown.length > 0) return unknown;
  return pointing.length > 0 && pointsElsewhere(before, after, accessOf) ? pointing : [];
}

function pointsElsewhere(before: JsonObject, after: JsonObject, accessOf: (config: JsonObject) => ClusterAccess): boolean {
  try {
    const [was, is] = [accessOf(before), accessOf(after)];
    return was.server !== is.server || was.tls.ca !== is.tls.ca;
  } catch {
    // A configuration that names no cluster cannot be told from another: nothing is thrown away on a guess.
    return false;
  }
}

function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
