/** Inputs of a `helm.sh/v3:Release`: completed, checked, and turned into helm's arguments. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { textAt } from "../kube-fields";
import { isUnknown } from "../properties";
import { type ChartSource, optionArguments, REPOSITORY_INPUTS } from "./chart-source";
import type { HelmVersion } from "./helm-command";

/** Seconds that helm waits unless somebody says otherwise; helm's own default, and the official provider's. */
const DEFAULT_TIMEOUT = 300;

/** What the official provider's built-in helm can do and the program cannot, or not in every version. */
const UNSUPPORTED = ["allowNullValues", "lint", "postrender", "recreatePods", "replace"];

/** Inputs that are flags of `helm upgrade` of the same meaning. */
const FLAGS: Readonly<Record<string, string>> = {
  cleanupOnFail: "--cleanup-on-fail",
  createNamespace: "--create-namespace",
  dependencyUpdate: "--dependency-update",
  devel: "--devel",
  disableCRDHooks: "--no-hooks",
  disableOpenapiValidation: "--disable-openapi-validation",
  disableWebhooks: "--no-hooks",
  renderSubchartNotes: "--render-subchart-notes",
  resetValues: "--reset-values",
  reuseValues: "--reuse-values",
  skipCrds: "--skip-crds",
  takeOwnership: "--take-ownership",
  verify: "--verify",
};

/** Inputs that are options with a value. */
const OPTIONS: Readonly<Record<string, string>> = { description: "--description", keyring: "--keyring", version: "--version" };

/** Inputs that the official provider completes with `false`; it completes all other texts with `""`. */
const SWITCHES = [
  ...["allowNullValues", "atomic", "forceUpdate", "lint", "recreatePods", "replace", "skipAwait", "waitForJobs"],
  // Younger than the official provider whose states ours is compared with: it is there where it is given.
  ...Object.keys(FLAGS).filter((input) => input !== "takeOwnership"),
];

/** What only outputs have, and a mark of the SDK. */
const NOT_INPUTS = new Set(["compat", "manifest", "resourceNames", "status", "valueYamlFiles"]);

/** Completed inputs: values of files merged below the given ones, a namespace, a timeout, and what is said by saying nothing. */
export async function completedInputs(
  given: JsonObject,
  defaults: { readonly name: string; readonly namespace: string },
): Promise<JsonObject> {
  const refused = UNSUPPORTED.filter((input) => given[input] && !isUnknown(given[input]));
  if (refused.length > 0)
    throw new Error(`${refused.join(", ")} of a Release is not supported by this provider; install the official provider to use it`);
  const kept = Object.entries(given).filter(([input]) => !NOT_INPUTS.has(input));
  const values = merged(await valuesOfFiles(given["valueYamlFiles"]), given["values"] ?? {});
  return {
    ...unsaid(Object.fromEntries(kept)),
    name: given["name"] || defaults.name,
    namespace: given["namespace"] || defaults.namespace,
    values,
    timeout: given["timeout"] ?? (given["skipAwait"] === true ? 0 : DEFAULT_TIMEOUT),
  };
}

/** Inputs with all that the official provider writes where nothing is said: it compares a stack's inputs with those. */
export function unsaid(given: JsonObject): JsonObject {
  const { repositoryOpts } = given;
  return {
    ...Object.fromEntries(SWITCHES.map((input) => [input, false])),
    ...textsOf([...Object.keys(OPTIONS), "postrender"]),
    ...given,
    ...(isJsonObject(repositoryOpts) && { repositoryOpts: { ...textsOf(REPOSITORY_INPUTS), ...repositoryOpts } }),
  };
}

function textsOf(inputs: readonly string[]): JsonObject {
  return Object.fromEntries(inputs.map((input) => [input, ""]));
}

/** Do the inputs leave the version open, or name a chart on disk, which has the version it has? */
export function leavesVersionOpen(inputs: JsonObject): boolean {
  return !EXACT_VERSION.test(textAt(inputs, "version")) || existsSync(textAt(inputs, "chart"));
}

/** Arguments of `helm show chart`. */
export function versionArguments(inputs: JsonObject, { chart, options }: ChartSource): readonly string[] {
  const devel = inputs["devel"] === true ? ["--devel"] : [];
  return ["show", "chart", ...devel, ...optionArguments(inputs, { version: "--version" }), ...options, "--", chart];
}

const EXACT_VERSION = /^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;

/** What an upgrade needs beside its inputs. */
export interface UpgradeOptions {
  readonly version: HelmVersion;
  readonly source: ChartSource;
  /** A private file with the values. */
  readonly valuesFile: string;
  /** Marks the release as the one of this resource. */
  readonly owner: string;
}

/** Arguments of `helm upgrade --install`. */
export function upgradeArguments(inputs: JsonObject, helm: UpgradeOptions): readonly string[] {
  const flags = Object.entries(FLAGS).flatMap(([input, flag]) => (inputs[input] === true ? [flag] : []));
  const renamed = [
    ...(inputs["atomic"] === true ? [helm.version.major >= 4 ? "--rollback-on-failure" : "--atomic"] : []),
    ...(inputs["forceUpdate"] === true ? [helm.version.major >= 4 ? "--force-replace" : "--force"] : []),
  ];
  return [
    "upgrade",
    "--install",
    ...["--namespace", textAt(inputs, "namespace"), "--values", helm.valuesFile],
    ...historyArguments(inputs),
    ...(hasLabels(helm.version) ? ["--labels", `${OWNER_LABEL}=${helm.owner}`] : []),
    ...new Set(flags),
    ...renamed,
    ...waitArguments(inputs),
    ...optionArguments(inputs, OPTIONS),
    ...helm.source.options,
    "--",
    textAt(inputs, "name"),
    helm.source.chart,
  ];
}

/** Arguments of `helm list` for the release if it is the owner's; `undefined` where helm is too old to tell. */
export function ownedArguments(
  inputs: JsonObject,
  { version, owner }: Pick<UpgradeOptions, "version" | "owner">,
): readonly string[] | undefined {
  if (!hasLabels(version)) return undefined;
  const name = textAt(inputs, "name").replaceAll(".", "\\.");
  const all = version.major >= 4 ? [] : ["--all"];
  return [
    "list",
    "--namespace",
    textAt(inputs, "namespace"),
    ...all,
    `--selector=${OWNER_LABEL}=${owner}`,
    `--filter=^${name}$`,
    "-o",
    "json",
  ];
}

/** Label of helm's own record of a release. */
const OWNER_LABEL = "pulumi-resource";

function hasLabels({ major, minor }: HelmVersion): boolean {
  return major > 3 || (major === 3 && minor >= 13);
}

/** Arguments of `helm rollback` to the revision before. */
export function rollbackArguments(inputs: JsonObject): readonly string[] {
  return ["rollback", "--namespace", textAt(inputs, "namespace"), ...historyArguments(inputs), "--", textAt(inputs, "name")];
}

/** The official provider keeps all revisions unless told; helm itself would keep ten. */
function historyArguments({ maxHistory }: JsonObject): readonly string[] {
  return ["--history-max", String(typeof maxHistory === "number" ? maxHistory : 0)];
}

/** Arguments of `helm uninstall`. */
export function uninstallArguments(inputs: JsonObject): readonly string[] {
  const waits = inputs["skipAwait"] !== true || inputs["atomic"] === true;
  const wait = waits ? ["--wait", "--timeout", timeoutOf(inputs)] : [];
  return ["uninstall", "--namespace", textAt(inputs, "namespace"), ...wait, "--", textAt(inputs, "name")];
}

/** Values of `b` win; objects are merged member by member. */
export function merged(a: JsonValue, b: JsonValue): JsonValue {
  if (!isJsonObject(a) || !isJsonObject(b)) return b;
  const result: Record<string, JsonValue | undefined> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = result[key];
    const after = value !== undefined && before !== undefined ? merged(before, value) : value;
    Object.defineProperty(result, key, { value: after, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

function waitArguments(inputs: JsonObject): readonly string[] {
  const timeout = ["--timeout", timeoutOf(inputs)];
  if (inputs["skipAwait"] === true) return timeout;
  return ["--wait", ...(inputs["waitForJobs"] === true ? ["--wait-for-jobs"] : []), ...timeout];
}

function timeoutOf(inputs: JsonObject): string {
  const { timeout } = inputs;
  return `${typeof timeout === "number" && timeout > 0 ? timeout : DEFAULT_TIMEOUT}s`;
}

/** Files come as assets: a path, or a text. */
async function valuesOfFiles(files: JsonValue | undefined): Promise<JsonObject> {
  if (!Array.isArray(files)) return {};
  const { parse } = await import("yaml");
  let values: JsonObject = {};
  for (const file of files) {
    const content: JsonValue = parse(await assetText(file)) ?? {};
    if (!isJsonObject(content)) throw new Error("a file of valueYamlFiles holds no YAML mapping");
    const both = merged(values, content);
    values = isJsonObject(both) ? both : {};
  }
  return values;
}

async function assetText(asset: JsonValue): Promise<string> {
  const { text, path } = isJsonObject(asset) ? asset : {};
  if (typeof text === "string") return text;
  if (typeof path === "string") return readFile(path, "utf8");
  throw new Error("valueYamlFiles takes file and text assets only");
}
