/** Settings of the engine for an environment: which copy, where its state is, and which variables. */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigError } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import { CommandError, EXIT } from "../cli/exit-codes";
import { instanceNamed } from "../local/control-plane/instance";
import { accountHome, linkTo, privateFolder, stateFolder, writePrivate } from "../local/files";
import type { Progress } from "../local/progress";
import { obtainToolchain } from "../local/toolchain/toolchain";
import { type LanguageHost, languageHostEnvironment, locateLanguageHost } from "../plugins/locate";
import { PROVIDER_VERSION_VARIABLE } from "../program/provider-version";
import { REHEARSAL_VARIABLE } from "../program/rehearsal";
import { type ProjectFile, projectFile, projectOf } from "../project";
import { backendFolder, type StackName, type StateFiles, stateFiles } from "./backend";
import { type ProviderChoice, provideKubernetes, providerVariables } from "./provider";

/** Environment variables. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Copies of the plugins that the engine will run. */
export interface Plugins {
  readonly languageHost: LanguageHost;
  readonly provider: ProviderChoice;
}

/** Variables that `local env` exports, besides PATH. */
export const LOCAL_VARIABLES = [
  "KUBECONFIG",
  "PULUMI_HOME",
  "PULUMI_BACKEND_URL",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "PULUMI_OPTION_CONFIG_FILE",
  "PULUMI_SKIP_CHECKPOINTS",
  "PULUMI_SKIP_UPDATE_CHECK",
  "PULUMI_K8S_CLIENT_QPS",
  "PULUMI_K8S_CLIENT_BURST",
  PROVIDER_VERSION_VARIABLE,
  REHEARSAL_VARIABLE,
] as const;

/** Everything a call of the engine needs. */
export interface EngineSettings extends StackName {
  /** Path of the engine. */
  readonly engine: string;
  readonly plugins: Plugins;
  /** Folder of the project file. */
  readonly cwd: string;
  readonly env: Variables;
  /** Absent if the state is not on this machine. */
  readonly files?: StateFiles;
}

/** Settings for an environment. Obtains the engine if this machine has none. */
export async function engineSettings(
  environment: Pick<Core, "name" | "cluster" | "rehearsal">,
  progress: Progress,
): Promise<EngineSettings> {
  const { pulumi: engine } = await obtainToolchain(["pulumi"], progress);
  const { root: cwd } = projectOf();
  const { name: project, backend } = requiredProjectFile(cwd);
  const own = environment.cluster.type === "embedded" ? embeddedVariables(environment) : realVariables(environment.name);
  const variables: Variables = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", [REHEARSAL_VARIABLE]: undefined, ...own };
  const plugins = {
    languageHost: locateLanguageHost({ engine, env: variables }),
    provider: await provideKubernetes(engine, variables, progress),
  };
  const env = pluginEnvironment(plugins, variables);
  const folder = backendFolder(env["PULUMI_BACKEND_URL"] || backend || "", cwd);
  const files = folder === undefined ? undefined : stateFiles(folder, { project, stack: environment.name });
  return { project, stack: environment.name, engine, plugins, cwd, env, files };
}

/** @throws CommandError if the engine would find no project, or one of a parent folder */
function requiredProjectFile(root: string): ProjectFile {
  const file = projectFile({ root });
  if (file) return file;
  throw new CommandError(
    EXIT.configuration,
    `there is no Pulumi.yaml in ${root}`,
    "copy the one that beamstack-iac init writes in an empty folder",
  );
}

/** The engine's variables, with which it finds these plugins. */
export function pluginEnvironment({ languageHost, provider }: Plugins, variables: Variables): Variables {
  return { ...languageHostEnvironment(languageHost, variables), ...providerVariables(provider) };
}

/** Variables of `local env` that name a file or folder of a control plane. */
const PLACES = ["PULUMI_BACKEND_URL", "PULUMI_HOME", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_OPTION_CONFIG_FILE", "KUBECONFIG"] as const;

/**
 * Variables of an environment on a cluster of its own. State that went to a control plane would be deleted with it.
 *
 * @throws ConfigError with the variables that a `local env` left in the shell
 */
export function realVariables(name: string, env: Variables = process.env, home: string = stateFolder()): Variables {
  const left = PLACES.filter((key) => isOfInstance(env[key], home));
  if (left.length > 0)
    throw new ConfigError([
      {
        id: "environment.local-variables",
        path: left.join(", "),
        got: `variables of an embedded control plane (from local env), and ${name} is on a cluster of its own`,
        allowed: "the state, passphrase and kubeconfig of the real cluster",
        fix: `unset ${LOCAL_VARIABLES.join(" ")}, or use another shell`,
      },
    ]);
  // Only an embedded environment can find its objects again without a state of each step.
  return { PULUMI_SKIP_CHECKPOINTS: undefined, PULUMI_HOME: env["PULUMI_HOME"] || join(accountHome(), ".pulumi") };
}

function isOfInstance(value: string | undefined, home: string): boolean {
  return (value ?? "").split(":").some((part) => resolve(part.replace(/^\/\/(?=\/)/, "")).startsWith(join(home, "instances/")));
}

/** Requests per second; one provider never reaches this rate. */
const UNLIMITED = "1000";

/**
 * Variables of an embedded environment: its state is created and deleted with the control plane.
 * A passphrase that the user has set is kept.
 */
function embeddedVariables({ name, rehearsal }: Pick<Core, "name" | "rehearsal">, env: Variables = process.env): Record<string, string> {
  const { folder, kubeconfig } = instanceNamed(name);
  const state = privateFolder(join(folder, "pulumi"));
  return {
    PULUMI_BACKEND_URL: `file://${state}`,
    ...(rehearsal && { [REHEARSAL_VARIABLE]: `file://${state}` }),
    PULUMI_OPTION_CONFIG_FILE: join(state, `Pulumi.${name}.yaml`),
    PULUMI_HOME: engineHome(join(state, "home")),
    // The file backend writes the whole state, megabytes of CRDs, twice per resource: half the time of an `up`.
    // Writing it at the end is enough here: labels find what a killed run created, and the rerun refreshes first.
    PULUMI_SKIP_CHECKPOINTS: "true",
    // The provider's limit of 50 requests per second protects shared servers; here it costs half the time of a `destroy`.
    PULUMI_K8S_CLIENT_QPS: env["PULUMI_K8S_CLIENT_QPS"] || UNLIMITED,
    PULUMI_K8S_CLIENT_BURST: env["PULUMI_K8S_CLIENT_BURST"] || UNLIMITED,
    KUBECONFIG: kubeconfig,
    ...(env["PULUMI_CONFIG_PASSPHRASE"] === undefined && {
      PULUMI_CONFIG_PASSPHRASE_FILE: ownPassphrase(env) ?? passphraseFile(state),
    }),
  };
}

/**
 * A Pulumi home with the user's plugins and without logs. The engine records every property of every call, 37 MB and
 * half the time of a run of `local`, and no option disables it; it runs without logs if it cannot create its folder `logs`.
 */
function engineHome(folder: string, env: Variables = process.env): string {
  privateFolder(folder);
  linkTo(privateFolder(join(ownHome(env), "plugins")), join(folder, "plugins"));
  const logs = join(folder, "logs");
  if (!existsSync(logs))
    writePrivate(logs, "This file replaces the log folder of the engine, so that it writes no logs for embedded environments.\n");
  return folder;
}

/** The user's Pulumi home: that of another control plane goes with it. */
function ownHome(env: Variables): string {
  const home = env["PULUMI_HOME"];
  return home && !isOfInstance(home, stateFolder()) ? home : join(accountHome(), ".pulumi");
}

/** One that the user keeps: that of another control plane goes with it. */
function ownPassphrase(env: Variables): string | undefined {
  const path = env["PULUMI_CONFIG_PASSPHRASE_FILE"] || undefined;
  return isOfInstance(path, stateFolder()) ? undefined : path;
}

function passphraseFile(folder: string): string {
  const path = join(folder, "passphrase");
  if (!existsSync(path)) writePrivate(path, randomBytes(32).toString("base64url"));
  return path;
}
