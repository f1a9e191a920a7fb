/** The lock of a collection as data: read from the file that `python -m beamstack_transforms.collection lock` writes. */

import { z } from "zod";
import type { Problem, Result } from "#lib/core/problem";
import { BEAM_SDK_VERSIONS, type BeamSdkVersion, PYTHON_VERSIONS, type PythonVersion } from "#lib/kube/beam-runner";
import type { CollectionLock } from "#lib/kube/transform-collection";

const pinnedSchema = z.string().regex(/^[a-z0-9][a-z0-9-]*==[^\s;]+$/, { error: "name==version" });

const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 of 0-9 and a-f" });

/** A locked collection whose versions are known here. */
export interface LockedCollection extends CollectionLock {
  readonly python: PythonVersion;
  readonly beam: BeamSdkVersion;
}

/** A locked collection. */
export const collectionLockSchema: z.ZodType<LockedCollection, LockedCollection> = z.strictObject({
  /** `name==version` of the collection itself. */
  package: pinnedSchema,
  /** Version of Python that its wheels are for. */
  python: z.enum(PYTHON_VERSIONS),
  /** Version of Beam in the image in which it was locked. */
  beam: z.enum(BEAM_SDK_VERSIONS),
  /** Every package that is installed beside what the image of Beam has, the collection's own one too. */
  packages: z
    .array(
      z.strictObject({
        /** `name==version`. */
        package: pinnedSchema,
        /** Digest of its wheel. */
        hash: digestSchema,
      }),
    )
    .min(1),
  /** Transforms by the names that pipelines call them by. */
  transforms: z.record(
    z.string().regex(/^[A-Za-z]\w*$/, { error: "a name of letters, digits and _" }),
    z.strictObject({
      /** Full name of the class. */
      class: z.string().regex(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/, { error: "the full name of a class" }),
      /** What the class says of itself. @default nothing */
      description: z.string().optional(),
      /** JSON schema of its config. */
      schema: z.record(z.string(), z.json()),
      /** Digest of the source of its module. */
      source: digestSchema,
    }),
  ),
});

/** The packages of a lock for pip, which verifies their hashes: as `requirements.txt` beside the lock. */
export function requirementsOf({ packages }: Pick<CollectionLock, "packages">): string {
  return packages.map(({ package: pinned, hash }) => `${pinned} --hash=${hash}\n`).join("");
}

/** Reads a lock; `path` is what problems call it. */
export function readLock(text: string, path: string): Result<LockedCollection> {
  const parsed = collectionLockSchema.safeParse(json(text));
  if (parsed.success) return { ok: true, value: parsed.data, warnings: [] };
  const [issue] = parsed.error.issues;
  const at = (issue?.path ?? []).join(".");
  const problem: Problem = {
    id: "beam.collection-lock",
    path,
    got: `a file that is no lock of a collection${issue ? `: ${at === "" ? "" : `${at}: `}${issue.message}` : ""}`,
    allowed: "collection.lock.json as the command writes it",
    fix: "lock the collection: python -m beamstack_transforms.collection lock SOURCE OUT, in the image of its runners",
  };
  return { ok: false, problems: [problem] };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
