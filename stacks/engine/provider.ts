/**
 * Provides the official Kubernetes provider. An official engine downloads the version of the SDK; the engine that we build runs
 * where downloads may be impossible, and gets the version that we build beside it.
 */

import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { version as sdkVersion } from "@pulumi/kubernetes/package.json";
import { accountHome, linkTo, privateFolder } from "../local/files";
import type { Progress } from "../local/progress";
import { builtPath } from "../local/toolchain/build";
import { onPath } from "../local/toolchain/offered";
import { KUBERNETES_PROVIDER_VERSION } from "../local/toolchain/parts";
import { moduleRecipe } from "../local/toolchain/recipe";
import { obtainToolchain } from "../local/toolchain/toolchain";
import { PROVIDER_VERSION_VARIABLE } from "../program/provider-version";

const PROGRAM = "pulumi-resource-kubernetes";

/** Environment variables. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Whether the toolchain built this engine. */
export function isBuiltEngine(engine: string): boolean {
  return engine === builtPath(moduleRecipe("pulumi"), "pulumi");
}

/** The copy of the provider that the engine runs. */
export interface ProviderChoice {
  readonly program: typeof PROGRAM;
  /** Downloaded by the engine, from `PATH`, or from the toolchain. */
  readonly by: "engine" | "PATH" | "toolchain";
  /** The version that the program requests. */
  readonly version: string;
}

/**
 * Makes sure that the engine finds the provider. For the engine that we build, installs it in Pulumi's plugin folder as
 * `pulumi plugin install` does, unless the SDK's version is there.
 */
export async function provideKubernetes(engine: string, env: Variables, progress: Progress): Promise<ProviderChoice> {
  const plugins = join(env["PULUMI_HOME"] || join(accountHome(), ".pulumi"), "plugins");
  const sdks = { program: PROGRAM, version: sdkVersion } as const;
  if (!isBuiltEngine(engine) || existsSync(pluginPath(plugins, sdkVersion))) return { ...sdks, by: "engine" };
  // The engine prefers PATH, whatever version is requested.
  if (onPath(PROGRAM) && !env["PULUMI_IGNORE_AMBIENT_PLUGINS"]) return { ...sdks, by: "PATH" };
  const { [PROGRAM]: built } = await obtainToolchain([PROGRAM], progress);
  installPlugin(built, pluginPath(plugins, KUBERNETES_PROVIDER_VERSION));
  return { program: PROGRAM, by: "toolchain", version: KUBERNETES_PROVIDER_VERSION };
}

/** Replaces links only: `pulumi plugin install` writes a file. */
function installPlugin(program: string, path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isSymbolicLink()) return;
  if (found && readlinkSync(path) === program) return;
  privateFolder(dirname(path));
  linkTo(program, path);
}

/** Variables that make engine and program use that copy. */
export function providerVariables({ by, version }: ProviderChoice): Variables {
  return by === "toolchain" ? { [PROVIDER_VERSION_VARIABLE]: version } : {};
}

function pluginPath(plugins: string, version: string): string {
  return join(plugins, `resource-kubernetes-v${version}`, PROGRAM);
}
