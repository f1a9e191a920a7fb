/** Secrets that a release makes from what users encrypted or keep in a store, without a key that something needs. */

import type { Problem } from "#lib/core/problem";
import { groupKind, idOf } from "#lib/kube/object";
import type { ReleaseFile } from "./release";
import { idOfRequirement, madeFor, neededOf, type RequirementParts } from "./requirements";

interface KnownSecret {
  readonly keys: readonly string[];
  /** Path in the environment file that it comes from. */
  readonly source: string;
}

/** A problem for each Secret whose keys are known and lack some. */
export function secretsWithoutKeys(parts: RequirementParts, files: readonly ReleaseFile[]): Problem[] {
  const known = new Map([...secretsOfObjects(parts), ...files.map(({ secret, source }) => knownSecret({ ...secret, source }))]);
  if (known.size === 0) return [];
  return neededOf(parts, known).flatMap((needed) => {
    const found = known.get(idOfRequirement(needed));
    const missing = (needed.keys ?? []).filter((key) => !found?.keys.includes(key));
    if (!found || missing.length === 0) return [];
    const { name, namespace, sources } = needed;
    return [withoutKeys(`${namespace}/${name}`, { missing, by: sources.filter((each) => each !== found.source), source: found.source })];
  });
}

function secretsOfObjects({ objects, kinds }: RequirementParts): [string, KnownSecret][] {
  return objects.flatMap(({ manifest, source }) => {
    const keys = kinds.get(groupKind(manifest))?.secretKeysOf?.(manifest);
    return keys ? madeFor(manifest, kinds).map((id): [string, KnownSecret] => [id, { keys, source }]) : [];
  });
}

function knownSecret({ name, namespace, ...rest }: ReleaseFile["secret"] & KnownSecret): [string, KnownSecret] {
  return [idOf("core/Secret", name, namespace), rest];
}

interface Lack {
  readonly missing: readonly string[];
  readonly by: readonly string[];
  readonly source: string;
}

function withoutKeys(secret: string, { missing, by, source }: Lack): Problem {
  return {
    id: "release.secret-without-key",
    path: source,
    got: `the Secret ${secret} without ${missing.join(", ")}`,
    allowed: `one with every key that is read: ${by.join(", ")}`,
    fix: "add the key to the Secret, or correct the name of the key where it is needed",
  };
}
