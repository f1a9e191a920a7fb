/** What Beam refuses while it expands a file, told without Beam: an error, where a file that only is imported has a warning. */

import { isError, type Problem, type Result } from "#lib/core/problem";
import type { BeamPipelineDocument } from "./document";
import { columnFindings } from "./expansion/columns";
import { configFindings, providerFindings } from "./expansion/config-fields";
import { connectionFindings } from "./expansion/connections";
import { levelsBelow, pipelineLevel } from "./expansion/levels";
import { windowingFindings } from "./expansion/windowing";
import { type Finding, problemIn } from "./finding";
import type { FindingContext } from "./findings";
import { importPipeline } from "./import-pipeline";

/** Findings of an import for which Beam refuses the file. */
const REFUSED: ReadonlySet<string> = new Set([
  "beam.ambiguous-input",
  "beam.schema",
  "beam.undefined-variable",
  "beam.unknown-input",
  "beam.unknown-language",
  "beam.unknown-transform",
]);

/**
 * Reads a pipeline file as strictly as Beam expands it.
 *
 * @param source what problems call it
 */
export function validatePipeline(text: string, source: string, context?: FindingContext): Result<BeamPipelineDocument> {
  const imported = importPipeline(text, source, context);
  if (!imported.ok) return imported;
  const document = imported.value;
  const strict = imported.warnings.map((problem): Problem => (REFUSED.has(problem.id) ? { ...problem, severity: "error" } : problem));
  const places = new Set(strict.filter(isError).map(({ path }) => path));
  const found = expansionFindings(document).map((finding) => problemIn(document, source, finding));
  const problems = [...strict, ...found.filter(({ path }) => !places.has(path))];
  return problems.some(isError) ? { ok: false, problems } : { ok: true, value: document, warnings: problems };
}

/** Everything that the facts of Beam's transforms tell and its schema of files does not. */
function expansionFindings(document: BeamPipelineDocument): Finding[] {
  const level = pipelineLevel(document);
  if (!level) return [];
  const levels = levelsBelow(level);
  const windowing = levels.flatMap(({ site }) => site.entries.get("windowing") ?? []);
  return [
    ...providerFindings(document),
    ...levels.flatMap((each) => [
      ...connectionFindings(document, each),
      ...columnFindings(document, each),
      ...each.steps.flatMap((step) => (step.inner ? [] : configFindings(document, step))),
    ]),
    ...windowing.flatMap((site) => windowingFindings(document, site)),
  ].sort((a, b) => a.start - b.start);
}
