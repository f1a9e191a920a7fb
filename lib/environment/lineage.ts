/** Lineage: which things of an environment come from which, by the references between them. No product is named here. */

import { compareText } from "#lib/core/order";
import { joinPath } from "#lib/core/schema";
import { roleOf } from "#lib/kube/props";
import type { Declarations } from "./references";
import type { AnySection } from "./section";
import { leaves } from "./walk";

/** Data goes from one thing to another. */
interface LineageLink {
  /** Path of a thing in the environment file, such as `trainer.jobs.bert`. */
  readonly from: string;
  readonly to: string;
  /** Path of the reference. */
  readonly by: string;
}

/** Things of an environment, and how data goes between them. */
export interface Lineage {
  /** Sorted. */
  readonly things: readonly string[];
  /** Sorted by from, then to. */
  readonly links: readonly LineageLink[];
}

/** The lineage of parsed sections, whose references are still names. */
export function lineageOf(values: ReadonlyMap<string, unknown>, sections: readonly AnySection[], declared: Declarations): Lineage {
  const links = sections.flatMap((section) => linksOf(section, values.get(section.key), declared));
  const named = sections.flatMap((section) => thingsOf(section, values.get(section.key)));
  const things = [...new Set([...named, ...links.flatMap(({ from, to }) => [from, to])])].sort(compareText);
  return { things, links: links.sort((a, b) => compareText(`${a.from}\t${a.to}\t${a.by}`, `${b.from}\t${b.to}\t${b.by}`)) };
}

function linksOf({ key, schema, lineage = {} }: AnySection, value: unknown, declared: Declarations): LineageLink[] {
  const { reads = [], writes = [] } = lineage;
  return leaves(schema, value, [key]).flatMap((leaf) => {
    const role = roleOf(leaf.schema);
    const target = role && declared.get(role)?.get(String(leaf.value));
    const path = leaf.path.slice(1);
    const pattern = target === undefined ? undefined : [...reads, ...writes].find((each) => matches(each, path));
    if (target === undefined || pattern === undefined) return [];
    const thing = joinPath(key, path.slice(0, pattern.split(".").indexOf("*") + 1));
    const by = joinPath("", leaf.path);
    return [writes.includes(pattern) ? { from: thing, to: target, by } : { from: target, to: thing, by }];
  });
}

function matches(pattern: string, path: readonly PropertyKey[]): boolean {
  const steps = pattern.split(".");
  return steps.length === path.length && steps.every((step, at) => step === "*" || step === String(path[at]));
}

/** Also those that refer to nothing. */
function thingsOf({ key, lineage = {} }: AnySection, value: unknown): string[] {
  const records = [...(lineage.reads ?? []), ...(lineage.writes ?? [])].map((pattern) =>
    pattern.split(".").slice(0, pattern.split(".").indexOf("*")),
  );
  return records.flatMap((steps) => {
    const record = steps.reduce<unknown>((at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined), value);
    return typeof record === "object" && record !== null ? Object.keys(record).map((name) => joinPath(key, [...steps, name])) : [];
  });
}

/** A thing, and those that follow it in one direction. */
export interface LineageNode {
  readonly thing: string;
  /** References through which data comes or goes; none for the first thing. */
  readonly by: readonly string[];
  readonly next: readonly LineageNode[];
}

/** Where data of a thing comes from, or goes to. A thing that stands above itself already is not followed again. */
export function follow(lineage: Lineage, thing: string, direction: "upstream" | "downstream"): LineageNode {
  const [here, there] = direction === "upstream" ? (["to", "from"] as const) : (["from", "to"] as const);
  const nodeOf = (at: string, by: readonly string[], above: readonly string[]): LineageNode => {
    const links = lineage.links.filter((link) => link[here] === at && !above.includes(link[there]) && link[there] !== at);
    const others = [...new Set(links.map((link) => link[there]))];
    const next = others.map((other) =>
      nodeOf(
        other,
        links.filter((link) => link[there] === other).map((link) => link.by),
        [...above, at],
      ),
    );
    return { thing: at, by, next };
  };
  return nodeOf(thing, [], []);
}

/** Things that data of each thing comes from directly. */
export function upstreamOf({ links }: Lineage): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { from, to } of links) found.set(to, [...new Set([...(found.get(to) ?? []), from])]);
  return found;
}
