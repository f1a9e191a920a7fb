/** Reads what a path holds without following a symbolic link. */

import { lstatSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { digestText } from "#lib/core/digest";
import { compareText } from "#lib/core/order";

/** What a path holds. */
export type OnDisk =
  | { readonly type: "absent" | "folder" | "symbolic link" | "special file" }
  | { readonly type: "file"; readonly digest: string };

/** What `path` itself holds. */
export function lookAt(path: string): OnDisk {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return { type: "absent" };
  if (found.isSymbolicLink()) return { type: "symbolic link" };
  if (found.isDirectory()) return { type: "folder" };
  if (!found.isFile()) return { type: "special file" };
  return { type: "file", digest: digestText(readFileSync(path, "utf8")) };
}

/** Every parent folder of these relative paths, outermost first, each once. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort(compareText);
}
