/** Repairs what a killed engine left in a file backend, so that one rerun converges. */

import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { ConfigError } from "#lib/core/problem";
import { writePrivate } from "../local/files";
import type { StateFiles } from "./backend";

/** Result of a repair. */
export interface Recovery {
  /** For people, one line each. */
  readonly notes: readonly string[];
  /** Whether the engine must refresh before it plans. */
  readonly refresh: boolean;
}

/** A state that was read. */
interface Checkpoint extends JsonObject {
  readonly checkpoint: JsonObject;
}

/** Repairs the state so that the engine continues without questions. */
export function recoverState(files: StateFiles): Recovery {
  if (!existsSync(files.state)) return { notes: [], refresh: false };
  const current = readState(files.state);
  if (!current) return restore(files);
  return clearPending(files, current);
}

/**
 * Drops pending creates: the provider adopts those objects that exist. Other pending operations may have completed
 * without a record, so the engine must refresh.
 */
function clearPending(files: StateFiles, state: Checkpoint): Recovery {
  const latest = state.checkpoint["latest"];
  const pending = isJsonObject(latest) ? latest["pending_operations"] : undefined;
  if (!isJsonObject(latest) || !Array.isArray(pending) || pending.length === 0) return { notes: [], refresh: false };
  const others = pending.filter((operation) => isJsonObject(operation) && operation["type"] !== "creating");
  copyFileSync(files.state, `${files.state}.bak`);
  const { pending_operations: _, ...kept } = latest;
  writePrivate(files.state, JSON.stringify({ ...state, checkpoint: { ...state.checkpoint, latest: kept } }));
  const note = `the last run was killed with ${pending.length} operation${pending.length === 1 ? "" : "s"} under way; this run finishes them`;
  return { notes: [note], refresh: others.length > 0 };
}

function restore(files: StateFiles): Recovery {
  const candidates = [`${files.state}.bak`, ...files.older.flatMap(statesIn)].filter(existsSync);
  const newest = candidates
    .map((path) => ({ path, state: readState(path), time: statSync(path).mtimeMs }))
    .filter(({ state }) => state !== undefined)
    .sort((a, b) => b.time - a.time)[0];
  if (!newest) {
    throw new ConfigError([
      {
        id: "state.damaged",
        path: files.state,
        got: "a state that cannot be read, and no older one beside it",
        allowed: "the JSON document that the engine writes",
        fix: "restore a copy of your own; without one move this file away and run up, which adopts the objects that exist",
      },
    ]);
  }
  copyFileSync(files.state, `${files.state}.damaged`);
  writePrivate(files.state, readFileSync(newest.path, "utf8"));
  const when = new Date(newest.time).toISOString();
  return { notes: [`the state was damaged; restored the one of ${when} (${newest.path}), the damaged one is beside it`], refresh: true };
}

function statesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && !name.endsWith(".history.json"))
    .map((name) => join(folder, name));
}

function readState(path: string): Checkpoint | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isJsonObject(content) && isJsonObject(content["checkpoint"]) ? (content as Checkpoint) : undefined;
  } catch {
    return undefined;
  }
}
