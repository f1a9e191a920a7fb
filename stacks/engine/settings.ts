/** How the engine is called for an environment: which copy, where its state is, and with which variables. */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Core } from "#lib/environment/spec";
import { CommandError, EXIT } from "../cli/exit-codes";
import { instanceNamed } from "../local/control-plane/instance";
import { linkTo, privateFolder, writePrivate } from "../local/files";
import type { Progress } from "../local/progress";
import { obtainToolchain } from "../local/toolchain/toolchain";
import { type LanguageHost, languageHostEnvironment, locateLanguageHost } from "../plugins/locate";
import { type ProjectFile, projectFile, projectOf } from "../project";
import { backendFolder, type StackName, type StateFiles, stateFiles } from "./backend";
import { type ProviderChoice, provideKubernetes, providerVariables } from "./provider";

/** Variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Copies of the plugins that the engine will run. */
export interface Plugins {
  readonly languageHost: LanguageHost;
  readonly provider: ProviderChoice;
}

/** Everything a call of the engine needs. */
export interface EngineSettings extends StackName {
  /** Path of the engine. */
  readonly engine: string;
  readonly plugins: Plugins;
  /** Folder of the project file. */
  readonly cwd: string;
  readonly env: Variables;
  /** Absent where the state is not on this machine. */
  readonly files?: StateFiles;
}

/** Settings for an environment. The engine is built where this machine has none. */
export async function engineSettings(environment: Pick<Core, "name" | "cluster">, progress: Progress): Promise<EngineSettings> {
  const { pulumi: engine } = await obtainToolchain(["pulumi"], progress);
  const { root: cwd } = projectOf();
  const { name: project, backend } = requiredProjectFile(cwd);
  const own = environment.cluster.type === "embedded" ? embeddedVariables(environment.name) : {};
  const variables: Variables = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...own };
  const plugins = {
    languageHost: locateLanguageHost({ engine, env: variables }),
    provider: await provideKubernetes(engine, variables, progress),
  };
  const env = pluginEnvironment(plugins, variables);
  const folder = backendFolder(env["PULUMI_BACKEND_URL"] || backend || "", cwd);
  const files = folder === undefined ? undefined : stateFiles(folder, { project, stack: environment.name });
  return { project, stack: environment.name, engine, plugins, cwd, env, files };
}

/** @throws CommandError where the engine would find no project, or take one of a folder above */
function requiredProjectFile(root: string): ProjectFile {
  const file = projectFile({ root });
  if (file) return file;
  throw new CommandError(
    EXIT.configuration,
    `there is no Pulumi.yaml in ${root}`,
    "copy the one that beamstack-iac init writes in an empty folder",
  );
}

/** The engine's environment with which it finds these plugins. */
export function pluginEnvironment({ languageHost, provider }: Plugins, variables: Variables): Variables {
  return { ...languageHostEnvironment(languageHost, variables), ...providerVariables(provider) };
}

/** Requests a second that one provider never reaches. */
const UNLIMITED = "1000";

/**
 * Variables by which the engine works on an embedded environment: its state lives and dies with the control plane.
 * A passphrase that the user has set is theirs to keep.
 */
function embeddedVariables(name: string, env: Variables = process.env): Record<string, string> {
  const { folder, kubeconfig } = instanceNamed(name);
  const state = privateFolder(join(folder, "pulumi"));
  return {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_OPTION_CONFIG_FILE: join(state, `Pulumi.${name}.yaml`),
    PULUMI_HOME: engineHome(join(state, "home")),
    // The file backend writes the whole state, megabytes of definitions, twice a resource: half the time of an `up`.
    // Here the end is enough: what a killed run made is found by its labels, and the rerun looks at the cluster first.
    PULUMI_SKIP_CHECKPOINTS: "true",
    // The provider's own limit of 50 requests a second spares servers that many share; here it is half the time of a `destroy`.
    PULUMI_K8S_CLIENT_QPS: env["PULUMI_K8S_CLIENT_QPS"] || UNLIMITED,
    PULUMI_K8S_CLIENT_BURST: env["PULUMI_K8S_CLIENT_BURST"] || UNLIMITED,
    KUBECONFIG: kubeconfig,
    ...(env["PULUMI_CONFIG_PASSPHRASE"] === undefined && {
      PULUMI_CONFIG_PASSPHRASE_FILE: env["PULUMI_CONFIG_PASSPHRASE_FILE"] || passphraseFile(state),
    }),
  };
}

/**
 * A home for the engine that has the user's plugins and no log. The engine records every property of every call, 37 MB and
 * half the time of a run of `local`, and has no switch for it; it goes without where it cannot make its folder `logs`.
 */
function engineHome(folder: string, env: Variables = process.env): string {
  privateFolder(folder);
  linkTo(privateFolder(join(env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "plugins")), join(folder, "plugins"));
  const logs = join(folder, "logs");
  if (!existsSync(logs)) writePrivate(logs, "A file where the engine looks for a folder: it writes no log of embedded environments.\n");
  return folder;
}

function passphraseFile(folder: string): string {
  const path = join(folder, "passphrase");
  if (!existsSync(path)) writePrivate(path, randomBytes(32).toString("base64url"));
  return path;
}
