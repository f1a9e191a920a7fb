/**
 * Where the official Kubernetes provider comes from. An official engine downloads the version of the SDK by itself; the engine that we
 * build runs where nothing can be downloaded, and gets the version that we build beside it.
 */

import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { version as sdkVersion } from "@pulumi/kubernetes/package.json";
import { linkTo, privateFolder } from "../local/files";
import type { Progress } from "../local/progress";
import { builtPath } from "../local/toolchain/build";
import { onPath } from "../local/toolchain/offered";
import { KUBERNETES_PROVIDER_VERSION } from "../local/toolchain/parts";
import { moduleRecipe } from "../local/toolchain/recipe";
import { obtainToolchain } from "../local/toolchain/toolchain";
import { PROVIDER_VERSION_VARIABLE } from "../program/provider-version";

const PROGRAM = "pulumi-resource-kubernetes";

/** Variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Is it the engine that the toolchain built? */
export function isBuiltEngine(engine: string): boolean {
  return engine === builtPath(moduleRecipe("pulumi"), "pulumi");
}

/** The copy of the provider that the engine will run. */
export interface ProviderChoice {
  readonly program: typeof PROGRAM;
  /** What the engine downloads or has downloaded, `PATH`, or the toolchain's. */
  readonly by: "engine" | "PATH" | "toolchain";
  /** The version that the program asks for. */
  readonly version: string;
}

/**
 * Makes sure that the engine finds the provider. For the engine that we build, the provider is obtained and put into Pulumi's plugin
 * folder as `pulumi plugin install` does, unless the SDK's version is there.
 */
export async function provideKubernetes(engine: string, env: Variables, progress: Progress): Promise<ProviderChoice> {
  const plugins = join(env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "plugins");
  const sdks = { program: PROGRAM, version: sdkVersion } as const;
  if (!isBuiltEngine(engine) || existsSync(pluginPath(plugins, sdkVersion))) return { ...sdks, by: "engine" };
  // The engine prefers what is on PATH, whatever version is asked for.
  if (onPath(PROGRAM) && !env["PULUMI_IGNORE_AMBIENT_PLUGINS"]) return { ...sdks, by: "PATH" };
  const { [PROGRAM]: built } = await obtainToolchain([PROGRAM], progress);
  installPlugin(built, pluginPath(plugins, KUBERNETES_PROVIDER_VERSION));
  return { program: PROGRAM, by: "toolchain", version: KUBERNETES_PROVIDER_VERSION };
}

/** What is there is replaced only where it is a link: `pulumi plugin install` puts a file there. */
function installPlugin(program: string, path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isSymbolicLink()) return;
  if (found && readlinkSync(path) === program) return;
  privateFolder(dirname(path));
  linkTo(program, path);
}

/** Variables with which engine and program use that copy. */
export function providerVariables({ by, version }: ProviderChoice): Variables {
  return by === "toolchain" ? { [PROVIDER_VERSION_VARIABLE]: version } : {};
}

function pluginPath(plugins: string, version: string): string {
  return join(plugins, `resource-kubernetes-v${version}`, PROGRAM);
}
