/** Pipelines and what they stand on: where section `pipelines` meets the clusters of sections `flink` and `elasticsearch`. */

import { compilePipeline } from "#lib/components/beam/compile";
import { beamPipelineDefaults } from "#lib/components/beam/props";
import { elasticsearchDefaults } from "#lib/components/elasticsearch/props";
import { type ResolvedSettings, resolveSettings } from "#lib/components/flink/settings";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { SecretRef } from "#lib/core/secret-ref";
import type { PipelineSpec } from "./pipelines";
import type { EnvironmentSpec } from "./spec";

/** What pipelines refer to. */
type Sections = Pick<EnvironmentSpec, "pipelines" | "flink" | "elasticsearch">;

/** One pipeline and what is around it. */
interface Placed {
  readonly path: string;
  readonly spec: PipelineSpec;
  /** Namespace of its Job and its workers. */
  readonly namespace: string;
  readonly cluster: Pick<ResolvedSettings<string>, "taskManager" | "savepointStorage" | "flinkConfiguration">;
  /** Namespaces of the Elasticsearch clusters by name. */
  readonly stores: ReadonlyMap<string, string>;
  /** The file as it is submitted, and whether it has no end of its own; absent where it cannot be compiled, which its own checks report. */
  readonly compiled: { readonly text: string; readonly streaming: boolean } | undefined;
}

const RULES: readonly ((placed: Placed) => Problem[])[] = [
  savepointUpgrades,
  unknownStores,
  moreThanSlots,
  secretsElsewhere,
  storesNotNamed,
  storesElsewhere,
];

/** Everything that is wrong between the pipelines and what they stand on. */
export function pipelineSurroundingsProblems(
  { pipelines = {}, flink, elasticsearch }: Sections,
  files: ReadonlyMap<string, string>,
): Problem[] {
  const clusters = Object.entries(elasticsearch?.clusters ?? {});
  const stores = new Map(clusters.map(([name, { namespace = elasticsearchDefaults.namespace }]) => [name, namespace]));
  return Object.entries(pipelines).flatMap(([name, spec]) => {
    const runner = flink?.clusters[spec.runner];
    // A runner that is not declared has been reported.
    if (!runner) return [];
    const cluster = resolveSettings(runner);
    const path = joinPath("pipelines", [name]);
    const placed = { path, spec, cluster, namespace: cluster.namespace, stores, compiled: compiledOf(name, spec, files) };
    return RULES.flatMap((rule) => rule(placed));
  });
}

function compiledOf(
  name: string,
  { file, runner: _runner, stores: _stores, ...settings }: PipelineSpec,
  files: ReadonlyMap<string, string>,
) {
  const definition = files.get(file);
  const result = definition === undefined ? undefined : compilePipeline({ definition, ...settings }, { name, path: name });
  return result?.ok ? { text: result.value.files["pipeline.yaml"] ?? "", streaming: result.value.streaming } : undefined;
}

/** Flink stops a job with a savepoint only where it has a directory for it: otherwise the upgrade fails when it is already under way. */
function savepointUpgrades({ path, spec: { upgrade, runner }, cluster }: Placed): Problem[] {
  if (upgrade !== "savepoint" || cluster.savepointStorage) return [];
  return [
    {
      id: "pipelines.upgrade-without-savepoint-storage",
      path: joinPath(path, ["upgrade"]),
      got: `"savepoint" on cluster ${runner}, which has no place for savepoints`,
      allowed: '"stateless", or a cluster with storage or savepoints.storage',
      fix: `set ${joinPath("flink.clusters", [runner, "storage"])}, or remove upgrade`,
    },
  ];
}

function unknownStores({ path, spec, stores }: Placed): Problem[] {
  const declared = [...stores.keys()];
  return (spec.stores ?? []).flatMap((store, index) => {
    if (stores.has(store)) return [];
    return [
      {
        id: "pipelines.unknown-store",
        path: joinPath(path, ["stores", index]),
        got: JSON.stringify(store),
        allowed:
          declared.length > 0
            ? `a key of elasticsearch.clusters: ${declared.join(", ")}`
            : "a key of elasticsearch.clusters, and there is none",
        fix: "name a declared cluster, or declare this one below elasticsearch.clusters",
      },
    ];
  });
}

/** A stream's tasks all run at the same time, so Flink waits for slots that never come; a batch job's steps may take turns. */
function moreThanSlots({ path, spec, cluster: { taskManager, flinkConfiguration = {} }, compiled }: Placed): Problem[] {
  const slots = taskManager.maxReplicas * taskManager.slots;
  const { parallelism = beamPipelineDefaults.parallelism } = spec;
  if (parallelism <= slots) return [];
  // This scheduler starts with the slots there are.
  const isAdaptive = flinkConfiguration["jobmanager.scheduler"]?.toLowerCase() === "adaptive";
  return [
    {
      id: "pipelines.parallelism-beyond-slots",
      path: `${path}.parallelism`,
      got: `${parallelism}, on cluster ${spec.runner} with at most ${slots} slots`,
      allowed: `at most ${slots}`,
      fix: `lower it, or raise taskManager.maxReplicas or taskManager.slots of ${joinPath("flink.clusters", [spec.runner])}`,
      ...(!(compiled?.streaming && !isAdaptive) && { severity: "warning" as const }),
    },
  ];
}

/** What ECK writes for clients of a cluster. Source: ECK 3.5.0, elasticsearch/v1/name.go and common/certificates. */
const WRITTEN_BY_ECK = ["elastic-user", "http-certs-public", "http-certs-internal", "http-ca-internal"];

/** ECK writes its Secrets beside the cluster; a pod reads those of its own namespace only. */
function secretsElsewhere({ path, spec, namespace, stores }: Placed): Problem[] {
  const places = [
    ...Object.entries(spec.bindings ?? {}).map(refAt("bindings")),
    ...Object.entries(spec.variables ?? {}).map(refAt("variables")),
  ];
  return places.flatMap(({ at, ref }) => {
    const owner = ref && [...stores].find(([name]) => WRITTEN_BY_ECK.some((suffix) => ref.name === `${name}-es-${suffix}`));
    if (!owner || owner[1] === namespace) return [];
    const [store, home] = owner;
    return [
      {
        id: "pipelines.secret-in-other-namespace",
        path: joinPath(path, at),
        got: `the Secret ${ref.name}, which the operator writes into namespace ${home}`,
        allowed: `a Secret in namespace ${namespace}, where the pipeline runs`,
        fix: `set ${joinPath("elasticsearch.clusters", [store, "namespace"])} to "${namespace}", or copy the Secret there under a name of its own`,
      },
    ];
  });
}

function refAt(section: "bindings" | "variables") {
  return ([key, binding]: [string, NonNullable<PipelineSpec["bindings"]>[string]]): { at: string[]; ref: SecretRef | undefined } => ({
    at: [section, key],
    ref: binding.type === "secret-ref" ? binding : undefined,
  });
}

/** Address of the service that ECK makes for a cluster: `<name>-es-http`, in other namespaces `<name>-es-http.<namespace>`. */
const ADDRESS = /\b([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)-es-http(?:\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?))?/g;

function addressesOf({ compiled, stores, namespace }: Placed) {
  const found = [...(compiled?.text ?? "").matchAll(ADDRESS)].map(([address, store = "", at = namespace]) => ({ address, store, at }));
  return [...new Map(found.filter(({ store }) => stores.has(store)).map((one) => [one.address, one])).values()];
}

function storesNotNamed(placed: Placed): Problem[] {
  const { path, spec } = placed;
  const missing = new Set(
    addressesOf(placed)
      .map(({ store }) => store)
      .filter((store) => !spec.stores?.includes(store)),
  );
  return [...missing].map((store) => ({
    id: "pipelines.store-not-named",
    path: `${path}.stores`,
    got: `a file that names the address of ${joinPath("elasticsearch.clusters", [store])}, which its workers are not let through to`,
    allowed: "every cluster that the pipeline reads or writes",
    fix: `add "${store}" to ${path}.stores`,
    severity: "warning",
  }));
}

function storesElsewhere(placed: Placed): Problem[] {
  const wrong = addressesOf(placed).filter(({ store, at }) => placed.stores.get(store) !== at);
  return wrong.map(({ address, store, at }) => ({
    id: "pipelines.store-in-other-namespace",
    path: `${placed.path}.definition`,
    got: `the address ${address}, so a cluster in namespace ${at}`,
    allowed: `${store}-es-http.${placed.stores.get(store)}.svc, where ${joinPath("elasticsearch.clusters", [store])} runs`,
    fix: `bind the address to https://${store}-es-http.${placed.stores.get(store)}.svc:9200`,
    severity: "warning",
  }));
}
