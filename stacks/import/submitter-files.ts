/** The submitter as text, which a ConfigMap carries. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The package beside the entry. */
const PACKAGE = "beamstack_submitter";

/** The text of `lib/imports/submitter/files.json`: the entry and the modules of the Python package in `folder`. */
export function submitterFilesText(folder: string): string {
  const modules = readdirSync(join(folder, PACKAGE))
    .filter((name) => name.endsWith(".py"))
    .sort()
    .map((name) => `${PACKAGE}/${name}`);
  const files = ["submit.py", ...modules].map((path) => [path, readFileSync(join(folder, path), "utf8")]);
  return `${JSON.stringify(Object.fromEntries(files), null, 1)}\n`;
}
