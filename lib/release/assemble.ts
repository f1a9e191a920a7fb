/** Assembles a {@link Release} from the construct tree: labels, edges, levels, images, digest. */

import { digestText } from "#lib/core/digest";
import { canonicalJson, sortKeys } from "#lib/core/json";
import { compareText, levels } from "#lib/core/order";
import type { Problem } from "#lib/core/problem";
import { isBuiltInGroup } from "#lib/kube/built-in";
import {
  DIGEST_ANNOTATION,
  FIELD_MANAGER_ANNOTATION,
  FORCE_ANNOTATION,
  MANAGED_BY,
  ownerLabels,
  SOURCE_ANNOTATION,
  UPSTREAM_ANNOTATION,
} from "#lib/kube/labels";
import { type GroupKind, groupKind, groupOf, type KubeObject, objectId } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import type { Requirement } from "#lib/kube/requirement";
import { WAIT_FOR_ANNOTATION, WAIT_TIMEOUT_ANNOTATION, waitForAnnotation, waitTimeoutAnnotation } from "#lib/kube/wait-for";
import { dependenciesOf, edgesOf } from "./edges";
import { imagesOf } from "./images";
import { chartId, fileId, type RawChart, type RawFile, type RawObject } from "./raw";
import type { Deviation, Edge, Release, ReleaseChart, ReleaseObject, Retention } from "./release";
import { requirementsIn } from "./requirements";

/** Parts of a release. */
export interface Parts {
  readonly environment: string;
  readonly objects: readonly RawObject[];
  readonly charts: readonly RawChart[];
  /** Files that a tree carries as they are. @default none */
  readonly files?: readonly RawFile[];
  /** Declared by constructs: ids of the dependent and of what it depends on. */
  readonly declared: readonly Edge[];
  /** By kind: ids of objects that must exist first, such as its simulated operator. */
  readonly providers: ReadonlyMap<GroupKind, readonly string[]>;
  /** Custom kinds of every component. */
  readonly kinds: readonly OwnedKind[];
  readonly warnings: readonly Problem[];
  /** Recorded patches. @default none */
  readonly deviations?: readonly Deviation[];
  /** Requirements that components add to those of their objects. @default none */
  readonly requires?: readonly Requirement[];
  /** What the data of each path in the environment file comes from. @default nothing is known of it */
  readonly upstream?: ReadonlyMap<string, readonly string[]>;
}

/** Kinds that `destroy` retains, because deleting them loses data. */
export const RETAINED: ReadonlySet<GroupKind> = new Set<GroupKind>([
  "apiextensions.k8s.io/CustomResourceDefinition",
  "core/PersistentVolumeClaim",
  "core/PersistentVolume",
]);

/**
 * A release from its parts.
 *
 * @throws CycleError when parts depend on each other
 */
export function assemble(parts: Parts): Release {
  const kinds = new Map(parts.kinds.map((owned) => [owned.kind, owned]));
  const stamped = parts.objects.map((raw) => ({ raw, ...stamp(raw, parts, kinds) }));
  const manifests = stamped.map(({ manifest }) => manifest);
  const charts = parts.charts.map((raw) => ({ ...raw, id: chartId(raw) }));
  const edges = edgesOf({ ...parts, objects: manifests, charts, owned: kinds });
  const level = levels([...manifests.map(objectId), ...charts.map(({ id }) => id)], dependenciesOf(edges));
  const keptNamespaces = new Set([
    ...namespacesWithData(stamped, kinds),
    ...charts.filter(keepsNamespace).map(({ namespace }) => namespace),
  ]);
  const objects = stamped.map(({ raw, manifest }): ReleaseObject => {
    const id = objectId(manifest);
    const { stage, component, source } = raw;
    return { id, stage, component, source, level: level.get(id) ?? 0, retention: retentionOf(manifest, keptNamespaces, kinds), manifest };
  });
  const body = {
    environment: parts.environment,
    objects: sortById(objects),
    helmReleases: sortById(charts.map((chart): ReleaseChart => ({ ...chart, level: level.get(chart.id) ?? 0 }))),
    ...(parts.files && parts.files.length > 0 && { files: sortById(parts.files.map((raw) => ({ ...raw, id: fileId(raw), level: 0 }))) }),
    edges,
    images: imagesOf(objects, charts),
    problems: parts.warnings,
    ...(parts.deviations && parts.deviations.length > 0 && { deviations: parts.deviations }),
  };
  const requires = requirementsIn({ objects: body.objects, charts: body.helmReleases, kinds, added: parts.requires ?? [] });
  return { ...body, requires, digest: releaseDigest(body) };
}

/** An object as it is applied. */
interface Stamped {
  readonly manifest: KubeObject;
  /** As JSON, without its own digest. */
  readonly text: string;
}

function stamp(raw: RawObject, { environment, upstream }: Parts, kinds: ReadonlyMap<GroupKind, OwnedKind>): Stamped {
  const { manifest, component, stage, source } = raw;
  const comesFrom = carriesData(manifest) ? upstream?.get(source) : undefined;
  const { labels, annotations, ...meta } = manifest.metadata;
  const readiness = kinds.get(groupKind(manifest))?.readiness;
  const waitFor = readiness && waitForAnnotation(readiness);
  const waitTimeout = waitTimeoutAnnotation(manifest);
  const metadata = {
    ...meta,
    labels: { ...labels, ...ownerLabels({ component, environment, stage }) },
    annotations: {
      ...annotations,
      [SOURCE_ANNOTATION]: source,
      ...(comesFrom && { [UPSTREAM_ANNOTATION]: comesFrom.join(",") }),
      [FIELD_MANAGER_ANNOTATION]: MANAGED_BY,
      [FORCE_ANNOTATION]: "true",
      ...(waitFor && { [WAIT_FOR_ANNOTATION]: waitFor }),
      ...(waitTimeout && { [WAIT_TIMEOUT_ANNOTATION]: waitTimeout }),
    },
  };
  const sorted = sortKeys({ ...manifest, metadata }) as KubeObject;
  const text = JSON.stringify(sorted);
  const signed = sortKeys({ ...sorted.metadata.annotations, [DIGEST_ANNOTATION]: digestText(text) }) as Record<string, string>;
  return { manifest: { ...sorted, metadata: { ...sorted.metadata, annotations: signed } }, text };
}

/** Workloads and custom resources; accounts, policies and configuration are no things of their own. */
function carriesData({ apiVersion }: KubeObject): boolean {
  const group = groupOf(apiVersion);
  return group === "apps" || group === "batch" || !isBuiltInGroup(group);
}

/** The digest of the release is computed from the digests of its objects, so that they are not read twice. */
function releaseDigest({ objects, ...rest }: Omit<Release, "digest" | "requires">): string {
  const lines = objects.map(({ id, stage, component, source, level, retention, manifest }) =>
    [id, stage, component, source, level, retention, manifest.metadata.annotations?.[DIGEST_ANNOTATION]].join("\t"),
  );
  const { edges, helmReleases, images, problems, files = [], deviations = [], ...small } = rest;
  const pairs = edges.map(({ from, to, reason }) => [from, to, reason].join("\t"));
  const text = canonicalJson({
    ...small,
    helmReleases: helmReleases.map(({ chart, ...release }) => ({ ...release, chart: { ...chart } })),
    images: images.map((use) => ({ ...use })),
    problems: problems.map((problem) => ({ ...problem })),
    ...(files.length > 0 && { files: files.map((file) => ({ ...file, secret: { ...file.secret } })) }),
    ...(deviations.length > 0 && { deviations: deviations.map((deviation) => ({ ...deviation })) }),
  });
  return digestText([...lines, ...pairs, text].join("\n"));
}

/** Deleting a namespace deletes everything in it, so one with data is retained: also if the claim that our pods mount was created elsewhere. */
function namespacesWithData(objects: readonly Stamped[], kinds: ReadonlyMap<GroupKind, OwnedKind>): Set<string> {
  const holders = objects.filter(({ manifest, text }) => {
    const kind = groupKind(manifest);
    return RETAINED.has(kind) || kinds.get(kind)?.holdsData === true || CLAIMS.test(text);
  });
  return new Set(holders.flatMap(({ manifest: { metadata } }) => (metadata.namespace === undefined ? [] : [metadata.namespace])));
}

/** JSON keys that refer to or create a claim; inside a string such as a script the quotes would be escaped. */
const CLAIMS = /"(?:persistentVolumeClaim|volumeClaimTemplates?|existingClaim)":/;

function keepsNamespace({ chart, values }: RawChart): boolean {
  return chart.keepsNamespace === true || CLAIMS.test(JSON.stringify(values));
}

function retentionOf(object: KubeObject, keptNamespaces: ReadonlySet<string>, kinds: ReadonlyMap<GroupKind, OwnedKind>): Retention {
  const kind = groupKind(object);
  const { name, namespace = "" } = object.metadata;
  if (kind === "core/Namespace") return keptNamespaces.has(name) ? "retain" : "delete";
  // Kubernetes recreates this one at once; the official provider would wait ten minutes for its deletion.
  if (kind === "core/ServiceAccount" && name === "default") return keptNamespaces.has(namespace) ? "retain" : "cascade";
  return RETAINED.has(kind) || kinds.get(kind)?.deletesData === true ? "retain" : "delete";
}

function sortById<T extends { readonly id: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => compareText(a.id, b.id));
}
