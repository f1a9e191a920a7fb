/** Beam YAML in: the file as it is, with everything worth pointing out. Nothing that Beam accepts is refused. */

import type { Problem, Result } from "#lib/core/problem";
import { type BeamPipelineDocument, readDocument, siteAt } from "./document";
import { findingsOf } from "./findings";
import type { YamlFault } from "./yaml-fault";

/**
 * Reads a pipeline file.
 *
 * @param text the file
 * @param source what problems call it, such as `pipelines.rag.yaml`
 */
export function importPipeline(text: string, source = "pipeline"): Result<BeamPipelineDocument> {
  const broken = unreadable(text, source);
  if (broken) return { ok: false, problems: [broken] };
  const document = readDocument(text);
  const { fault } = document;
  if (fault?.certain) return { ok: false, problems: [notYaml(fault, source)] };
  if (document.form === "yaml" && !document.jinja && !siteAt(document, ["pipeline"])) {
    return { ok: false, problems: [noPipeline(source)] };
  }
  return { ok: true, value: document, warnings: [...(fault ? [notYaml(fault, source)] : []), ...findingsOf(document, source)] };
}

/** What no reader takes: control characters are refused by PyYAML, lone surrogates by every UTF-8 encoder. */
const REFUSED = /[^\P{Cc}\t\n\r\x85]|\p{Cs}|[\ufffe\uffff]/u;

function unreadable(text: string, source: string): Problem | undefined {
  const at = text.search(REFUSED);
  if (text.trim() !== "" && at < 0) return undefined;
  return {
    id: "beam.unreadable-file",
    path: source,
    got: at < 0 ? "an empty file" : `the character U+${text.charCodeAt(at).toString(16).padStart(4, "0").toUpperCase()} at position ${at}`,
    allowed: "Beam YAML: printable text with a pipeline in it",
    fix: at < 0 ? "write a pipeline into the file" : "remove the character",
  };
}

/** A warning where Beam may read it all the same. */
function notYaml({ line, column, what, certain }: YamlFault, source: string): Problem {
  return {
    id: "beam.not-yaml",
    path: `${source}#line ${line}, column ${column}`,
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
