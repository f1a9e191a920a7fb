/** A platform: a list of sections, company defaults and patches. It turns an environment file into a release. No product is named here. */

import { App } from "cdk8s";
import type { RuleException } from "#lib/checks/context";
import { checkedRelease } from "#lib/checks/index";
import { catalog } from "#lib/components/registry";
import { isError, type Problem, type Result, sortProblems } from "#lib/core/problem";
import { filesNamedBy } from "#lib/environment/files";
import { type Lineage, lineageOf, upstreamOf } from "#lib/environment/lineage";
import { coreOf, parseEnvironment } from "#lib/environment/parse";
import type { AnySection } from "#lib/environment/section";
import { type Core, coreSchema } from "#lib/environment/spec";
import type { Defaults } from "#lib/environment/with-defaults";
import { foreignNamespacesOf } from "#lib/kube/foreign";
import { type SimulatedNode, simulatedNodes } from "#lib/kube/node-pool";
import type { OwnedKind } from "#lib/kube/pin";
import type { Patch } from "#lib/release/patch";
import type { Release } from "#lib/release/release";
import { type BuildInput, PlatformBuild } from "./platform-build";
import { synthesize } from "./synthesize";

/** Props of a {@link Platform}. */
export interface PlatformProps {
  /** Sections of the environment file. @default those of every component of this package */
  readonly sections?: readonly AnySection[];
  /** Company defaults by section: they apply where an environment sets nothing. A default of a record applies to each of its entries. @default none */
  readonly defaults?: Defaults;
  /** Changes of finished objects, recorded in the release as deviations. @default none */
  readonly patch?: readonly Patch[];
  /** Violations of rules that are accepted, each with its reason. @default none */
  readonly exceptions?: readonly RuleException[];
}

/** Inputs of an environment besides the file itself. */
export interface EnvironmentContext {
  /** Text of the environment's files by path; a missing file is absent. @default no files */
  readonly files?: ReadonlyMap<string, string>;
  /** For the embedded control plane in place of the environment's cluster: operators are simulated, and what it requires gets stand-ins. @default false */
  readonly rehearse?: boolean;
}

/** An environment that passed every check. */
export interface Resolved {
  readonly environment: Core;
  readonly release: Release;
  /** How data goes between the things of the file. */
  readonly lineage: Lineage;
  /** Nodes of its pools on a simulated cluster. */
  readonly nodes: readonly SimulatedNode[];
}

/** Turns environment files into releases. */
export interface Platform {
  readonly sections: readonly AnySection[];
  /** Paths of the files that an environment names; the environment may be invalid. */
  filesOf(spec: unknown): string[];
  /** Core keys of an environment, valid or not in its sections; `undefined` if they are wrong. */
  coreOf(spec: unknown): Core | undefined;
  /** The release of an environment, or all its problems. Each file is parsed and compiled once. */
  resolve(spec: unknown, context?: EnvironmentContext): Result<Resolved>;
}

/** Core keys used when those of the file are wrong, so that problems of sections are found too; nothing else uses the result. */
const FALLBACK: Core = { ...coreSchema.parse({ name: "environment", cluster: { type: "embedded" } }), operators: "simulated" };

/** A platform of these sections. */
export function createPlatform({ sections = catalog, defaults, patch = [], exceptions = [] }: PlatformProps = {}): Platform {
  const kinds = sections.flatMap(({ pin }) => pin.kinds);
  return {
    sections,
    filesOf: (spec) => filesNamedBy(spec, sections),
    coreOf: (spec) => (typeof spec === "object" && spec !== null ? coreOf(spec) : undefined),
    resolve: (spec, { files = new Map(), rehearse = false } = {}) => {
      const parsed = parseEnvironment(spec, sections, defaults);
      const core = parsed.core ?? FALLBACK;
      const lineage = lineageOf(parsed.values, sections, parsed.declared);
      const around = { kinds, patch, exceptions, lineage, problems: parsed.problems };
      if (!rehearse) return released({ ...parsed, core, files, sections }, around);
      if (core === parsed.core && core.cluster.type === "embedded") return { ok: false, problems: [nothingToRehearse()] };
      return released({ ...parsed, core: rehearsed(core), files, sections }, around);
    },
  };
}

/** What a platform knows besides the sections, and the problems of the file so far. */
interface Around {
  readonly kinds: readonly OwnedKind[];
  readonly patch: readonly Patch[];
  readonly exceptions: readonly RuleException[];
  readonly lineage: Lineage;
  readonly problems: readonly Problem[];
}

/** The release of a parsed file, or all problems. */
function released(input: BuildInput, { kinds, patch, exceptions, lineage, problems }: Around): Result<Resolved> {
  const { core } = input;
  const build = new PlatformBuild(new App(), input);
  const pools = [...build.players("nodePool").values()];
  const queues = [...build.players("queue").values()];
  const isWrong = problems.some(isError);
  // A patch of what a wrong section leaves out would be a second problem of the same cause.
  const synth = () => synthesize(build.app, core.name, { kinds, patches: isWrong ? [] : patch, upstream: upstreamOf(lineage) });
  const first = synth();
  const result = core.rehearsal && first.ok && build.standIn(first.value.requires) ? synth() : first;
  if (isWrong || !result.ok) return { ok: false, problems: allProblems(problems, result) };
  const checked = checkedRelease(result.value, {
    ...core,
    pools,
    queues,
    kinds,
    existingNamespaces: foreignNamespacesOf(build.app),
    exceptions,
  });
  if (!checked.ok) return checked;
  const { value: release, warnings } = checked;
  return { ok: true, value: { environment: core, release, lineage, nodes: simulatedNodes(pools) }, warnings };
}

function rehearsed(core: Core): Core {
  return { ...core, cluster: { type: "embedded" }, operators: "simulated", rehearsal: true };
}

function nothingToRehearse(): Problem {
  return {
    id: "environment.rehearsal-of-embedded",
    path: "cluster",
    got: "a rehearsal of an environment that runs on an embedded control plane already",
    allowed: "a rehearsal of an environment with a cluster of its own",
    fix: "leave --rehearse out",
  };
}

function allProblems(shape: readonly Problem[], result: Result<Release>): Problem[] {
  return sortProblems([...shape, ...(result.ok ? result.warnings : result.problems)]);
}
