/** Files and pages that a pipeline file includes: by Jinja, or as listings of providers. */

import type { Problem } from "#lib/core/problem";
import { type BeamPipelineDocument, readDocument } from "./document";
import { type Finding, problemIn } from "./finding";
import type { ValueSite } from "./node";
import { schemeOf, templatesOf } from "./reach";
import { secretsOf } from "./secrets";
import { textOf } from "./shape";

/** Texts of included files, by the path that they are included by, without `./`. */
export type Includes = Readonly<Record<string, string>>;

/** Listings of providers that the file includes; a listing itself is a list of providers. */
function listingsOf({ root }: BeamPipelineDocument): ValueSite[] {
  const providers = [...(root?.entries.get("providers")?.items ?? []), ...(root?.items ?? [])];
  return providers.flatMap(({ entries }) => entries.get("include") ?? []).filter((site) => textOf(site) !== undefined);
}

/**
 * Paths of files that a text includes and that can travel with the pipeline: those below its own folder.
 *
 * @param at path of the text itself, beside which its listings are. @default the pipeline's own file
 */
export function includedPaths(text: string, at = ""): string[] {
  const document = readDocument(text);
  const folder = at.slice(0, at.lastIndexOf("/") + 1);
  const listings = listingsOf(document).map((site) => ({ name: String(site.scalar), folder }));
  // Source: Beam 2.77, `_BeamFileIOLoader`: Jinja looks in the working directory and beside the pipeline's file.
  const templates = templatesOf(document).map(({ name }) => ({ name, folder: "" }));
  const paths = [...templates, ...listings].flatMap((one) => (isOwn(one.name) ? [one.folder + withoutDot(one.name)] : []));
  return [...new Set(paths)];
}

/** The path by which an included file is known: `./a.yaml` is `a.yaml`. */
export function withoutDot(path: string): string {
  return path.replace(/^(?:\.\/)+/, "");
}

function isOwn(path: string): boolean {
  return schemeOf(path) === undefined && /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w./-]+$/.test(path);
}

/** Paths that are given and that nothing includes. */
export function unusedIncludes(text: string, includes: Includes): string[] {
  const used = new Set([...includedPaths(text), ...Object.entries(includes).flatMap(([path, own]) => includedPaths(own, path))]);
  return Object.keys(includes).filter((path) => !used.has(withoutDot(path)));
}

/** Does an included file hold a secret? Nothing can be lifted out of it: bindings name values of the pipeline's own file. */
export function holdsSecret(text: string): boolean {
  return secretsOf(readDocument(text)).some(({ state }) => state === "clear");
}

/** Pages that the file includes. What they declare runs with the submitter's rights, and may be another thing with each try. */
function webIncludesOf(document: BeamPipelineDocument): ValueSite[] {
  return listingsOf(document).filter((site) => /^https?:/i.test(String(site.scalar)));
}

/** Addresses of pages that a text includes. */
export function pagesOf(text: string): string[] {
  return webIncludesOf(readDocument(text)).map(({ scalar }) => String(scalar));
}

/** Texts by what messages call them, and pages that they may include. */
export interface WebIncludes {
  readonly texts: Readonly<Record<string, string>>;
  readonly allowed: readonly string[];
  /** How pages are allowed: by props, or by options of the command. */
  readonly by: "options" | "props";
  /** What messages call the list of allowed pages. */
  readonly at: string;
}

/** Pages that are included without being allowed, and the other way round. Source: Beam 2.77, `load_providers` opens any URL without a question. */
export function webIncludeProblems({ texts, allowed, by, at }: WebIncludes): Problem[] {
  const found = Object.entries(texts).flatMap(([source, text]) => {
    const document = readDocument(text);
    return webIncludesOf(document).map((site) => ({ document, source, site, page: String(site.scalar) }));
  });
  const refused = found.filter(({ page }) => !allowed.includes(page));
  const unused = allowed.filter((page) => !found.some((one) => one.page === page));
  return [
    ...refused.map(({ document, source, site, page }) => problemIn(document, source, notAllowed(page, site.start, by))),
    ...unused.map((page) => ({
      id: "beam.unused-web-include",
      path: at,
      got: page,
      allowed: "pages that the pipeline's files include",
      fix: "remove it, or correct the address",
    })),
  ];
}

function notAllowed(page: string, start: number, by: WebIncludes["by"]): Finding {
  const allow = by === "options" ? `allow it with --web-include ${page}` : `add ${JSON.stringify(page)} to webIncludes`;
  return {
    id: "beam.include-from-web",
    start,
    got: `the include ${page}, whose providers run with the rights of the submitter`,
    allowed: "files beside the pipeline's file, and pages that are allowed by name",
    fix: `put the file beside the pipeline, or ${allow}`,
    severity: "error",
  };
}
