/** The list of files that a run wrote, kept beside them: files that are not on it are foreign. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { sortKeys } from "#lib/core/json";
import type { Result } from "#lib/core/problem";
import { schemaProblems } from "#lib/core/schema-problems";
import { codeOf } from "../../../local/local-error";
import { lookAt } from "./on-disk";

/** Name of the list in the root of the tree; its extension is one that `kubectl apply -R` ignores. */
export const LIST_FILE = ".beamstack-iac-files";

const API_VERSION = "beamstack-iac/v1";

/** A path that stays below its root: no empty part, no `.`, no `..`, no backslash. */
const pathSchema = z.string().regex(/^(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}]+(?:\/(?!$)|$))+$/u, { error: "a relative path without . and .." });
const digestsSchema = z.record(pathSchema, z.string().regex(/^[0-9a-f]{64}$/, { error: "a SHA-256 in hex" }));
const listSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal("TreeList"),
  environment: z.string().optional(),
  files: digestsSchema,
  pending: digestsSchema.optional(),
});

/** Digest of each file by its path. */
export interface TreeList {
  /** Environment that owns the files. @default none: nothing was written yet */
  readonly environment?: string;
  /** Files of the last complete run. */
  readonly files: Readonly<Record<string, string>>;
  /** Files of an unfinished run. @default no such run */
  readonly pending?: Readonly<Record<string, string>>;
}

/** The text of a list. */
export function listText(list: TreeList): string {
  const document = { apiVersion: API_VERSION, kind: "TreeList", ...list };
  return `${JSON.stringify(sortKeys(document), null, 2)}\n`;
}

/** The list below `root`; empty if there is none. */
export function readList(root: string): Result<TreeList> {
  const path = join(root, LIST_FILE);
  const found = lookAt(path);
  if (found.type === "absent") return { ok: true, value: { files: {} }, warnings: [] };
  if (found.type !== "file") return unreadable(`a ${found.type}`);
  const content = parsed(path);
  if (schemaProblems(listSchema, content).length > 0) return unreadable("a file with other content");
  const { environment, files, pending } = listSchema.parse(content);
  return { ok: true, value: { files, ...(environment !== undefined && { environment }), ...(pending && { pending }) }, warnings: [] };
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (thrown) {
    if (codeOf(thrown) !== undefined) throw thrown;
    return undefined;
  }
}

function unreadable(got: string): Result<TreeList> {
  const problem = {
    id: "synth.unreadable-list",
    path: LIST_FILE,
    got,
    allowed: "the list that an earlier run wrote",
    fix: "restore it, or choose an empty folder",
  };
  return { ok: false, problems: [problem] };
}
