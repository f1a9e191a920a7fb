/** Kubeconfig files as they are written: read, checked for their shape, and merged as kubectl merges them. */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { KubeconfigError } from "./access";
import { codeOf, messageOf } from "./api-error";

/** Go reads `null` as the empty value. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const bool = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** Bytes in JSON are base64 for Go, which skips line breaks; the result is text, since all of them are PEM. */
const pem = z
  .string()
  .regex(/^[A-Za-z0-9+/\s]*={0,2}\s*$/, { error: "not base64" })
  .nullish()
  .transform((value) => Buffer.from(value ?? "", "base64").toString("utf8"));

function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
}

const clusterSchema = z.object({
  server: text,
  "tls-server-name": text,
  "insecure-skip-tls-verify": bool,
  "certificate-authority": text,
  "certificate-authority-data": pem,
  "proxy-url": text,
  "disable-compression": bool,
  extensions: listOf(z.object({ name: text, extension: z.json().optional() })),
});

const execSchema = z.object({
  apiVersion: text,
  command: text,
  args: listOf(z.string()),
  env: listOf(z.object({ name: text, value: text })),
  installHint: text,
  provideClusterInfo: bool,
  interactiveMode: text,
});

const userSchema = z.object({
  "client-certificate": text,
  "client-certificate-data": pem,
  "client-key": text,
  "client-key-data": pem,
  token: text,
  tokenFile: text,
  as: text,
  "as-uid": text,
  "as-groups": listOf(z.string()),
  "as-user-extra": z
    .record(z.string(), listOf(z.string()))
    .nullish()
    .transform((value) => value ?? {}),
  username: text,
  password: text,
  "auth-provider": z.object({ name: text }).nullish(),
  exec: execSchema.nullish(),
});

const contextSchema = z.object({ cluster: text, user: text, namespace: text });

/** Fields that no client needs, such as `preferences`, are ignored, as kubectl ignores them. */
const kubeconfigSchema = z.object({
  apiVersion: z.literal(["v1", ""]).nullish(),
  kind: z.literal(["Config", ""]).nullish(),
  "current-context": text,
  clusters: listOf(z.object({ name: text, cluster: clusterSchema.nullish() })),
  users: listOf(z.object({ name: text, user: userSchema.nullish() })),
  contexts: listOf(z.object({ name: text, context: contextSchema.nullish() })),
});

/** A cluster as a kubeconfig writes it; what it leaves out is empty. */
export type ClusterEntry = z.output<typeof clusterSchema>;

/** A user as a kubeconfig writes it; what it leaves out is empty. */
export type UserEntry = z.output<typeof userSchema>;

/** A credential plugin as a kubeconfig writes it; what it leaves out is empty. */
export type ExecEntry = z.output<typeof execSchema>;

/** A named entry. */
export interface Entry<T> {
  readonly name: string;
  readonly value: T;
  /** Where its relative paths start: the folder of its file. */
  readonly folder: string;
}

/** One kubeconfig, or several in the order in which they count. */
export interface Kubeconfig {
  /** Empty where none is named. */
  readonly currentContext: string;
  readonly clusters: readonly Entry<ClusterEntry>[];
  readonly users: readonly Entry<UserEntry>[];
  readonly contexts: readonly Entry<z.output<typeof contextSchema>>[];
}

/**
 * The kubeconfig of a file, or of several that are merged: the first that has an entry, or names a current context, wins.
 *
 * @param path a file that must exist @default the files in `KUBECONFIG`, else `~/.kube/config`, as far as they exist
 */
export function readKubeconfig(path?: string): Kubeconfig {
  const files = kubeconfigPaths(path).flatMap(readFile);
  if (path !== undefined && files.length === 0) throw new KubeconfigError(`no kubeconfig: ${path} does not exist`);
  return {
    currentContext: files.map(({ currentContext }) => currentContext).find((name) => name !== "") ?? "",
    clusters: files.flatMap(({ clusters }) => clusters),
    users: files.flatMap(({ users }) => users),
    contexts: files.flatMap(({ contexts }) => contexts),
  };
}

/**
 * The kubeconfig in a text, YAML or JSON.
 *
 * @param name what messages call it
 */
export function kubeconfigOf(content: string, { name = "the given kubeconfig", folder = process.cwd() } = {}): Kubeconfig {
  const parsed = kubeconfigSchema.safeParse(parseText(content, name) ?? {});
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the whole file"}: ${message}`);
    throw new KubeconfigError(`${name} is no kubeconfig: ${issues.join("; ")}`);
  }
  const { clusters, users, contexts } = parsed.data;
  return {
    currentContext: parsed.data["current-context"],
    clusters: unique(clusters, name).map((item) => ({ name: item.name, folder, value: item.cluster ?? clusterSchema.parse({}) })),
    users: unique(users, name).map((item) => ({ name: item.name, folder, value: item.user ?? userSchema.parse({}) })),
    contexts: unique(contexts, name).map((item) => ({ name: item.name, folder, value: item.context ?? contextSchema.parse({}) })),
  };
}

/** The entry of a name: the first that has it. */
export function entryOf<T>(entries: readonly Entry<T>[], kind: string, name: string): Entry<T> {
  const entry = entries.find((one) => one.name === name);
  if (entry) return entry;
  const known = [...new Set(entries.map((one) => one.name))].join(", ") || "none";
  throw new KubeconfigError(`the kubeconfig has no ${kind} "${name}"; it has ${known}`);
}

function kubeconfigPaths(path?: string): readonly string[] {
  if (path !== undefined) return [resolve(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path)];
  const variable = process.env["KUBECONFIG"];
  if (!variable) return [join(homedir(), ".kube", "config")];
  const listed = variable.split(delimiter).filter((entry) => entry !== "");
  return listed.map((entry) => resolve(entry));
}

function readFile(path: string): Kubeconfig[] {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw new KubeconfigError(`cannot read kubeconfig ${path}: ${messageOf(error)}`, { cause: error });
  }
  return [kubeconfigOf(content, { name: path, folder: dirname(path) })];
}

/** kubectl reads YAML 1.1, where `yes` is a boolean, and takes the last of two equal keys. */
function parseText(content: string, name: string): unknown {
  try {
    return content.trimStart().startsWith("{") ? JSON.parse(content) : parse(content, { version: "1.1", uniqueKeys: false });
  } catch (error) {
    throw new KubeconfigError(`${name} is neither YAML nor JSON: ${messageOf(error).split("\n")[0]}`, { cause: error });
  }
}

/** kubectl refuses a file with two entries of one name. */
function unique<T extends { readonly name: string }>(items: readonly T[], file: string): readonly T[] {
  const names = items.map(({ name }) => name);
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) throw new KubeconfigError(`${file} has two entries of one kind named "${twice}"`);
  return items;
}
