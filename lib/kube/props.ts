/** Props as schemas: a zod schema is the one declaration of a prop's type, default, reference and documentation. Types and checks are derived from it. */

import type { IConstruct } from "constructs";
import { z } from "zod";
import { ConfigError, type Problem } from "#lib/core/problem";
import { unwrapSchema } from "#lib/core/schema";
import { schemaProblems } from "#lib/core/schema-problems";
import { ownerOf } from "./ownership";
import { addProblems } from "./problems";
import type { Role, Roles } from "./roles";

declare const ROLE: unique symbol;

/** Type of a reference to an object with the role `R`. */
export interface Ref<R extends Role> {
  readonly [ROLE]: R;
}

/** How references are written: as objects, or as names that an environment file declares (`role:name`). */
type References = Objects | string;

declare const OBJECTS: unique symbol;
/** References are objects with the role. */
interface Objects {
  readonly [OBJECTS]: true;
}

/** A reference to an object with the role: in environment files its name, in constructs the object. */
export function ref<const R extends Role>(role: R): z.ZodType<Ref<R>, Ref<R>> {
  return z
    .custom<Ref<R>>((value) => typeof value === "string" || (typeof value === "object" && value !== null), {
      error: `the name of a ${role}`,
    })
    .meta({ role });
}

/** Shows in a compiler error which role has no declared name. */
interface DeclareFirst<R extends Role> {
  readonly role: R;
}

type ReferenceIn<R extends Role, N extends References> = [N] extends [Objects]
  ? Roles[R]
  : string extends N
    ? string
    : [Extract<N, `${R}:${string}`>] extends [never]
      ? DeclareFirst<R>
      : N extends `${R}:${infer Name}`
        ? Name
        : never;

type GivenOptional<S> = { [K in keyof S]: undefined extends z.input<S[K] & z.ZodType> ? K : never }[keyof S];
type FilledOptional<S> = { [K in keyof S]: undefined extends z.output<S[K] & z.ZodType> ? K : never }[keyof S];

/** Input type of the schema `T`. `Pick` keeps the documentation of its keys. */
export type Given<T, N extends References> =
  T extends z.ZodOptional<infer I>
    ? Given<I, N> | undefined
    : T extends z.ZodDefault<infer I> | z.ZodPrefault<infer I>
      ? Given<I, N> | undefined
      : T extends z.ZodObject<infer S>
        ? { readonly [K in keyof Pick<S, Exclude<keyof S, GivenOptional<S>>>]: Given<S[K], N> } & {
            readonly [K in keyof Pick<S, GivenOptional<S>>]?: Given<S[K], N>;
          }
        : T extends z.ZodRecord<infer _K, infer V>
          ? Readonly<Record<string, Given<V, N>>>
          : T extends z.ZodArray<infer I>
            ? readonly Given<I, N>[]
            : T extends z.ZodUnion<infer O>
              ? Given<O[number], N>
              : T extends z.ZodType<infer _O, infer I>
                ? I extends Ref<infer R>
                  ? ReferenceIn<R, N>
                  : I
                : never;

/** Output type of the schema `T`: defaults filled in, references as objects. */
type Filled<T> =
  T extends z.ZodOptional<infer I>
    ? Filled<I> | undefined
    : T extends z.ZodDefault<infer I> | z.ZodPrefault<infer I>
      ? Filled<I>
      : T extends z.ZodObject<infer S>
        ? { readonly [K in keyof Pick<S, Exclude<keyof S, FilledOptional<S>>>]: Filled<S[K]> } & {
            readonly [K in keyof Pick<S, FilledOptional<S>>]?: Filled<S[K]>;
          }
        : T extends z.ZodRecord<infer _K, infer V>
          ? Readonly<Record<string, Filled<V>>>
          : T extends z.ZodArray<infer I>
            ? readonly Filled<I>[]
            : T extends z.ZodUnion<infer O>
              ? Filled<O[number]>
              : T extends z.ZodType<infer O, infer _I>
                ? O extends Ref<infer R>
                  ? Roles[R]
                  : O
                : never;

/** Props that a construct takes: optional where there is a default, references as objects. */
export type PropsOf<T> = Given<T, Objects>;

/** Settings of a construct: its props with every default filled in. */
export type SettingsOf<T> = Filled<T>;

/** The role that a schema refers to, if it is that of a reference. */
export function roleOf(schema: unknown): Role | undefined {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodType ? (inner.meta()?.["role"] as Role | undefined) : undefined;
}

/** Options of {@link settingsOf}. */
export interface SettingsOptions<T> {
  /** Rules that the schema cannot express; called when the props match the schema. `path` is their path. */
  readonly checks?: (settings: SettingsOf<T>, path: string) => readonly Problem[];
}

/**
 * Settings of a construct from its props. Records their problems on the construct. A wrong optional prop counts as absent, so that the other
 * props are checked too.
 *
 * @throws ConfigError when a required prop is wrong
 */
export function settingsOf<T extends z.ZodType>(
  scope: IConstruct,
  schema: T,
  props: PropsOf<T>,
  options: SettingsOptions<T> = {},
): SettingsOf<T> {
  const path = ownerOf(scope).source;
  const parsed = schema.safeParse(props);
  if (parsed.success) {
    const settings = parsed.data as SettingsOf<T>;
    addProblems(scope, options.checks?.(settings, path) ?? []);
    return settings;
  }
  const problems = schemaProblems(schema, props, path);
  const wrong = new Set(
    parsed.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : issue.path.slice(0, 1),
    ),
  );
  const rest = schema.safeParse(Object.fromEntries(Object.entries(props as object).filter(([key]) => !wrong.has(key))));
  if (!rest.success) throw new ConfigError(problems);
  addProblems(scope, problems);
  return rest.data as SettingsOf<T>;
}
