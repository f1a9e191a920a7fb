/** Turns a construct tree into a release: one walk over the tree, without side effects. Rules over finished objects run after it. */

import { ApiObject, type App } from "cdk8s";
import { Dependable, type IConstruct } from "constructs";
import { ownedKinds } from "#lib/components/registry";
import { isError, type Problem, type Result, sortProblems } from "#lib/core/problem";
import { withAcceleratedPods } from "#lib/kube/accelerated-pods";
import { HelmRelease } from "#lib/kube/helm-release";
import { type INodePool, isNodePool } from "#lib/kube/node-pool";
import type { GroupKind, KubeObject } from "#lib/kube/object";
import { objectId } from "#lib/kube/object";
import { Operator } from "#lib/kube/operator";
import { ownerOf } from "#lib/kube/ownership";
import type { OwnedKind } from "#lib/kube/pin";
import { problemsOf } from "#lib/kube/problems";
import { pullSecretsOf, valuesWithPullSecrets, withPullSecrets } from "#lib/kube/pull-secrets";
import { requirementsOf } from "#lib/kube/requirement";
import { stageOf } from "#lib/kube/stage";
import { treeFilesOf } from "#lib/kube/tree-file";
import { assemble } from "#lib/release/assemble";
import { applyPatches, type Patch } from "#lib/release/patch";
import { chartId, type Origin, type RawChart, type RawObject } from "#lib/release/raw";
import type { Edge, Release } from "#lib/release/release";
import { secretsWithoutKeys } from "#lib/release/secret-keys";

/** Options of {@link synthesize}. */
export interface SynthesisOptions {
  /** Custom kinds beyond those of the catalog. @default none */
  readonly kinds?: readonly OwnedKind[];
  /** Changes of finished objects. @default none */
  readonly patches?: readonly Patch[];
  /** What the data of each path in the environment file comes from. @default nothing is known of it */
  readonly upstream?: ReadonlyMap<string, readonly string[]>;
}

/** The release of a construct tree, or what its constructs find wrong. */
export function synthesize(
  app: App,
  environment: string,
  { kinds = [], patches = [], upstream = new Map() }: SynthesisOptions = {},
): Result<Release> {
  const tree = app.node.findAll();
  const problems = sortProblems(tree.flatMap(problemsOf));
  if (problems.some(isError)) return { ok: false, problems };
  const pools = tree.filter(isNodePool);
  const objects = new Map(tree.filter((node) => node instanceof ApiObject).map((node) => [node, rawObject(node, pools)]));
  const charts = new Map(tree.filter((node) => node instanceof HelmRelease).map((node) => [node, rawChart(node)]));
  const patched = applyPatches({ objects: [...objects.values()], charts: [...charts.values()] }, patches);
  const wrong = [...duplicateProblems(patched.objects), ...patched.problems];
  if (wrong.length > 0) return { ok: false, problems: [...problems, ...wrong] };
  const idsBelow = entriesBelow(objects, charts);
  const owned = [...ownedKinds, ...kinds];
  const added = tree.flatMap(requirementsOf);
  const value = assemble({
    environment,
    objects: patched.objects,
    charts: patched.charts,
    files: tree.flatMap((node) => treeFilesOf(node).map((file) => ({ ...originOf(node), ...file }))),
    declared: tree.flatMap((node) => declaredEdges(node, idsBelow)),
    providers: providersOf(tree, idsBelow),
    kinds: owned,
    warnings: problems,
    deviations: patched.deviations,
    requires: added,
    upstream,
  });
  const { files = [], objects: finished, helmReleases } = value;
  const kindsByName = new Map(owned.map((one) => [one.kind, one]));
  const lacking = secretsWithoutKeys({ objects: finished, charts: helmReleases, kinds: kindsByName, added }, files);
  return lacking.length > 0 ? { ok: false, problems: sortProblems([...problems, ...lacking]) } : { ok: true, value, warnings: problems };
}

function rawObject(node: ApiObject, pools: readonly INodePool[]): RawObject {
  const manifest = withAcceleratedPods(node.toJson() as KubeObject, pools);
  return { ...originOf(node), manifest: withPullSecrets(manifest, pullSecretsOf(node)) };
}

function rawChart(node: HelmRelease): RawChart {
  const { name, namespace, chart, provides } = node.props;
  const values = valuesWithPullSecrets(node.props.values, chart, pullSecretsOf(node));
  return { ...originOf(node), name, namespace, chart, values, provides };
}

function originOf(node: IConstruct): Origin {
  return { stage: stageOf(node) ?? "foundation", ...ownerOf(node) };
}

/** Ids of all entries at or below a construct, remembered per construct. */
function entriesBelow(objects: ReadonlyMap<ApiObject, RawObject>, charts: ReadonlyMap<HelmRelease, RawChart>) {
  const known = new Map<IConstruct, readonly string[]>();
  const below = (node: IConstruct): readonly string[] => {
    const remembered = known.get(node);
    if (remembered) return remembered;
    const own = node instanceof ApiObject ? objects.get(node) : undefined;
    const chart = node instanceof HelmRelease ? charts.get(node) : undefined;
    const ids = [...(own ? [objectId(own.manifest)] : []), ...(chart ? [chartId(chart)] : []), ...node.node.children.flatMap(below)];
    known.set(node, ids);
    return ids;
  };
  return below;
}

/** cdk8s dependencies of one construct: everything below it waits for everything below what it depends on. */
function declaredEdges(node: IConstruct, idsBelow: (node: IConstruct) => readonly string[]): Edge[] {
  const targets = node.node.dependencies.flatMap((dependency) => Dependable.of(dependency).dependencyRoots).flatMap(idsBelow);
  if (targets.length === 0) return [];
  return idsBelow(node).flatMap((from) => targets.map((to) => ({ from, to, reason: "declared" })));
}

/** Objects of a simulated operator come before objects of its kinds. */
function providersOf(tree: readonly IConstruct[], idsBelow: (node: IConstruct) => readonly string[]): Map<GroupKind, readonly string[]> {
  const operators = tree.filter((node) => node instanceof Operator);
  return new Map(
    operators.flatMap((operator) => operator.provides.map((kind): [GroupKind, readonly string[]] => [kind, idsBelow(operator)])),
  );
}

function duplicateProblems(objects: readonly RawObject[]): Problem[] {
  const first = new Map<string, RawObject>();
  return objects.flatMap((raw) => {
    const id = objectId(raw.manifest);
    const other = first.get(id);
    if (!other) first.set(id, raw);
    return other ? [duplicate(id, raw, other)] : [];
  });
}

function duplicate(id: string, raw: RawObject, other: RawObject): Problem {
  return {
    id: "release.duplicate-object",
    path: raw.source,
    got: `a second object ${id}; the first is from ${other.source}`,
    allowed: "unique kind, namespace and name",
    fix: "rename one of the two",
  };
}
