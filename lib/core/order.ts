/** Orders that never depend on insertion, locale or chance. */

/** Compares by UTF-16 code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A cycle found while ordering: the ids along it, the first one repeated at the end. */
export class CycleError extends Error {
  public constructor(public readonly cycle: readonly string[]) {
    super(`dependency cycle: ${cycle.join(" -> ")}`);
    this.name = "CycleError";
  }
}

/**
 * Levels of a dependency graph: level 0 depends on nothing, level n only on lower levels.
 *
 * @param nodes every id
 * @param dependsOn for an id, the ids it depends on; ids that are not nodes are ignored
 * @returns for each id its level
 * @throws CycleError when the graph has a cycle
 */
export function levels(nodes: readonly string[], dependsOn: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const known = new Set(nodes);
  const needs = new Map(nodes.map((node) => [node, new Set((dependsOn.get(node) ?? []).filter((need) => known.has(need)))]));
  const dependents = invert(needs);
  const waiting = new Map([...needs].map(([node, set]) => [node, set.size]));
  const level = new Map<string, number>();
  let ready = nodes.filter((node) => waiting.get(node) === 0);
  for (let depth = 0; ready.length > 0; depth++) {
    for (const node of ready) level.set(node, depth);
    ready = ready.flatMap((node) => release(dependents.get(node) ?? [], waiting));
  }
  if (level.size < known.size) throw new CycleError(findCycle(nodes, level, needs));
  return level;
}

function invert(needs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const [node, set] of needs) {
    for (const need of set) {
      const list = dependents.get(need);
      if (list) list.push(node);
      else dependents.set(need, [node]);
    }
  }
  return dependents;
}

/** Counts one dependency of each as met; returns those that wait for nothing more. */
function release(dependents: readonly string[], waiting: Map<string, number>): string[] {
  return dependents.filter((dependent) => {
    const left = (waiting.get(dependent) ?? 0) - 1;
    waiting.set(dependent, left);
    return left === 0;
  });
}

function findCycle(nodes: readonly string[], done: ReadonlyMap<string, number>, needs: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const trail: string[] = [];
  let at = nodes.find((node) => !done.has(node));
  while (at !== undefined && !trail.includes(at)) {
    trail.push(at);
    at = [...(needs.get(at) ?? [])].find((need) => !done.has(need));
  }
  return at === undefined ? trail : [...trail.slice(trail.indexOf(at)), at];
}
