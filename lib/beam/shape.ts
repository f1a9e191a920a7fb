/** Transforms and providers of a pipeline, found where Beam looks for them. */

import type { ValuePath, ValueSite } from "./node";

/** One transform of the file, at any depth. */
export interface TransformSite {
  readonly path: ValuePath;
  readonly site: ValueSite;
  /** `undefined` where Jinja makes it. */
  readonly type: string | undefined;
  /** Its `name`, else its type: what other transforms and bindings call it; `undefined` where Jinja makes it. */
  readonly name: string | undefined;
}

/** One entry of `providers`. */
interface ProviderSite {
  readonly path: ValuePath;
  readonly site: ValueSite;
  /** Absent for an entry that includes another file, and where Jinja makes it. */
  readonly type: string | undefined;
  /** Names of the transforms it declares, with what they stand for where that is a text. */
  readonly transforms: Readonly<Record<string, string>>;
  /** Python packages it asks for. */
  readonly packages: boolean;
  /** Name of the collection that it declares. @default it stands in the file */
  readonly collection?: string;
}

/** What a file has to run. */
export interface PipelineShape {
  readonly transforms: readonly TransformSite[];
  readonly providers: readonly ProviderSite[];
}

/** Transforms and providers below the root of a file. */
export function pipelineShape(root: ValueSite | undefined): PipelineShape {
  const providers = (root?.entries.get("providers")?.items ?? []).map(providerOf);
  const pipeline = root?.entries.get("pipeline");
  const bodies = providers.flatMap(({ site }) => [...(site.entries.get("transforms")?.entries.values() ?? [])]);
  return {
    transforms: [...(pipeline ? inside(pipeline) : []), ...bodies.flatMap((declared) => transformsOf(declared.entries.get("body")))],
    providers,
  };
}

/** Keys below which Beam looks for transforms, in the order of its schema. */
const HOLDERS = ["source", "transforms", "extra_transforms", "sink"] as const;

function inside(holder: ValueSite): TransformSite[] {
  return HOLDERS.flatMap((key) => {
    const held = holder.entries.get(key);
    return held?.kind === "list" ? held.items.flatMap(transformsOf) : transformsOf(held);
  });
}

function transformsOf(site: ValueSite | undefined): TransformSite[] {
  const type = site?.entries.get("type");
  if (!site || !type) return [];
  const name = site.entries.get("name");
  const one = { path: site.path, site, type: textOf(type), name: name ? textOf(name) : textOf(type) };
  return [one, ...inside(site)];
}

/** The text of a value, where it is one and known. */
export function textOf(site: ValueSite | undefined): string | undefined {
  return typeof site?.scalar === "string" ? site.scalar : undefined;
}

function providerOf(site: ValueSite): ProviderSite {
  const declared = [...(site.entries.get("transforms")?.entries ?? [])];
  return {
    path: site.path,
    site,
    type: textOf(site.entries.get("type")),
    transforms: Object.fromEntries(declared.map(([name, value]) => [name, textOf(value) ?? ""])),
    packages: site.entries.get("config")?.entries.has("packages") === true,
  };
}
