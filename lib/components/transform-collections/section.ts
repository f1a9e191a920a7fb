/** Section `transformCollections` of the environment file. */

import { type LockedCollection, readLock } from "#lib/beam/collection-lock";
import type { Problem, Result } from "#lib/core/problem";
import { section } from "#lib/environment/section";
import { UNUSED } from "./checks";
import { transformCollectionsPin } from "./pin";
import { transformCollectionsSchema } from "./schema";
import { TransformCollection } from "./transform-collection";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Collections of transforms of your own for Beam pipelines, locked with hashes, by name. @default none */
    transformCollections: typeof transformCollectionsSchema;
  }
  interface DeclaredAt {
    transformCollections: "transformCollection";
  }
}

/** Collections of transforms. */
export const transformCollections = section({
  key: "transformCollections",
  stage: "data-preparation",
  pin: transformCollectionsPin,
  schema: transformCollectionsSchema,
  declares: { transformCollection: "" },
  build(collections, site) {
    for (const [name, { lock: file, place }] of Object.entries(collections)) {
      const lock = lockIn(site.files.get(file), file);
      if (lock.ok)
        site.give("transformCollection", name, new TransformCollection(site.part([name]), "Collection", { name, lock: lock.value, place }));
      else for (const { path: _, ...problem } of lock.problems) site.report([name, "lock"], problem);
    }
  },
  finish(collections, site) {
    for (const name of Object.keys(collections)) {
      const collection = site.all("transformCollection").get(name);
      if (collection instanceof TransformCollection && !collection.used) site.report([name], UNUSED);
    }
  },
});

function lockIn(text: string | undefined, file: string): Result<LockedCollection> {
  return text === undefined ? { ok: false, problems: [missingFile(file)] } : readLock(text, file);
}

function missingFile(file: string): Problem {
  return {
    id: "transform-collections.missing-file",
    path: file,
    got: `${JSON.stringify(file)}, which does not exist`,
    allowed: "a file below the folder of environment files",
    fix: "lock the collection there, or correct the path",
  };
}
