/** Namespaces of an environment: requirements of components are merged, and each namespace is created once. */

import { Construct } from "constructs";
import { type NamespaceSettings, PlatformNamespace } from "#lib/components/foundation/index";
import { DEFAULT_QUOTA } from "#lib/components/foundation/quota";
import type { Problem } from "#lib/core/problem";
import type { INamespace, NamespaceNeed } from "#lib/environment/section";
import { type INodePool, totalCapacity } from "#lib/kube/node-pool";
import { setPlace } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";

/** A requested namespace; its objects are created when all requirements are known. */
class NeededNamespace extends Construct implements INamespace {
  public readonly needs: NamespaceNeed[] = [];

  public constructor(
    scope: Construct,
    public readonly name: string,
    source: string,
  ) {
    super(scope, `Namespace-${name}`);
    setPlace(this, { source });
  }
}

/** Every namespace of an environment. */
export class Namespaces {
  private readonly known = new Map<string, NeededNamespace>();

  public constructor(
    private readonly chart: () => Construct,
    /** Settings of namespaces in the environment file. */
    private readonly own: Readonly<Record<string, NamespaceSettings>>,
    /** Namespaces of operators that exist: they are not created. By name, with the path of the operator's props. */
    private readonly foreign: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** The namespace of this name. `source` is the path of the first request. */
  public need(name: string, source: string, need: NamespaceNeed = {}): INamespace {
    const namespace = this.known.get(name) ?? new NeededNamespace(this.chart(), name, this.own[name] ? `namespaces.${name}` : source);
    this.known.set(name, namespace);
    const owner = this.foreign.get(name);
    if (owner !== undefined && source !== owner && !source.startsWith(`${owner}.`))
      addProblems(namespace, [foreignNamespace(name, owner, source)]);
    namespace.needs.push(need);
    return namespace;
  }

  /** Creates the objects of every namespace. The default quota is the capacity of all pools. */
  public create(pools: readonly INodePool[]): void {
    // The capacity of a pool with wrong props is unknown.
    const sound = pools.filter(({ capacity }) => capacity.nodes > 0);
    const quota = sound.length === 0 ? {} : totalCapacity(sound);
    const nodes = sound.reduce((total, { capacity }) => total + capacity.nodes, 0);
    for (const namespace of this.known.values()) {
      if (this.foreign.has(namespace.name)) continue;
      const own = this.own[namespace.name];
      const needed = podSecurityOf(namespace);
      const given = own && levelOf(own.podSecurity);
      if (needed && given && LEVELS.indexOf(given) < LEVELS.indexOf(needed.level))
        addProblems(namespace, [refusedNeed(namespace.name, given, needed.reason)]);
      new PlatformNamespace(namespace, "Resource", {
        ...(needed && { podSecurity: needed }),
        ...own,
        name: namespace.name,
        labels: Object.assign({}, ...namespace.needs.map(({ labels }) => labels)),
        quota: { ...quota, ...podQuota(namespace, nodes), ...own?.quota },
      });
    }
  }
}

/** Pods of DaemonSets count, too: where they are more than the default quota, it grows with the nodes. */
function podQuota({ needs }: NeededNamespace, nodes: number): { readonly pods?: number } {
  const perNode = needs.reduce((total, { podsPerNode = 0 }) => total + podsPerNode, 0);
  const pods = Math.ceil(perNode * nodes * ROLLOUT_ROOM);
  return pods > DEFAULT_QUOTA.pods ? { pods } : {};
}

/** Room for other pods, and for the pods of a rollout. */
const ROLLOUT_ROOM = 1.25;

/** Pod Security levels, the strictest first. */
const LEVELS = ["restricted", "baseline", "privileged"] as const;

function levelOf(podSecurity: NamespaceSettings["podSecurity"]): (typeof LEVELS)[number] | undefined {
  return typeof podSecurity === "object" ? podSecurity.level : podSecurity;
}

/** The weakest Pod Security level that a component needs, with every reason. */
function podSecurityOf({ needs }: NeededNamespace): NamespaceNeed["podSecurity"] {
  const found = needs.flatMap(({ podSecurity }) => podSecurity ?? []);
  if (found.length === 0) return undefined;
  const level = found.some((need) => need.level === "privileged") ? "privileged" : "baseline";
  return { level, reason: [...new Set(found.map(({ reason }) => reason))].join("; ") };
}

function foreignNamespace(name: string, owner: string, path: string): Problem {
  return {
    id: "environment.foreign-namespace",
    path,
    got: `the namespace ${name}, where ${owner} exists already`,
    allowed: "namespaces of this environment",
    fix: "set another namespace, so that quotas and network policies of this environment hold there",
  };
}

function refusedNeed(name: string, given: string, reason: string): Problem {
  return {
    id: "environment.namespace-conflict",
    path: `namespaces.${name}.podSecurity`,
    got: `${JSON.stringify(given)} on a namespace whose pods need more`,
    allowed: `a level that admits its pods: ${reason}`,
    fix: "remove podSecurity, or disable the components that need a lower level",
  };
}
