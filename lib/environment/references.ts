/** References between sections: which names exist, which are unknown, and the objects in their place. */

import { z } from "zod";
import type { Problem } from "#lib/core/problem";
import { joinPath, nearest, unwrapSchema } from "#lib/core/schema";
import { roleOf } from "#lib/kube/props";
import type { Role } from "#lib/kube/roles";
import type { AnySection } from "./section";
import { childrenOf, leaves } from "./walk";

/** Names by role, each with the path of its declaration. */
export type Declarations = ReadonlyMap<Role, ReadonlyMap<string, string>>;

/** Declared names of the environment, and a problem for each duplicate. */
export function declarationsOf(
  spec: object,
  sections: readonly AnySection[],
): { readonly declared: Declarations; readonly problems: readonly Problem[] } {
  const declared = new Map<Role, Map<string, string>>();
  const problems: Problem[] = [];
  for (const { role, path, names } of sections.flatMap((section) => placesOf(section, spec))) {
    const known = declared.get(role) ?? new Map<string, string>();
    declared.set(role, known);
    for (const name of names) {
      const at = joinPath(path, [name]);
      const first = known.get(name);
      if (first === undefined) known.set(name, at);
      else problems.push(declaredTwice(name, at, first));
    }
  }
  return { declared, problems };
}

function placesOf({ key, declares = {} }: AnySection, spec: object) {
  return Object.entries(declares).map(([role, below]) => {
    const keys = [key, ...(below === "" ? [] : below.split("."))];
    const value = keys.reduce<unknown>((at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined), spec);
    const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
    return { role: role as Role, path: keys.join("."), names };
  });
}

function declaredTwice(name: string, path: string, first: string): Problem {
  return {
    id: "environment.duplicate-name",
    path,
    got: `the name ${JSON.stringify(name)}, which ${first} already has`,
    allowed: "unique names within a role, because references use them",
    fix: "rename one of the two",
  };
}

/** A problem for each reference below `value` to an undeclared name. The shape of `value` may be wrong. */
export function referenceProblems(section: AnySection, value: unknown, declared: Declarations): Problem[] {
  return leaves(section.schema, value, [section.key]).flatMap((leaf) => {
    const role = roleOf(leaf.schema);
    // Any other type is reported as a problem of the shape.
    if (role === undefined || (typeof leaf.value !== "string" && typeof leaf.value !== "object")) return [];
    if (typeof leaf.value === "string" && declared.get(role)?.has(leaf.value)) return [];
    return [unknownName(leaf.value, joinPath("", leaf.path), declared.get(role) ?? new Map())];
  });
}

function unknownName(name: unknown, path: string, known: ReadonlyMap<string, string>): Problem {
  const near = nearest(String(name), [...known.keys()]);
  return {
    id: "environment.unknown-name",
    path,
    got: JSON.stringify(name) ?? String(name),
    allowed: known.size > 0 ? `one of ${[...known.keys()].join(", ")}` : "a declared name, but the environment declares none",
    fix: near ? `did you mean ${near}?` : "use a declared name, or declare it",
  };
}

/** Marks a value whose reference could not be built. */
const GONE = Symbol("gone");

/** Returns the object with this role and name, if it was built. */
export type Lookup = (role: Role, name: string) => object | undefined;

/**
 * Replaces every reference with its object. Returns `undefined` if a required object was not built; record entries that need
 * it are left out. The cause was already reported.
 */
export function bind(schema: unknown, value: unknown, lookup: Lookup): unknown {
  const bound = boundValue(schema, value, { lookup, isInEntry: false });
  return bound === GONE ? undefined : bound;
}

interface Binding {
  readonly lookup: Lookup;
  /** Inside a record entry: it is left out as a whole, because rules on half an entry would mislead. */
  readonly isInEntry: boolean;
}

function boundValue(schema: unknown, value: unknown, { lookup, isInEntry }: Binding): unknown {
  if (value === undefined || value === null) return value;
  const role = roleOf(schema);
  if (role !== undefined) return lookup(role, String(value)) ?? GONE;
  const children = childrenOf(schema, value);
  if (!children) return value;
  const isRecord = unwrapSchema(schema) instanceof z.ZodRecord;
  const members = children.map(
    (child) => [child.key, boundValue(child.schema, child.value, { lookup, isInEntry: isInEntry || isRecord })] as const,
  );
  const leavesOut = isRecord && !isInEntry;
  if (!leavesOut && members.some(([, member]) => member === GONE)) return GONE;
  if (Array.isArray(value)) return members.map(([, member]) => member);
  return Object.fromEntries(members.filter(([, member]) => member !== GONE && member !== undefined));
}
