/** Rules on the files and pages that a pipeline's file includes. */

import { holdsSecret, type Includes, unusedIncludes, webIncludeProblems } from "#lib/beam/includes";
import type { Problem } from "#lib/core/problem";

/** Includes of a pipeline. */
export interface IncludeContext {
  /** The pipeline's file. */
  readonly text: string;
  /** What messages call the file. */
  readonly source: string;
  readonly includes: Includes;
  readonly webIncludes: readonly string[];
  /** Path of the pipeline's props. */
  readonly path: string;
  /** How its user gives values. */
  readonly by: "options" | "props";
}

/** Problems of what a pipeline includes. */
export function includeProblems({ text, source, includes, webIncludes, path, by }: IncludeContext): Problem[] {
  const at = (name: string) => `${path}.includes[${JSON.stringify(name)}]`;
  const texts = { [source]: text, ...Object.fromEntries(Object.entries(includes).map(([name, own]) => [at(name), own])) };
  const secrets = Object.entries(includes).filter(([, own]) => holdsSecret(own));
  return [
    ...unusedIncludes(text, includes).map((name) => ({
      id: "beam.unused-include",
      path: at(name),
      got: `the file ${name}`,
      allowed: "files that the pipeline's file includes, by the path that it includes them by",
      fix: "remove it, or correct the path",
    })),
    ...secrets.map(([name]) => ({
      id: "beam.secret-in-include",
      path: at(name),
      got: "a plain-text secret in an included file",
      allowed: "a Jinja variable, or a value of the pipeline's own file, out of which secrets are lifted",
      fix: "replace it with a variable such as {{ api_key }}, and give that in variables with secretRef(...)",
    })),
    ...webIncludeProblems({ texts, allowed: webIncludes, by, at: `${path}.webIncludes` }),
  ];
}
