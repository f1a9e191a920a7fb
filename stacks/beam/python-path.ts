/** Where Python finds the modules that pipelines name. */

import { delimiter, resolve } from "node:path";

/** The value of PYTHONPATH with more folders, first ones first. Programs may run in other folders than the one from which relative paths start. */
export function pythonPathWith(folders: readonly string[]): string {
  return [...folders.map((path) => resolve(path)), process.env["PYTHONPATH"]].filter(Boolean).join(delimiter);
}
