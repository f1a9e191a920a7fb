/** Pipelines that read and write features. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { isJsonObject, type JsonValue } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";

const store = {
  registry: { type: "database", database: "features" },
  online: { type: "database", database: "features" },
  offline: { type: "database", database: "features" },
  repository: { type: "git", url: "https://github.com/acme/features.git", commit: "0123456789abcdef0123456789abcdef01234567" },
  materialize: {},
};
const user = { type: "secret", username: secretRef("features-db", "username"), password: secretRef("features-db", "password") };
const base = {
  name: "test",
  cluster: { type: "context", context: "test" },
  databases: { features: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["feast"] } },
  feast: { stores: { people: store } },
};
const definition = "pipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [1]}}\n    - {type: LogForTesting}\n";
const FILE = { name: "FEAST_FS_YAML_FILE_PATH", value: "/etc/beamstack/feature-store/feature_store.yaml" };

function resolved(sections: object, pipeline: object = {}) {
  const pipelines = { features: { definition, runner: "main", featureStore: "people", ...pipeline } };
  return createPlatform({ sections: catalog }).resolve({ ...base, pipelines, ...sections } as never);
}

function released(sections: object) {
  const result = resolved(sections);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const problems = (sections: object, pipeline: object = {}) => {
  const result = resolved(sections, pipeline);
  return result.ok ? [] : result.problems.map(({ id, path }) => [id, path]);
};

/** Containers with the variable, each with whether it mounts the file. */
function readers(value: JsonValue | undefined): [string, boolean][] {
  if (Array.isArray(value)) return value.flatMap(readers);
  if (!isJsonObject(value)) return [];
  const found = JSON.stringify(value["env"] ?? []).includes(JSON.stringify(FILE));
  const mounts = JSON.stringify(value["volumeMounts"] ?? []).includes("/etc/beamstack/feature-store");
  return [...(found ? [[String(value["name"]), mounts] as [string, boolean]] : []), ...Object.values(value).flatMap(readers)];
}

const runner = (type: string) => ({ beamRunners: { main: { type } } });
const flink = (worker: object) => ({ flink: { clusters: { main: { worker } } } });

test.each<[string, object, string, readonly string[]]>([
  ["Flink", flink({ featureStore: "people" }), "FlinkDeployment", ["beam-worker"]],
  ["Beam's in-process runner", runner("direct"), "Job", ["submit"]],
  ["Prism", runner("prism"), "Job", ["submit"]],
  ["Spark", runner("spark"), "Job", ["beam-worker", "submit"]],
])("on %s what runs user code has the configuration, and a way to the servers", (_, sections, kind, names) => {
  const { release } = released(sections);
  const object = release.objects.find(({ manifest }) => manifest.kind === kind && manifest.metadata.namespace !== "feast");

  expect(readers(object?.manifest["spec"]).sort()).toEqual(names.map((name) => [name, true]));
  expect(JSON.stringify(object?.manifest["spec"])).toContain('"configMap":{"name":');
  const namespace = object?.manifest.metadata.namespace;
  const flows = release.objects.filter(
    ({ id }) => id.startsWith(`networking.k8s.io/NetworkPolicy/${namespace}/`) && id.includes("-to-features.people"),
  );
  expect(flows.length).toBe(1);
});

test("lineage knows that the pipeline writes features", () => {
  const { lineage } = released(runner("direct"));

  expect(JSON.stringify(lineage)).toContain("pipelines.features");
  expect(lineage.links).toContainEqual(expect.objectContaining({ from: "pipelines.features", to: "feast.stores.people" }));
});

test("workers that several pipelines share know one feature store, set at the cluster", () => {
  expect(problems(flink({}))).toEqual([["pipelines.feature-store-of-cluster", "pipelines.features.featureStore"]]);
  expect(problems({ feast: { stores: { people: store, shops: store } }, ...flink({ featureStore: "shops" }) })).toEqual([
    ["pipelines.feature-store-of-cluster", "pipelines.features.featureStore"],
  ]);
});

test("a Dask cluster, whose pods are not the pipeline's, is refused", () => {
  const dask = {
    dask: { clusters: { shared: { image: "registry.example.com/dask:1.0" } } },
    beamRunners: { main: { type: "dask", cluster: "shared" } },
  };

  expect(problems(dask)).toEqual([["beam-runners.not-supported", "pipelines.features.featureStore"]]);
});

test("a variable that featureStore sets is not set twice", () => {
  const env = { [FILE.name]: "/opt/feature_store.yaml" };

  expect(problems(runner("direct"), { env })).toEqual([["beam.variable-of-feature-store", "pipelines.features"]]);
  expect(problems(flink({ featureStore: "people", env }))).toEqual([["flink.variable-of-feature-store", "flink.clusters.main.worker"]]);
});

/** A pipeline that enriches rows with features; `path` is the value of its handler's path. */
const enriching = (path: string) => `pipeline:
  type: chain
  transforms:
    - {type: Create, config: {elements: [{user: 1}]}}
    - type: Enrichment
      config:
        enrichment_handler: FeastFeatureStore
        handler_config: {entity_id: user, feature_names: ["people:age"]${path}}
    - {type: LogForTesting}
options: {yaml_experimental_features: [Enrichment]}
`;
const EMPTY = ', feature_store_yaml_path: ""';

test("Enrichment gets the path of the configuration, and the submitter, which looks for it first, has the file", () => {
  const { release } = released({
    ...flink({ featureStore: "people" }),
    pipelines: { features: { definition: enriching(EMPTY), runner: "main", featureStore: "people" } },
  });
  const job = release.objects.find(({ manifest }) => manifest.kind === "Job" && manifest.metadata.name.startsWith("features-"))?.manifest;
  const file = JSON.stringify(release.objects.map(({ manifest }) => manifest)).match(/feature_store_yaml_path: \\"([^"\\]*)/)?.[1];

  expect(file).toBe(FILE.value);
  expect(readers(job?.["spec"])).toEqual([["submit", true]]);
});

test.each<[string, string, object, readonly (readonly [string, string])[]]>([
  ["no path, and no feature store", EMPTY, { featureStore: undefined }, [["beam.no-feature-store", "pipelines.features.featureStore"]]],
  [
    "the path of a feature store that the pipeline does not name",
    `, feature_store_yaml_path: ${FILE.value}`,
    { featureStore: undefined },
    [["beam.no-feature-store", "pipelines.features.featureStore"]],
  ],
  [
    "a path beside a feature store",
    ", feature_store_yaml_path: /opt/f.yaml",
    {},
    [["beam.other-feature-store", "pipelines.features.featureStore"]],
  ],
  ["a handler without the key", "", {}, [["beam.feature-store-key", "pipelines.features.featureStore"]]],
])("refuses Enrichment with %s", (_, path, pipeline, expected) => {
  expect(problems(runner("direct"), { definition: enriching(path), ...pipeline })).toEqual(expected);
});

test.each<[string, string, object]>([
  ["a URI", ", feature_store_yaml_path: s3://features/feature_store.yaml", { featureStore: undefined }],
  [
    "a path that is bound",
    EMPTY,
    { bindings: { "Enrichment.handler_config.feature_store_yaml_path": { type: "value", value: "/opt/f.yaml" } } },
  ],
])("takes Enrichment with %s", (_, path, pipeline) => {
  expect(problems(runner("direct"), { definition: enriching(path), ...pipeline })).toEqual([]);
});

test("points out a path that must be in the image", () => {
  const result = resolved(runner("direct"), { definition: enriching(", feature_store_yaml_path: /opt/f.yaml"), featureStore: undefined });

  expect(result.ok && result.warnings.map(({ id }) => id)).toContain("beam.feature-store-in-image");
});
