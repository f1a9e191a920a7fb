/** Credential plugins: programs that print an `ExecCredential`, run as client-go 0.34 runs them. */

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { parse } from "yaml";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { type ExecCredentials, KubeconfigError } from "./access";
import { codeOf, messageOf } from "./api-error";
import type { ExecEntry } from "./kubeconfig-file";

/** What a request carries. */
export interface Proof {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** PEM of a certificate that a plugin handed out. */
  readonly cert?: string;
  /** PEM of its key. */
  readonly key?: string;
}

/** What a plugin handed out. */
export interface Issued {
  readonly proof: Proof;
  /** Milliseconds since 1970; infinite where the plugin says nothing. */
  readonly expires: number;
}

const API_VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"] as const;
const MODES = ["Never", "IfAvailable", "Always"] as const;

/** What keeps a plugin from being used; the rules of kubectl. */
export function execProblems(exec: ExecEntry): string[] {
  const { apiVersion, command, env, interactiveMode } = exec;
  const problems: string[] = [];
  if (command === "") problems.push("its credential plugin has no command");
  if (!API_VERSIONS.some((known) => known === apiVersion))
    problems.push(`its credential plugin has the apiVersion "${apiVersion}"; allowed: ${API_VERSIONS.join(", ")}`);
  if (env.some(({ name }) => name === "")) problems.push("its credential plugin has a variable without a name");
  if (modeOf(exec) === undefined)
    problems.push(`its credential plugin has the interactiveMode "${interactiveMode}"; allowed: ${MODES.join(", ")}`);
  return problems;
}

/** Only v1beta1 has a default. */
function modeOf({ apiVersion, interactiveMode }: ExecEntry): ExecCredentials["interactiveMode"] | undefined {
  if (interactiveMode === "" && apiVersion === API_VERSIONS[1]) return "IfAvailable";
  return MODES.find((mode) => mode === interactiveMode);
}

/**
 * A plugin that {@link execProblems} found nothing wrong with.
 *
 * @param folder where the path of its command starts; a bare name is looked up in `PATH`
 */
export function execOf(exec: ExecEntry, folder: string): ExecCredentials {
  const { command, args, env, installHint } = exec;
  return {
    type: "exec",
    apiVersion: API_VERSIONS.find((known) => known === exec.apiVersion) ?? API_VERSIONS[0],
    command: /[\\/]/.test(command) ? resolve(folder, command) : command,
    args,
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    interactiveMode: modeOf(exec) ?? "Never",
    ...(installHint !== "" && { installHint }),
  };
}

/** Runs a plugin. @throws KubeconfigError when it cannot be run, fails, or prints something else */
export async function runPlugin(exec: ExecCredentials): Promise<Issued> {
  const interactive = exec.interactiveMode !== "Never" && process.stdin.isTTY === true;
  if (exec.interactiveMode === "Always" && !interactive)
    throw new KubeconfigError(`credential plugin ${exec.command} needs a terminal (interactiveMode: Always) and there is none`);
  return issuedBy(exec, await output(exec, interactive));
}

/** Standard error is ours: plugins print there what the person has to do. They may take as long as a person takes to log in. */
function output(exec: ExecCredentials, interactive: boolean): Promise<string> {
  const { apiVersion, cluster } = exec;
  const info = { kind: "ExecCredential", apiVersion, spec: { ...(cluster && { cluster }), interactive } };
  const env = { ...process.env, ...exec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  return new Promise((fulfil, reject) => {
    const child = spawn(exec.command, [...exec.args], { env, stdio: [interactive ? "inherit" : "ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (stdout += chunk));
    child.on("error", (error) => reject(new KubeconfigError(notStarted(exec, error), { cause: error })));
    child.on("close", (code, signal) => {
      if (code === 0) fulfil(stdout);
      else reject(new KubeconfigError(`credential plugin ${exec.command} failed with ${signal ?? `exit code ${code}`}`));
    });
  });
}

function notStarted({ command, installHint }: ExecCredentials, error: Error): string {
  if (codeOf(error) !== "ENOENT") return `credential plugin ${command} cannot be started: ${messageOf(error)}`;
  return `credential plugin ${command} is not installed${installHint ? `; ${printable(installHint)}` : ""}`;
}

/** A hint comes from a file that somebody else may have written: it must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\t\n\r]/gu, (character) => `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`);
}

function issuedBy({ command, apiVersion }: ExecCredentials, stdout: string): Issued {
  const printed = credentialOf(stdout);
  const status = printed?.["status"];
  const wrong = (what: string) => new KubeconfigError(`credential plugin ${command} printed ${what}`);
  if (printed?.["kind"] !== "ExecCredential") throw wrong("no ExecCredential");
  if (printed["apiVersion"] !== apiVersion)
    throw wrong(`an ExecCredential of ${String(printed["apiVersion"])}; the kubeconfig names ${apiVersion}`);
  if (!isJsonObject(status)) throw wrong("an ExecCredential without a status");
  const [token, cert, key] = ["token", "clientCertificateData", "clientKeyData"].map((name) => textOf(status, name));
  if (!token && !cert && !key) throw wrong("neither a token nor a certificate");
  if (!cert !== !key) throw wrong("a certificate or a key, not both");
  const expires = Date.parse(textOf(status, "expirationTimestamp") ?? "");
  return {
    proof: { ...(token && { authorization: `Bearer ${token}` }), ...(cert && key && { cert, key }) },
    expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires,
  };
}

/** JSON as a rule; kubectl takes YAML, too, of which JSON is a part. */
function credentialOf(stdout: string): JsonObject | undefined {
  try {
    const value: unknown = parse(stdout);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}
