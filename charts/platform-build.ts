/** One build of an environment: a chart per stage, sections in the order of their references. */

import type { App } from "cdk8s";
import { Construct } from "constructs";
import { type NamespaceSettings, NetworkKinds, PriorityClasses } from "#lib/components/foundation/index";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bind } from "#lib/environment/references";
import type { AnySection, INamespace, NamespaceNeed, PartOptions, Site } from "#lib/environment/section";
import type { Core } from "#lib/environment/spec";
import { setForeignNamespaces } from "#lib/kube/foreign";
import { setImageRegistry } from "#lib/kube/images";
import { setNetwork } from "#lib/kube/network-settings";
import { setOperatorMode } from "#lib/kube/operator";
import { setPlace } from "#lib/kube/ownership";
import { setPrefix } from "#lib/kube/prefix";
import { addProblems } from "#lib/kube/problems";
import { setPullSecrets } from "#lib/kube/pull-secrets";
import { addRequirements, type Requirement } from "#lib/kube/requirement";
import type { Role, Roles } from "#lib/kube/roles";
import type { Stage } from "#lib/kube/stage";
import { buildOrder } from "./build-order";
import { Namespaces } from "./namespaces";
import { StageChart } from "./stage-chart";
import { addStandIns } from "./stand-ins";

/** Inputs of a build. */
export interface BuildInput {
  readonly core: Core;
  /** Keys of the sections in the file, valid or not. */
  readonly present: ReadonlySet<string>;
  /** Parsed sections by key; references are still names. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, string>;
  readonly sections: readonly AnySection[];
}

/** Builds every section below `app`. */
export class PlatformBuild {
  private readonly charts = new Map<Stage, StageChart>();
  private readonly roles = new Map<Role, Map<string, object>>();
  private readonly namespaces: Namespaces;
  private readonly priorityClasses: PriorityClasses;

  public constructor(
    public readonly app: App,
    private readonly input: BuildInput,
  ) {
    const { core, values, sections } = input;
    setOperatorMode(app, core.operators);
    setNetwork(app, core.network);
    setPrefix(app, core.prefix);
    if (core.imageRegistry !== undefined) this.mirror(core.imageRegistry);
    if (core.imagePullSecrets !== undefined) setPullSecrets(app, core.imagePullSecrets);
    const present = buildOrder(sections.filter(({ key }) => values.has(key)));
    const foreign = foreignNamespaces(present, input);
    setForeignNamespaces(app, [...foreign.keys()]);
    this.priorityClasses = new PriorityClasses(this.chart("foundation"), "PriorityClasses");
    new NetworkKinds(this.chart("foundation"), "NetworkKinds");
    const own = (values.get("namespaces") ?? {}) as Record<string, NamespaceSettings>;
    this.namespaces = new Namespaces(() => this.chart("foundation"), own, foreign);
    const built = present.flatMap((section) => {
      const site = this.siteOf(section);
      const settings = bind(section.schema, values.get(section.key), (role, name) => this.roles.get(role)?.get(name));
      if (settings === undefined) return [];
      section.build(settings as never, site);
      return [{ section, settings: settings as never, site }];
    });
    for (const { section, settings, site } of built) section.finish?.(settings, site);
    this.namespaces.create([...this.players("nodePool").values()]);
  }

  /** Objects registered for a role, by name. */
  public players<R extends Role>(role: R): ReadonlyMap<string, Roles[R]> {
    return (this.roles.get(role) ?? new Map()) as Map<string, Roles[R]>;
  }

  /** Adds stand-ins for what a rehearsal requires. @returns whether there was any */
  public standIn(requires: readonly Requirement[]): boolean {
    return addStandIns(this.chart("foundation"), requires, this.input.sections);
  }

  private mirror(host: string): void {
    setImageRegistry(this.app, host);
    addRequirements(this.app, [
      { type: "registry", name: host, purpose: "mirror of every image of the environment", source: "imageRegistry" },
    ]);
  }

  private chart(stage: Stage): StageChart {
    const chart = this.charts.get(stage) ?? new StageChart(this.app, stage);
    this.charts.set(stage, chart);
    return chart;
  }

  private siteOf({ key, stage }: AnySection): Site {
    const chart = this.chart(stage);
    const offered = this.input.sections.filter((each) => this.input.present.has(each.key));
    const at = (path: readonly PropertyKey[]) => joinPath(key, path);
    return {
      chart,
      environment: this.input.core,
      files: this.input.files,
      priorityClasses: this.priorityClasses,
      tree: this.app,
      part: (path, options = {}) => this.part(chart, at(path), options),
      namespace: (name, path, need) => this.namespace(name, at(path), need),
      give: (role, name, player) => void this.playersOf(role).set(name, player),
      all: (role) => this.players(role),
      offers: (role, by) =>
        offered.some((each) => (by ?? each.key) === each.key && (each.gives?.includes(role) || role in (each.declares ?? {}))),
      report: (path, problem) => addProblems(chart, [{ ...problem, path: at(path) } satisfies Problem]),
    };
  }

  private playersOf(role: Role): Map<string, object> {
    const players = this.roles.get(role) ?? new Map<string, object>();
    this.roles.set(role, players);
    return players;
  }

  private namespace(name: string, source: string, need?: NamespaceNeed): INamespace {
    return this.namespaces.need(name, source, need);
  }

  private part(chart: StageChart, source: string, options: PartOptions): Construct {
    if (options.namespace !== undefined) this.namespace(options.namespace, source);
    const part = new Construct(chart, source);
    setPlace(part, { ...options, source });
    return part;
  }
}

/** Namespaces of operators that exist, each with the path of its operator's props. Simulated operators are all ours. */
function foreignNamespaces(present: readonly AnySection[], { core, values }: BuildInput): ReadonlyMap<string, string> {
  if (core.operators === "simulated") return new Map();
  const found = present.flatMap(({ key, foreign }) => {
    const named = foreign?.(values.get(key) as never) ?? [];
    return named.map(({ namespace, path }) => [namespace, joinPath(key, path)] as const);
  });
  return new Map(found);
}
