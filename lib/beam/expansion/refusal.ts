/** How a rule of Beam's expansion says what Beam refuses. */

import type { BeamPipelineDocument } from "../document";
import type { Finding } from "../finding";
import type { ValueSite } from "../node";
import { bindingName } from "../secrets";

/** What is wrong at a value. */
export type Refusal = Pick<Finding, "id" | "got" | "allowed" | "fix">;

/** A finding at a value that makes Beam refuse the file. */
export function refused(document: BeamPipelineDocument, site: ValueSite, refusal: Refusal, start = site.start): Finding {
  return { ...refusal, start, name: bindingName(document, site.path), severity: "error" };
}

/** What is wrong with a value, and where in it. */
type ValueRefusal = Omit<Refusal, "id"> & { readonly start?: number };

/** A value that a field does not take. */
export function refusedValue(document: BeamPipelineDocument, site: ValueSite, { start, got, allowed, fix }: ValueRefusal): Finding {
  return refused(document, site, { id: "beam.refused-value", got, allowed, fix }, start);
}

/** Windows that Beam does not have. */
export function refusedWindowing(document: BeamPipelineDocument, site: ValueSite, { start, got, allowed, fix }: ValueRefusal): Finding {
  return refused(document, site, { id: "beam.refused-windowing", got, allowed, fix }, start);
}

/** A value as a person writes it. */
export function shown({ kind, scalar }: ValueSite): string {
  return kind === "list" ? "a list" : kind === "map" ? "a mapping" : JSON.stringify(scalar);
}

/** The texts of a list, or of one text. */
export function textsOf(site: ValueSite | undefined): string[] {
  if (!site) return [];
  return (site.kind === "list" ? site.items : [site]).flatMap(({ scalar }) => (typeof scalar === "string" ? [scalar] : []));
}

/** Is everything below known as it stands? */
export function isKnown(site: ValueSite | undefined): boolean {
  if (!site) return true;
  return site.kind !== "unknown" && site.items.every(isKnown) && [...site.entries.values()].every(isKnown);
}
