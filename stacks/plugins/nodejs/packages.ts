/** Dependencies of a program, read from the `package.json` files that Node resolves. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compareText } from "#lib/core/order";

/** A Pulumi provider in the engine's terms. */
export interface ProviderPlugin {
  readonly name: string;
  readonly version: string;
  /** Download server. @default "", Pulumi's own server */
  readonly server: string;
}

/** An installed package. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Set if the package is the SDK of a Pulumi provider. */
  readonly plugin?: ProviderPlugin;
}

/** The relevant part of a `package.json`. */
interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: { readonly resource?: boolean; readonly name?: string; readonly version?: string; readonly server?: string };
}

/** Direct dependencies of the program in `folder`; with `transitive`, their dependencies too. Sorted by name. */
export function installedPackages(folder: string, transitive: boolean): InstalledPackage[] {
  const root = manifestAbove(folder);
  if (!root) return [];
  const found = new Map<string, InstalledPackage>();
  const visit = (at: string, names: readonly string[]): void => {
    for (const name of names) {
      const dependency = findPackage(at, name);
      if (!dependency || found.has(dependency.folder)) continue;
      found.set(dependency.folder, describe(name, dependency.manifest));
      if (transitive) visit(dependency.folder, namesOf(dependency.manifest.dependencies));
    }
  };
  visit(root.folder, [...namesOf(root.manifest.dependencies), ...namesOf(root.manifest.devDependencies)]);
  return [...found.values()].sort((a, b) => compareText(a.name, b.name));
}

/**
 * The path of a module as `require` in `folder` would resolve it.
 *
 * @throws Error with code MODULE_NOT_FOUND
 */
export function resolveFrom(folder: string, module: string): string {
  return require.resolve(module, { paths: [folder] });
}

function describe(name: string, manifest: Manifest): InstalledPackage {
  const version = manifest.version ?? "";
  const { pulumi } = manifest;
  if (pulumi?.resource !== true) return { name, version };
  return {
    name,
    version,
    plugin: { name: pulumi.name ?? pluginName(name), version: withV(pulumi.version ?? version), server: pulumi.server ?? "" },
  };
}

/** Official rule: `@pulumi/x` is the plugin `x`, any other scope loses its `@`. */
function pluginName(packageName: string): string {
  return packageName.replace(/^@pulumi\//, "").replace(/^@/, "");
}

/** Official rule: versions are given with a leading `v`. */
function withV(version: string): string {
  return version.startsWith("v") ? version : `v${version}`;
}

function namesOf(dependencies: Readonly<Record<string, string>> | undefined): string[] {
  return Object.keys(dependencies ?? {});
}

interface Found {
  readonly folder: string;
  readonly manifest: Manifest;
}

function manifestAbove(folder: string): Found | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = readManifest(at);
    if (manifest) return { folder: at, manifest };
    if (at === dirname(at)) return undefined;
  }
}

function findPackage(from: string, name: string): Found | undefined {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    const manifest = readManifest(folder);
    if (manifest) return { folder, manifest };
    if (at === dirname(at)) return undefined;
  }
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    // Absent, or not JSON: Node does not treat it as a package either.
    return undefined;
  }
}
