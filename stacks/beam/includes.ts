/** Files that a pipeline file includes, as they are beside it. */

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Includes, includedPaths, webIncludeProblems } from "#lib/beam/includes";
import { ConfigError } from "#lib/core/problem";

/** Texts of the files below the pipeline's folder that it includes, also by other files. One that is not there is left out. */
export function readIncludes(file: string, text: string, read: (path: string) => string): Includes {
  const found: Record<string, string> = {};
  const waiting = includedPaths(text);
  for (const path of waiting) {
    const place = join(dirname(file), path);
    if (Object.hasOwn(found, path) || !existsSync(place) || !statSync(place).isFile()) continue;
    const own = read(place);
    found[path] = own;
    // The loop goes on with what is added.
    waiting.push(...includedPaths(own, path));
  }
  return found;
}

/**
 * Beam opens pages without a question: here each one is allowed by name.
 *
 * @throws ConfigError for a page that is not allowed, and for one that is allowed and not included
 */
export function refusePages(file: string, text: string, of: { readonly includes: Includes; readonly allowed: readonly string[] }): void {
  const texts = { [file]: text, ...Object.fromEntries(Object.entries(of.includes).map(([path, own]) => [join(dirname(file), path), own])) };
  const problems = webIncludeProblems({ texts, allowed: of.allowed, by: "options", at: "--web-include" });
  if (problems.length > 0) throw new ConfigError(problems);
}
