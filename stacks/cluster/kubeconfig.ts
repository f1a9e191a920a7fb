/** Access to a cluster by a kubeconfig, with the verdicts of kubectl. Source of the rules: client-go 0.34, `tools/clientcmd`. */

import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { type ClusterAccess, type Credentials, type Impersonation, KubeconfigError, type Tls } from "./access";
import { messageOf } from "./api-error";
import { execOf, execProblems } from "./exec-plugin";
import { type ClusterEntry, type Entry, entryOf, type Kubeconfig, kubeconfigOf, readKubeconfig, type UserEntry } from "./kubeconfig-file";
import { clusterProxy } from "./proxy";

/** What is chosen from a kubeconfig. */
export interface KubeconfigChoice {
  /** @default the kubeconfig's `current-context` */
  readonly context?: string;
}

/**
 * Access by a kubeconfig.
 *
 * @param path a file, or its text as JSON @default the files in `KUBECONFIG`, else `~/.kube/config`
 */
export function loadKubeconfig(path?: string, choice: KubeconfigChoice | string = {}): ClusterAccess {
  const config = configOf(path);
  if (config.contexts.length + config.clusters.length === 0) {
    const where = path ?? (process.env["KUBECONFIG"] || "~/.kube/config");
    throw new KubeconfigError(`no kubeconfig: ${where} names no context; set KUBECONFIG to a file that does`);
  }
  return accessOf(config, typeof choice === "string" ? { context: choice } : choice);
}

/**
 * Holds a kubeconfig to what Pulumi's provider can read when it is told its path: it looks for the files that are named in it in its own
 * working folder.
 *
 * @throws KubeconfigError where a context names one by a relative path
 */
export function requireWholePaths(path: string, { context }: KubeconfigChoice): void {
  const config = configOf(path);
  const chosen = config.contexts.find(({ name }) => name === (context || config.currentContext))?.value;
  const cluster = config.clusters.find(({ name }) => name === chosen?.cluster)?.value;
  const user = config.users.find(({ name }) => name === chosen?.user)?.value;
  const command = user?.exec?.command ?? "";
  const files = [cluster?.["certificate-authority"], user?.["client-certificate"], user?.["client-key"], user?.tokenFile];
  const relative = [...files, command.includes("/") ? command : ""].filter((file) => file && !isAbsolute(file));
  if (relative.length > 0) {
    const names = relative.join(", ");
    throw new KubeconfigError(`${path} names ${names} by a relative path; make it absolute, or leave kubeconfig out and set KUBECONFIG`);
  }
}

function configOf(path: string | undefined): Kubeconfig {
  return path?.startsWith("{") ? kubeconfigOf(path) : readKubeconfig(path);
}

function accessOf(config: Kubeconfig, choice: KubeconfigChoice): ClusterAccess {
  const context = choice.context || config.currentContext;
  if (context === "") throw new KubeconfigError("the kubeconfig has no current-context; name a context");
  const chosen = entryOf(config.contexts, "context", context).value;
  const cluster = entryOf(config.clusters, "cluster", chosen.cluster);
  const user = chosen.user === "" ? undefined : entryOf(config.users, "user", chosen.user);
  const problems: string[] = [];
  const access: ClusterAccess = {
    context,
    server: serverOf(cluster.value, problems),
    namespace: chosen.namespace || "default",
    ...identityOf(cluster, user, problems),
    ...(user && impersonationOf(user.value, problems)),
    ...proxyOf(cluster.value, problems),
  };
  if (problems.length > 0) throw new KubeconfigError(`context "${context}" of the kubeconfig cannot be used: ${problems.join("; ")}`);
  return access;
}

/** Without a scheme it is plain HTTP for kubectl, too. */
function serverOf({ server }: ClusterEntry, problems: string[]): string {
  const address = (/^[a-z]+:\/\//i.test(server) ? server : `http://${server}`).replace(/\/+$/, "");
  if (server === "") problems.push("its cluster has no server");
  else if (!URL.canParse(address) || !/^https?:/i.test(address)) problems.push(`its server ${server} is no URL of http or https`);
  return address;
}

function proxyOf({ "proxy-url": url }: ClusterEntry, problems: string[]): Pick<ClusterAccess, "proxyUrl"> {
  if (url === "") return {};
  try {
    clusterProxy(url);
  } catch (error) {
    problems.push(messageOf(error));
  }
  return { proxyUrl: url };
}

/** As kubectl, nothing of the user is read or sent over plain HTTP, except whom to act as. */
function identityOf(
  cluster: Entry<ClusterEntry>,
  user: Entry<UserEntry> | undefined,
  problems: string[],
): Pick<ClusterAccess, "tls" | "credentials"> {
  if (user) problems.push(...userProblems(user.value));
  if (!/^https:/i.test(cluster.value.server)) return { tls: { insecure: false }, credentials: { type: "none" } };
  const tls = tlsOf(cluster, user, problems);
  const credentials: Credentials = user ? credentialsOf(user, tls, problems) : { type: "none" };
  if (credentials.type === "exec" && user?.value.exec?.provideClusterInfo)
    return { tls, credentials: { ...credentials, cluster: clusterInfo(cluster.value, tls) } };
  // kubectl would ask for a name and a password.
  if (credentials.type === "none" && tls.cert === undefined && problems.length === 0)
    problems.push(user ? `its user "${user.name}" has no credentials` : "it names no user");
  return { tls, credentials };
}

function userProblems(user: UserEntry): string[] {
  const { token, username, password, exec } = user;
  const basic = username !== "" || password !== "";
  const provider = user["auth-provider"];
  const problems = exec ? execProblems(exec) : [];
  if (basic && (token !== "" || user.tokenFile !== "")) problems.push("its user has a token and a user name; only one is allowed");
  if (provider?.name === "oidc")
    problems.push("its user has the auth-provider oidc, which only kubectl has; use the credential plugin kubelogin (kubectl oidc-login)");
  else if (provider) problems.push("its user has an auth-provider, which Kubernetes dropped in 1.26; use its credential plugin (exec)");
  return problems;
}

function tlsOf(cluster: Entry<ClusterEntry>, user: Entry<UserEntry> | undefined, problems: string[]): Tls {
  const { "insecure-skip-tls-verify": insecure, "tls-server-name": serverName } = cluster.value;
  const ca = pemOf(cluster, "certificate-authority", problems);
  if (insecure && ca !== undefined)
    problems.push("its cluster has a certificate-authority and insecure-skip-tls-verify; only one is allowed");
  const tls: Tls = {
    insecure,
    ...(ca !== undefined && { ca }),
    ...(user && clientCertificate(user, problems)),
    ...(serverName !== "" && { serverName }),
  };
  if (problems.length === 0) problems.push(...pemProblems(tls));
  return tls;
}

/** A key without a certificate is of no use and not looked at. */
function clientCertificate(user: Entry<UserEntry>, problems: string[]): Pick<Tls, "cert" | "key"> {
  const cert = pemOf(user, "client-certificate", problems);
  if (cert === undefined) return {};
  const key = pemOf(user, "client-key", problems);
  if (key === undefined) problems.push("its user has a client-certificate and no client-key");
  return { cert, ...(key !== undefined && { key }) };
}

/** Node takes an authority that is no certificate in silence, and tells of a wrong key only while connecting. */
function pemProblems({ ca, cert, key }: Tls): string[] {
  try {
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext({ cert, key });
    return [];
  } catch (error) {
    return [`its certificates or key cannot be used: ${messageOf(error)}`];
  }
}

/** In the order in which client-go prefers them: a plugin is asked only where there is nothing else. */
function credentialsOf({ value: user, folder }: Entry<UserEntry>, tls: Tls, problems: string[]): Credentials {
  const { token, username, password, exec } = user;
  if (user.tokenFile !== "") {
    const path = resolve(folder, user.tokenFile);
    if (token === "") readable(path, "tokenFile", problems);
    return { type: "token-file", path, ...(token !== "" && { token }) };
  }
  if (token !== "") return { type: "token", token };
  if (username !== "" || password !== "") return { type: "basic", username, password };
  return exec && tls.cert === undefined ? execOf(exec, folder) : { type: "none" };
}

function impersonationOf(user: UserEntry, problems: string[]): Pick<ClusterAccess, "impersonation"> {
  const { as, "as-uid": uid, "as-groups": groups, "as-user-extra": extra } = user;
  if (as === "") {
    if (uid !== "" || groups.length > 0 || Object.keys(extra).length > 0)
      problems.push("its user has as-uid, as-groups or as-user-extra without as");
    return {};
  }
  const impersonation: Impersonation = { user: as, groups, extra, ...(uid !== "" && { uid }) };
  return { impersonation };
}

/** Key of what a cluster has to say to credential plugins. Source: Kubernetes documentation, "client-go credential plugins". */
const EXEC_EXTENSION = "client.authentication.k8s.io/exec";

function clusterInfo(cluster: ClusterEntry, { ca }: Tls) {
  const config = cluster.extensions.find(({ name }) => name === EXEC_EXTENSION)?.extension;
  const { server, "tls-server-name": serverName, "proxy-url": proxy } = cluster;
  return {
    server,
    ...(serverName !== "" && { "tls-server-name": serverName }),
    ...(cluster["insecure-skip-tls-verify"] && { "insecure-skip-tls-verify": true }),
    ...(ca !== undefined && { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
    ...(proxy !== "" && { "proxy-url": proxy }),
    ...(cluster["disable-compression"] && { "disable-compression": true }),
    ...(config !== undefined && { config }),
  };
}

/** A kubeconfig's keys whose value is PEM, in the file or in another one. */
type PemKey = "certificate-authority" | "client-certificate" | "client-key";

function pemOf(
  { value, folder }: { readonly value: Partial<Record<PemKey | `${PemKey}-data`, string>>; readonly folder: string },
  key: PemKey,
  problems: string[],
): string | undefined {
  const [path, data] = [value[key] ?? "", value[`${key}-data`] ?? ""];
  if (path !== "" && data !== "") problems.push(`it has ${key} and ${key}-data; only one is allowed`);
  if (data !== "") return data;
  return path === "" ? undefined : readable(resolve(folder, path), key, problems);
}

/** The text of a file; it is empty, and there is a problem, where it cannot be read. */
function readable(path: string, key: string, problems: string[]): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    problems.push(`its ${key} cannot be read: ${messageOf(error)}`);
    return "";
  }
}
