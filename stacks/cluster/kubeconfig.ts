/** Reads kubeconfigs: a path, the usual places, or the text itself. */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { type ClusterAccess, type Credentials, KubeconfigError, type Tls } from "./access";
import { codeOf, messageOf } from "./api-error";

/** What is chosen from a kubeconfig. */
export interface KubeconfigChoice {
  /** @default the kubeconfig's `current-context` */
  readonly context?: string;
  /** Name of a cluster that replaces the context's own. @default the context's */
  readonly cluster?: string;
}

/** A kubeconfig read from one file; relative paths in it are relative to that file. */
interface Source {
  readonly content: JsonObject;
  readonly folder: string;
}

/** An entry of a kubeconfig's `clusters`, `users` or `contexts`. */
interface Entry {
  readonly value: JsonObject;
  readonly folder: string;
}

/**
 * Access by a kubeconfig file.
 *
 * @param path a file @default the files in `KUBECONFIG`, else `~/.kube/config`
 */
export function loadKubeconfig(path?: string, choice: KubeconfigChoice | string = {}): ClusterAccess {
  const sources = kubeconfigPaths(path).flatMap(readSource);
  if (sources.length === 0) {
    throw new KubeconfigError(
      `no kubeconfig: ${path ?? "neither KUBECONFIG nor ~/.kube/config names a file that exists"}; set KUBECONFIG or give a kubeconfig`,
    );
  }
  return choose(sources, typeof choice === "string" ? { context: choice } : choice);
}

/** Access by the text of a kubeconfig, YAML or JSON. */
export function parseKubeconfig(text: string, choice: KubeconfigChoice = {}): ClusterAccess {
  return choose([{ content: parseContent(text, "the given kubeconfig"), folder: process.cwd() }], choice);
}

/** The files a kubeconfig is read from, whether they exist or not. */
function kubeconfigPaths(path?: string): readonly string[] {
  if (path !== undefined) return [resolve(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path)];
  const listed = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((entry) => entry !== "");
  return listed.length > 0 ? listed.map((entry) => resolve(entry)) : [join(homedir(), ".kube", "config")];
}

function readSource(path: string): Source[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw new KubeconfigError(`cannot read kubeconfig ${path}: ${messageOf(error)}`, { cause: error });
  }
  return [{ content: parseContent(text, path), folder: dirname(path) }];
}

function parseContent(text: string, name: string): JsonObject {
  let content: unknown;
  try {
    content = text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw new KubeconfigError(`${name} is neither YAML nor JSON: ${messageOf(error).split("\n")[0]}`, { cause: error });
  }
  if (!isJsonObject(content)) throw new KubeconfigError(`${name} is no kubeconfig: it holds no clusters, users and contexts`);
  return content;
}

function choose(sources: readonly Source[], choice: KubeconfigChoice): ClusterAccess {
  const context = choice.context || firstText(sources, "current-context");
  if (!context) throw new KubeconfigError("the kubeconfig has no current-context; name a context");
  const { value: chosen } = find(sources, "context", context);
  const cluster = find(sources, "cluster", choice.cluster || text(chosen, "cluster"));
  const userName = text(chosen, "user");
  const user = userName === "" ? { value: {}, folder: cluster.folder } : find(sources, "user", userName);
  return {
    context,
    server: serverOf(cluster.value),
    namespace: text(chosen, "namespace") || "default",
    tls: tlsOf(cluster, user),
    credentials: credentialsOf(user),
  };
}

function serverOf(cluster: JsonObject): string {
  // A proxy per cluster is rare; refusing it beats talking past it.
  if (text(cluster, "proxy-url") !== "") throw new KubeconfigError("the kubeconfig's cluster sets proxy-url, which is not supported");
  const server = text(cluster, "server").replace(/\/+$/, "");
  if (!URL.canParse(server) || !/^https?:/.test(server))
    throw new KubeconfigError(`the kubeconfig's server ${server || "(none)"} is no URL`);
  return server;
}

function tlsOf(cluster: Entry, user: Entry): Tls {
  const ca = inlineOrFile(cluster, "certificate-authority");
  const cert = inlineOrFile(user, "client-certificate");
  const key = inlineOrFile(user, "client-key");
  const serverName = text(cluster.value, "tls-server-name");
  return {
    insecure: cluster.value["insecure-skip-tls-verify"] === true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== "" && { serverName }),
  };
}

function credentialsOf({ value: user, folder }: Entry): Credentials {
  const token = text(user, "token");
  const tokenFile = text(user, "tokenFile");
  const exec = user["exec"];
  // client-go prefers the file where both are given: it is the rotated one.
  if (tokenFile !== "") return { type: "token-file", path: resolve(folder, tokenFile) };
  if (token !== "") return { type: "token", token };
  if (text(user, "username") !== "") return { type: "basic", username: text(user, "username"), password: text(user, "password") };
  if (isJsonObject(exec)) return execOf(exec, folder);
  if (user["auth-provider"] !== undefined) {
    throw new KubeconfigError("the kubeconfig's user has an auth-provider, which Kubernetes dropped in 1.26; use its exec plugin");
  }
  return { type: "none" };
}

function execOf(exec: JsonObject, folder: string): Credentials {
  const command = text(exec, "command");
  const env = list(exec["env"])
    .filter(isJsonObject)
    .map((entry) => [text(entry, "name"), text(entry, "value")]);
  return {
    type: "exec",
    apiVersion: text(exec, "apiVersion"),
    command: /[\\/]/.test(command) ? resolve(folder, command) : command,
    args: list(exec["args"]).map(String),
    env: Object.fromEntries(env),
    ...(text(exec, "installHint") !== "" && { installHint: text(exec, "installHint") }),
  };
}

function inlineOrFile({ value, folder }: Entry, key: string): string | undefined {
  const inline = text(value, `${key}-data`);
  if (inline !== "") return Buffer.from(inline, "base64").toString("utf8");
  const path = text(value, key);
  if (path === "") return undefined;
  try {
    return readFileSync(resolve(folder, path), "utf8");
  } catch (error) {
    throw new KubeconfigError(`the kubeconfig's ${key} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** As kubectl merges several files: the first that has an entry wins. */
function find(sources: readonly Source[], kind: "cluster" | "context" | "user", name: string): Entry {
  for (const { content, folder } of sources) {
    const entry = list(content[`${kind}s`]).find((item) => isJsonObject(item) && item["name"] === name);
    const value = isJsonObject(entry) ? entry[kind] : undefined;
    if (isJsonObject(value)) return { value, folder };
  }
  const known = sources.flatMap(({ content }) =>
    list(content[`${kind}s`]).flatMap((item) => (isJsonObject(item) ? [text(item, "name")] : [])),
  );
  throw new KubeconfigError(`the kubeconfig has no ${kind} "${name}"; it has ${known.join(", ") || "none"}`);
}

function firstText(sources: readonly Source[], key: string): string {
  return sources.map(({ content }) => text(content, key)).find((value) => value !== "") ?? "";
}

function text(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
