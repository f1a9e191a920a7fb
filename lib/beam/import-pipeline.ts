/**
 * Beam YAML in: the file as it is, with everything worth pointing out. Of what Beam accepts, only a secret that cannot be lifted is
 * refused.
 */

import { isError, type Problem, type Result } from "#lib/core/problem";
import { withCollections } from "./collections";
import { type BeamPipelineDocument, readDocument, siteAt } from "./document";
import { problemIn } from "./finding";
import { type FindingContext, findingsOf } from "./findings";
import { leadingComments } from "./template";
import type { YamlFault } from "./yaml-fault";

const NOTHING: FindingContext = { bindings: {}, variables: {}, secretName: "<pipeline>-secrets", includes: [], by: "props" };

/**
 * Reads a pipeline file.
 *
 * @param text the file
 * @param source what problems call it, such as `pipelines.rag.yaml`
 * @param context what is given to it from outside; nothing by default
 */
export function importPipeline(text: string, source = "pipeline", context: FindingContext = NOTHING): Result<BeamPipelineDocument> {
  const broken = unreadable(text, source);
  if (broken) return { ok: false, problems: [broken] };
  const document = withCollections(readDocument(text), context.collections ?? []);
  const { fault } = document;
  if (fault?.certain) return { ok: false, problems: [notYaml(fault, source)] };
  if (document.form === "yaml" && !document.jinja && !siteAt(document, ["pipeline"])) {
    return { ok: false, problems: [noPipeline(source)] };
  }
  const findings = findingsOf(document, context).map((finding) => problemIn(document, source, finding));
  const problems = [...(fault ? [notYaml(fault, source)] : []), ...findings];
  return problems.some(isError) ? { ok: false, problems } : { ok: true, value: document, warnings: problems };
}

/** What no reader takes: control characters are refused by PyYAML, lone surrogates by every UTF-8 encoder. */
const REFUSED = /[^\P{Cc}\t\n\r\x85]|\p{Cs}|[\ufffe\uffff]/u;

/** Beam drops comments before the first line, with whatever is in them. */
function unreadable(text: string, source: string): Problem | undefined {
  const from = leadingComments(text);
  const found = text.slice(from).search(REFUSED);
  const at = found < 0 ? -1 : from + found;
  if (text.trim() !== "" && at < 0) return undefined;
  const problem = {
    id: "beam.unreadable-file",
    got: at < 0 ? "an empty file" : `the character U+${text.charCodeAt(at).toString(16).padStart(4, "0").toUpperCase()}`,
    allowed: "Beam YAML: printable text with a pipeline in it",
    fix: at < 0 ? "write a pipeline into the file" : "remove the character",
  };
  return at < 0 ? { ...problem, path: source } : problemIn({ text }, source, { ...problem, start: at, severity: "error" });
}

/** A warning where Beam may read it all the same. */
function notYaml({ line, column, what, certain }: YamlFault, source: string): Problem {
  return {
    id: "beam.not-yaml",
    path: `${source}:${line}:${column}`,
    got: what,
    allowed: "YAML 1.1, or Jinja that renders to YAML",
    fix: certain ? "correct the line" : "correct or rewrite the line: until then, nothing in the file can be checked or bound",
    ...(!certain && { severity: "warning" }),
  };
}

function noPipeline(source: string): Problem {
  return {
    id: "beam.no-pipeline",
    path: source,
    got: "a file without the key pipeline",
    allowed: "Beam YAML: a mapping with the key pipeline",
    fix: "put the transforms under pipeline: transforms:",
  };
}
