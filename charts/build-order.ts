/** The build order of sections: a section that gives a role comes before those that use it. */

import { levels } from "#lib/core/order";
import type { AnySection } from "#lib/environment/section";
import { schemasBelow } from "#lib/environment/walk";
import { roleOf } from "#lib/kube/props";
import type { Role } from "#lib/kube/roles";
import { STAGES } from "#lib/kube/stage";

/**
 * Sections in build order: by roles, then by stage, then as listed.
 *
 * @throws CycleError when sections use roles of each other
 */
export function buildOrder(sections: readonly AnySection[]): AnySection[] {
  const givers = new Map<Role, string[]>();
  for (const { key, gives = [], declares = {} } of sections) {
    for (const role of [...gives, ...(Object.keys(declares) as Role[])]) givers.set(role, [...(givers.get(role) ?? []), key]);
  }
  const needs = new Map(
    sections.map((each) => [
      each.key,
      rolesTaken(each)
        .flatMap((role) => givers.get(role) ?? [])
        .filter((key) => key !== each.key),
    ]),
  );
  const level = levels(
    sections.map(({ key }) => key),
    needs,
  );
  const rank = ({ stage }: AnySection) => STAGES.indexOf(stage);
  const done = new Set<string>();
  const ordered: AnySection[] = [];
  const add = (each: AnySection): void => {
    if (done.has(each.key)) return;
    done.add(each.key);
    for (const key of needs.get(each.key) ?? []) for (const giver of sections.filter((one) => one.key === key)) add(giver);
    ordered.push(each);
  };
  for (const each of [...sections].sort((a, b) => rank(a) - rank(b) || (level.get(a.key) ?? 0) - (level.get(b.key) ?? 0))) add(each);
  return ordered;
}

function rolesTaken({ schema, uses = [] }: AnySection): Role[] {
  return [...uses, ...schemasBelow(schema).flatMap((inner) => roleOf(inner) ?? [])];
}
