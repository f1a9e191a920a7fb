/** What a file has to run, for runners that cannot run everything. */

import type { PipelineContent, PipelineOptions } from "#lib/kube/beam-runner";
import { type BeamPipelineDocument, siteAt } from "./document";
import type { ValueSite } from "./node";
import { javaTransforms } from "./reach";
import { textOf } from "./shape";

/**
 * Every option travels to the service that expands transforms of Java, which gives them the environment that this one names.
 * Source: Beam 2.77, transforms/external.py, and ExpansionService.createPipeline with the defaultEnvironmentType of PortablePipelineOptions.
 */
const JAVA_ENVIRONMENT = "default_environment_type";

/** What the file has to run; `options` are those of the command line, which the file's own override. */
export function contentOf(document: BeamPipelineDocument, options: PipelineOptions = {}): PipelineContent {
  const named = document.transforms.map(({ type, name, site }) => ({ type, name: name ?? type ?? "a transform", site }));
  const pipeline = document.root?.entries.get("pipeline");
  return {
    types: [...new Set(named.flatMap(({ type }) => (type === undefined ? [] : [type])))],
    java: javaTransforms(document).map(({ name, type }) => name ?? type ?? "a transform"),
    javaEnvironment: textOf(siteAt(document, ["options", JAVA_ENVIRONMENT])) ?? options[JAVA_ENVIRONMENT]?.toString(),
    errorOutputs: named.filter(({ site }) => site.entries.get("config")?.entries.has("error_handling")).map(({ name }) => name),
    ends: pipeline ? endsIn(pipeline) : [],
  };
}

const nameOf = (site: ValueSite): string => textOf(site.entries.get("name")) ?? textOf(site.entries.get("type")) ?? "a transform";

/** Ends of a pipeline or composite. Source: Beam 2.77, yaml_transform.py: in a chain each transform reads the one before. */
function endsIn(holder: ValueSite): string[] {
  const list = (key: string) => holder.entries.get(key)?.items.filter(({ kind }) => kind === "map") ?? [];
  const [source, sink] = ["source", "sink"].map((key) => holder.entries.get(key));
  const transforms = list("transforms");
  const isChain = textOf(holder.entries.get("type")) === "chain" || source !== undefined || sink !== undefined;
  const last = sink ?? transforms.at(-1) ?? source;
  const own = isChain ? (last ? [last] : []) : unread(transforms, holder);
  return [...own, ...unread(list("extra_transforms"), holder)].flatMap((site) => (isComposite(site) ? insideOf(site) : [nameOf(site)]));
}

const isComposite = (site: ValueSite): boolean => ["composite", "chain"].includes(textOf(site.entries.get("type")) ?? "");

/** What ends within a composite that nothing reads; one whose inner ends are unknown ends once. */
function insideOf(site: ValueSite): string[] {
  const inner = endsIn(site);
  return inner.length > 0 ? inner : [nameOf(site)];
}

/** Transforms that neither another one nor the output of their composite reads. */
function unread(transforms: readonly ValueSite[], holder: ValueSite): ValueSite[] {
  const read = new Set([...transforms.map((site) => site.entries.get("input")), holder.entries.get("output")].flatMap(referencesIn));
  const names = (site: ValueSite) => [textOf(site.entries.get("name")), textOf(site.entries.get("type"))];
  return transforms.filter((site) => !names(site).some((name) => name !== undefined && read.has(name)));
}

function referencesIn(input: ValueSite | undefined): string[] {
  if (!input) return [];
  const texts = [input, ...input.items, ...input.entries.values()].flatMap((site) => textOf(site) ?? []);
  return texts.flatMap((text) => [text, text.replace(/\.[^.]*$/, "")]);
}
