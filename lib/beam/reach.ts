/** What expanding and running a file needs besides the file: Java, packages, addresses, and whether it ever ends. */

import type { BeamPipelineDocument } from "./document";
import { factsOf } from "./graph";
import type { ValueSite } from "./node";
import { type TransformSite, textOf } from "./shape";

/** Providers whose transforms a Java process expands. */
const JAVA_PROVIDERS: ReadonlySet<string> = new Set(["javaJar", "mavenJar", "beamJar"]);

/** Python in name, expanded by Beam's managed I/O, which is Java. Source: Beam 2.77, standard_io.yaml (`managed` transforms). */
const MANAGED = new Set(["ReadFromIceberg", "WriteToIceberg", "ReadFromDelta", "WriteToDelta", "ReadFromDeltaCDC"]);

/** Transforms that Java expands. */
export function javaTransforms(document: BeamPipelineDocument): TransformSite[] {
  const declared = new Map(document.providers.flatMap(({ type, transforms }) => Object.keys(transforms).map((name) => [name, type])));
  return document.transforms.filter((transform) => {
    const { type } = transform;
    if (type === undefined) return false;
    if (declared.has(type)) return JAVA_PROVIDERS.has(declared.get(type) ?? "");
    return MANAGED.has(type) || factsOf(transform)?.language === "java";
  });
}

/** Names that the file's Jinja includes. */
export function templatesOf({ text }: BeamPipelineDocument): { readonly name: string; readonly start: number }[] {
  return [...text.matchAll(/\{%[-+]?\s*(?:include|import|from|extends)\s+["']([^"']+)["']/g)].map((found) => ({
    name: found[1] ?? "",
    start: found.index,
  }));
}

/** The scheme of a URI. `file:` is none: it is a path. */
export function schemeOf(text: string): string | undefined {
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  return scheme === "file" ? undefined : scheme;
}

/** Entries of `providers` that are other files. */
function includesOf(document: BeamPipelineDocument): ValueSite[] {
  return document.providers.flatMap(({ site }) => site.entries.get("include") ?? []).filter((site) => textOf(site) !== undefined);
}

/**
 * Schemes of all URIs in the file: what it includes, and what its transforms name, which look for it while the file is expanded.
 *
 * @param more texts that Jinja puts into it
 */
export function uriSchemes(document: BeamPipelineDocument, more: readonly string[] = []): string[] {
  const texts = [
    ...more,
    ...templatesOf(document).map(({ name }) => name),
    ...document.values.map((site) => textOf(site) ?? (site.kind === "unknown" ? literalStart(document, site) : "")),
  ];
  return [...new Set(texts.map(schemeOf))].filter((scheme) => scheme !== undefined);
}

/** `gs://{{ bucket }}/x` has a scheme all the same. */
function literalStart({ text }: BeamPipelineDocument, { start, end }: ValueSite): string {
  return text.slice(start, Math.min(end, start + 40)).replace(/^["']/, "");
}

/** A page that expanding the file reads by HTTP: included files, and jars. */
export function webAddresses(document: BeamPipelineDocument): string[] {
  const jars = document.providers.flatMap(({ site }) => [...(site.entries.get("config")?.entries.values() ?? [])]);
  const texts = [...templatesOf(document).map(({ name }) => name), ...[...includesOf(document), ...jars].map((site) => textOf(site) ?? "")];
  return texts.filter((text) => /^https?:\/\//i.test(text));
}

/** A service that expands transforms, by host and port. */
export interface ExpansionService {
  readonly site: ValueSite;
  readonly host: string;
  readonly port: number;
}

/** Addresses of `remote` providers. */
export function expansionServices(document: BeamPipelineDocument): ExpansionService[] {
  return document.providers.flatMap(({ type, site }) => {
    const address = site.entries.get("config")?.entries.get("address");
    const found = type === "remote" ? /^(?:[a-z+]+:\/\/)?([\w.-]+):(\d{1,5})$/.exec(textOf(address) ?? "") : undefined;
    return address && found?.[1] !== undefined ? [{ site: address, host: found[1], port: Number(found[2]) }] : [];
  });
}

/** Options that name packages, which are staged for the workers. */
const PACKAGE_OPTIONS = ["extra_package", "extra_packages", "setup_file", "requirements_file", "files_to_stage"] as const;

/** Values of options that name packages. */
export function packageOptions({ root }: BeamPipelineDocument): ValueSite[] {
  const options = root?.entries.get("options");
  return PACKAGE_OPTIONS.flatMap((name) => options?.entries.get(name) ?? []);
}

/** Transforms with Python packages of their own. Source: Beam 2.77, yaml_mapping.py: an environment is made with pip. */
export function dependencies(document: BeamPipelineDocument): ValueSite[] {
  return document.transforms.flatMap(({ site }) => site.entries.get("config")?.entries.get("dependencies") ?? []);
}

/** Does expanding the file fetch packages or jars? Source: Beam 2.77, yaml_provider.py and stager.py. */
export function fetchesPackages(document: BeamPipelineDocument): boolean {
  return (
    document.providers.some(({ type, packages }) => packages || type === "pythonPackage" || JAVA_PROVIDERS.has(type ?? "")) ||
    packageOptions(document).some(({ path }) => path[1] === "requirements_file" || path[1] === "setup_file") ||
    dependencies(document).length > 0 ||
    webAddresses(document).length > 0 ||
    javaTransforms(document).length > 0
  );
}

/** Python classes that the file's providers name and Beam does not bring: they must be in the image. */
export function foreignPythonClasses(document: BeamPipelineDocument): string[] {
  const names = document.providers
    .filter((provider) => provider.type === "python" && !provider.packages && provider.collection === undefined)
    .flatMap((provider) => Object.values(provider.transforms))
    .filter((name) => /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(name) && !name.startsWith("apache_beam."));
  return [...new Set(names)].sort();
}

/** Sources without an end, and the fields that give them one. Source: Beam 2.77, standard_io.yaml and the I/O's own documentation. */
const UNBOUNDED: Readonly<Record<string, readonly string[]>> = {
  ReadFromKafka: ["max_read_time_seconds"],
  ReadFromPubSub: [],
  ReadFromPubSubLite: [],
  ReadFromKinesis: ["max_num_records", "max_read_time"],
  ReadFromDebezium: ["max_number_of_records", "max_time_to_run"],
  ReadFromJms: ["max_num_records", "max_read_time_seconds"],
  ReadFromIbmMQ: ["max_num_records", "max_read_time_seconds"],
  ReadFromSpannerCDC: ["end_at"],
};

/** Does the file run as a stream that never ends: by its options, or by a source without an end? */
export function isStreaming(document: BeamPipelineDocument): boolean {
  const option = document.root?.entries.get("options")?.entries.get("streaming");
  // The option is a flag of argparse: any text that is not empty turns it on.
  if (option?.scalar === true || (typeof option?.scalar === "string" && option.scalar !== "")) return true;
  const declared = new Set(document.providers.flatMap((provider) => Object.keys(provider.transforms)));
  return document.transforms.some(({ type = "", site }) => {
    const ends = Object.hasOwn(UNBOUNDED, type) && !declared.has(type) ? UNBOUNDED[type] : undefined;
    const config = site.entries.get("config")?.entries;
    if (type === "ReadFromIcebergCDC") return config?.get("streaming")?.scalar === true;
    return ends !== undefined && !ends.some((field) => config?.get(field)?.scalar !== null && config?.has(field));
  });
}
