/** Rules on collections that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { nameProblems } from "#lib/kube/name-problems";
import type { TransformCollectionSettings } from "./schema";

/** Job `<name>-install-<8 characters>` is a label of 63; claims and volumes are shorter. */
const NAME = { thing: "collection", most: 40 };

/** Problems of a collection; `path` is its path in the file. */
export function collectionProblems(name: string, { lock }: TransformCollectionSettings, path: string): Problem[] {
  return [...nameProblems(name, NAME, { id: "transform-collections.name", path }), ...incomplete(lock, path)];
}

/** The lock lists the package of the collection itself, too: it is installed like all others. */
function incomplete({ package: own, packages, transforms }: TransformCollectionSettings["lock"], path: string): Problem[] {
  const listed = packages.some((each) => each.package === own);
  if (listed && Object.keys(transforms).length > 0) return [];
  return [
    {
      id: "transform-collections.incomplete-lock",
      path: `${path}.lock`,
      got: listed ? "a lock without transforms" : `a lock whose packages lack ${own}`,
      allowed: "a lock as the command writes it",
      fix: "lock the collection again",
    },
  ];
}

/** A collection that nothing uses makes nothing. */
export const UNUSED = {
  id: "transform-collections.unused",
  got: "a collection that no pipeline has",
  allowed: "a collection that is listed in collections of a pipeline",
  fix: "list it, or remove it",
  severity: "warning",
} as const;
