/** Pipelines with collections of transforms. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { isJsonObject, type JsonValue, sortKeys, valueAt } from "#lib/core/json";
import { garden } from "../transform-collections/locks";

const FILE = "collections/garden.json";
const config = (text: string) =>
  `pipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [a]}}\n    - type: Again\n      config: ${text}\n`;
const PATH = "/opt/beamstack/collections/garden";

interface Given {
  readonly lock?: object;
  readonly place?: object;
  readonly sections?: object;
  readonly pipeline?: object;
  readonly definition?: string;
}

function resolved({
  lock = garden,
  place = { type: "volume" },
  sections = runner("direct"),
  pipeline = {},
  definition = config("{times: 2}"),
}: Given) {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    transformCollections: { garden: { lock: FILE, place } },
    ...sections,
    pipelines: { again: { definition, runner: "main", collections: ["garden"], ...pipeline } },
  };
  return createPlatform({ sections: catalog }).resolve(spec as never, { files: new Map([[FILE, JSON.stringify(lock)]]) });
}

const runner = (type: string, more: object = {}) => ({ beamRunners: { main: { type, ...more } } });
const flink = (worker: object) => ({ flink: { clusters: { main: { worker } } } });
const IMAGE = { image: "registry.example.com/garden:1.0" };

function released(given: Given) {
  const result = resolved(given);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value.release;
}

function problems(given: Given) {
  const result = resolved(given);
  return result.ok ? [] : result.problems.map(({ id, path }) => [id, path]);
}

/** The file that is submitted, and the settings beside it. */
function submitted(given: Given) {
  const files = released(given).objects.find(
    ({ manifest }) => manifest.kind === "ConfigMap" && "data" in manifest && isFile(manifest["data"]),
  );
  const text = (key: string) => String(valueAt(files?.manifest, ["data", key]));
  return { pipeline: text("pipeline.yaml"), settings: JSON.parse(text("settings.json")) };
}

const isFile = (data: unknown) => isJsonObject(data) && "pipeline.yaml" in data;

/** Containers that import from the collection, each with whether it mounts it. */
function importers(value: JsonValue | undefined): [string, boolean][] {
  if (Array.isArray(value)) return value.flatMap(importers);
  if (!isJsonObject(value)) return [];
  const found = JSON.stringify(value["env"] ?? []).includes(JSON.stringify({ name: "PYTHONPATH", value: PATH }));
  const mount = { mountPath: PATH, name: "collection-garden", readOnly: true, subPath: "packages" };
  const mounts = JSON.stringify(sortKeys(value["volumeMounts"] ?? [])).includes(JSON.stringify(mount));
  return [...(found ? [[String(value["name"]), mounts] as [string, boolean]] : []), ...Object.values(value).flatMap(importers)];
}

test.each<[string, object, readonly string[]]>([
  ["Flink", flink({ collections: ["garden"] }), ["beam-worker", "submit"]],
  ["Beam's in-process runner", runner("direct"), ["submit"]],
  ["Prism", runner("prism"), ["submit"]],
  ["Spark", runner("spark"), ["beam-worker", "submit"]],
])("on %s submitter and workers have the packages of a collection in a volume", (_, sections, names) => {
  const { objects } = released({ sections });
  const pods = objects.filter(({ manifest }) => ["FlinkDeployment", "Job"].includes(manifest.kind));

  expect(pods.flatMap(({ manifest }) => importers(manifest["spec"])).sort()).toEqual(names.map((name) => [name, true]));
  const claims = objects.filter(({ manifest }) => manifest.kind === "PersistentVolumeClaim");
  expect(claims.map(({ manifest }) => manifest.metadata.name)).toEqual([expect.stringMatching(/^garden-[0-9a-f]{8}$/)]);
});

test("one Job installs what the hashes say, and pods wait for it", () => {
  const { objects, edges } = released({});
  const job = objects.find(({ manifest }) => manifest.kind === "Job" && manifest.metadata.name.startsWith("garden-install-"));
  const container = valueAt(job?.manifest, ["spec", "template", "spec", "containers", 0]);

  expect(JSON.stringify(valueAt(container, ["env"]))).toContain(
    `my-garden==1.0 --hash=${garden.packages[0]?.hash}\\nunidecode==1.4.0 --hash=${garden.packages[1]?.hash}\\n`,
  );
  expect(JSON.stringify(valueAt(container, ["args"]))).toContain("--require-hashes");
  expect(valueAt(container, ["image"])).toBe("docker.io/apache/beam_python3.11_sdk:2.77.0");
  const submitter = objects.find(({ manifest }) => manifest.metadata.name.startsWith("again-") && manifest.kind === "Job");
  expect(edges).toContainEqual(expect.objectContaining({ from: submitter?.id, to: job?.id }));
});

test("the file that is submitted declares the transforms, and the submitter knows the classes that were locked", () => {
  const { pipeline, settings } = submitted({});

  expect(pipeline).toBe(
    `${config("{times: 2}")}providers: [{ "type": "python", "config": {}, "transforms": { "Again": "my_garden.repeat.Repeat" } }]\n`,
  );
  expect(settings.collections).toEqual({
    garden: { Again: { class: "my_garden.repeat.Repeat", source: garden.transforms["Again"]?.source } },
  });
});

test("a collection in the image needs an image of one's own for submitter and workers", () => {
  const place = { type: "image" };
  const notInImage = ["pipelines.collection-not-in-image", "pipelines.again.collections"];

  expect(problems({ place })).toEqual([notInImage]);
  expect(problems({ place, sections: runner("direct", IMAGE) })).toEqual([]);
  expect(problems({ place, sections: runner("direct", IMAGE), pipeline: { image: "apache/beam_python3.11_sdk:2.77.0" } })).toEqual([
    notInImage,
  ]);
  const { objects } = released({ place, sections: flink(IMAGE) });
  expect(objects.filter(({ manifest }) => manifest.kind === "PersistentVolumeClaim")).toEqual([]);
});

test.each([
  ["a misspelt field", "{tiems: 2, times: 2}"],
  ["a missing field", "{}"],
  ["a value of another type", "{times: two}"],
  ["a fraction where the class takes a whole number", "{times: 2.5}"],
  ["a number where it takes a text or nothing", "{times: 2, separator: 3}"],
])("%s in a config is an error with its place", (_, text) => {
  expect(problems({ definition: config(text) })).toEqual([
    ["beam.collection-config", expect.stringMatching(/^pipelines\.again\.definition:\d+:\d+( Again\.\w+)?$/)],
  ]);
});

test("what a binding gives, and what Jinja makes, is not judged", () => {
  const bindings = { "Again.times": { type: "value", value: 3 } };

  expect(problems({ definition: config('{times: ""}'), pipeline: { bindings } })).toEqual([]);
  const variables = { times: { type: "value", value: 3 } };
  expect(problems({ definition: config('{times: "{{ times }}", separator: null}'), pipeline: { variables } })).toEqual([]);
});

test("a transform that the file declares, too, is an error", () => {
  const definition = `${config("{times: 2}")}providers: [{type: python, config: {}, transforms: {Again: other.Again}}]\n`;

  expect(problems({ definition })).toEqual([["beam.transform-declared-twice", "pipelines.again.definition:7:13"]]);
});

test("a file whose providers Jinja may make is an error", () => {
  const definition = `{% if 1 == 1 %}\noptions: {}\n{% endif %}\n${config("{times: 2}")}`;

  expect(problems({ definition })).toEqual([["beam.collections-not-declarable", "pipelines.again.definition"]]);
  expect(problems({ definition: `${definition}providers: []\n` })).toEqual([]);
});

test("a lock of another Python, and one that is none, are errors", () => {
  expect(problems({ lock: { ...garden, python: "3.12" } })).toEqual([
    ["pipelines.collection-locked-for-other-versions", "pipelines.again.collections"],
  ]);
  expect(problems({ lock: { ...garden, python: "2.7" } })).toContainEqual(["beam.collection-lock", "transformCollections.garden.lock"]);
});

test("collections with two versions of a package do not share a process", () => {
  const other = {
    ...garden,
    package: "b==1",
    packages: [
      { package: "b==1", hash: garden.packages[0]?.hash },
      { ...garden.packages[1], package: "unidecode==1.3.0" },
    ],
  };
  const transforms = { Other: garden.transforms["Again"] };
  const spec = (sections: object, pipeline: object) => ({
    name: "test",
    cluster: { type: "context", context: "test" },
    transformCollections: { garden: { lock: FILE, place: { type: "volume" } }, other: { lock: "other.json", place: { type: "volume" } } },
    ...sections,
    pipelines: { again: { definition: config("{times: 2}"), runner: "main", ...pipeline } },
  });
  const files = new Map([
    [FILE, JSON.stringify(garden)],
    ["other.json", JSON.stringify({ ...other, transforms })],
  ]);
  const ids = (sections: object, pipeline: object) => {
    const result = createPlatform({ sections: catalog }).resolve(spec(sections, pipeline) as never, { files });
    return result.ok ? [] : result.problems.map(({ id }) => id);
  };
  const both = { collections: ["garden", "other"] };

  expect(ids(runner("direct"), both)).toEqual(["pipelines.collection-versions"]);
  expect(ids(flink(both), { collections: ["garden"] })).toEqual(["flink.collection-versions"]);
});

test("workers that several pipelines share have the collections of the cluster", () => {
  expect(problems({ sections: flink({}) })).toEqual([["pipelines.collection-of-cluster", "pipelines.again.collections"]]);
  expect(problems({ place: { type: "image" }, sections: flink({ ...IMAGE, collections: ["garden"] }) })).toEqual([
    ["flink.collection-in-image", "flink.clusters.main.worker.collections"],
  ]);
});

test("a Dask cluster, whose pods are not the pipeline's, has collections in its image only", () => {
  const sections = {
    dask: { clusters: { shared: { image: "registry.example.com/dask:1.0" } } },
    beamRunners: { main: { type: "dask", cluster: "shared" } },
  };

  expect(problems({ sections })).toContainEqual(["beam-runners.not-supported", "pipelines.again.collections"]);
});

test("a variable that collections set is not set twice", () => {
  const env = { PYTHONPATH: "/opt/own" };

  expect(problems({ pipeline: { env } })).toEqual([["beam.variable-of-collections", "pipelines.again"]]);
  expect(problems({ sections: flink({ collections: ["garden"], env }) })).toContainEqual([
    "flink.variable-of-collections",
    "flink.clusters.main.worker",
  ]);
});

test("a collection that nothing uses, and a lock that is not there, are told", () => {
  const result = resolved({
    pipeline: { definition: "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}]}\n", collections: [] },
  });
  expect(result.ok && result.warnings.map(({ id }) => id)).toEqual(["transform-collections.unused"]);

  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    transformCollections: { garden: { lock: "collections/none.json" } },
  };
  const missing = createPlatform({ sections: catalog }).resolve(spec as never, { files: new Map() });
  expect(missing.ok ? [] : missing.problems.map(({ id }) => id)).toEqual(["transform-collections.missing-file"]);
});
