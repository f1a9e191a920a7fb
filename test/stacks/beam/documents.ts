/** Beam YAML documents that cover every transform and every type of provider: what we and Beam say of each must agree. */

import { type BeamConfigFacts, beamProviders, beamTransforms } from "#lib/imports/beam/index";

/** A document, and the id of the problem for which it is refused. */
export interface JudgedDocument {
  readonly text: string;
  /** @default it is accepted */
  readonly refused?: string;
}

const CREATE = "{type: Create, name: In, config: {elements: [{a: 1, b: x, c: [1, 2]}, {a: 2, b: y, c: [3]}]}}";
const LOG = "{type: LogForTesting}";

const chain = (...steps: readonly string[]) => `pipeline:\n  type: chain\n  transforms:\n${list(steps)}`;
const composite = (...steps: readonly string[]) => `pipeline:\n  transforms:\n${list(steps)}`;
const list = (steps: readonly string[]) => steps.map((step) => `    - ${step}\n`).join("");
const provided = (provider: string, ...steps: readonly string[]) => `${chain(...steps)}providers:\n  - ${provider}\n`;
const flow = (value: unknown) => JSON.stringify(value);
const FEATURES = "options: {yaml_experimental_features: [ML, Enrichment]}\n";
const step = (type: string, config: unknown) => `{type: ${type}, config: ${flow(config)}}`;

const MAP = "{type: MapToFields, name: M, input: In, config: {language: python, fields: {x: 1 / a}, error_handling: {output: bad}}}";
const PART = "{type: Partition, name: P, input: In, config: {by: b, outputs: [x, y]}}";

/** Configurations where any text will not do. Transforms without one have a text in each field that they must have. */
const CONFIGS: Readonly<Record<string, object>> = {
  AnomalyDetection: { detector: { type: "ZScore", config: { features: ["a"] } } },
  AssertEqual: { elements: [{ a: 1 }] },
  AssignTimestamps: { timestamp: "a" },
  "AssignTimestamps-python": { language: "python", timestamp: "a + 1" },
  Combine: { group_by: "b", combine: { a: "sum" } },
  "Combine-python": { language: "python", group_by: ["b"], combine: { n: { value: "a + 1", fn: "max" } } },
  Create: { elements: [1, 2] },
  Explode: { fields: "c" },
  ExtractWindowingInfo: { fields: ["timestamp"] },
  Filter: { keep: "a > 1" },
  "Filter-python": { language: "python", keep: "a > 1 and b" },
  MapToFields: { fields: { x: "a", y: '"text"', z: 3 } },
  "MapToFields-python": { language: "python", append: true, drop: "c", fields: { x: "a + 1" } },
  MLTransform: { write_artifact_location: "/tmp/artifacts", transforms: [] },
  Partition: { by: "b", outputs: ["x", "y"] },
  "Partition-python": { language: "python", by: "b.lower()", outputs: ["x", "y"] },
  PyTransform: { constructor: "apache_beam.Reshuffle" },
  ReadFromMongoDB: { database: "d", collection: "c", schema: { type: "object", properties: { a: { type: "integer" } } } },
  ReadFromPubSub: { topic: "projects/p/topics/t", format: "RAW" },
  MatchAll: { file_pattern: "b" },
  ReadFromAvro: { path: "/data/rows.avro" },
  ReadFromCsv: { path: "/data/rows.csv" },
  ReadFromJson: { path: "/data/rows.json" },
  ReadFromParquet: { path: "/data/rows.parquet" },
  ReadFromTFRecord: { file_pattern: "/data/rows.csv" },
  ReadFromText: { path: "/data/rows.csv" },
  RunInference: { model_handler: { type: "HuggingFacePipelineModelHandler", config: {} } },
  ValidateWithSchema: { schema: { type: "object", properties: { a: { type: "integer" } } } },
  WindowInto: { windowing: { type: "fixed", size: "60s" } },
};

/** Where the input must be another one. */
const INPUTS: Readonly<Record<string, (one: string) => string>> = {
  Join: () => composite(CREATE, `{type: Join, input: {l: In, r: Other}, config: {equalities: b}}`, CREATE.replace("In", "Other")),
  StripErrorMetadata: (one) => composite(CREATE, MAP, one.replace("{type", "{input: M.bad, type")),
  WriteToTFRecord: (one) => chain(CREATE, step("MapToFields", { fields: { b: "b" } }), one),
  WriteToText: (one) => chain(CREATE, step("MapToFields", { fields: { b: "b" } }), one),
};

/** Transforms that this Beam cannot make whatever their configuration is: packages that they need are not in its Python. */
const NEEDS_PACKAGES = new Set([
  "DicomSearch",
  "Enrichment",
  "MLTransform",
  "ReadFromBigQuery",
  "ReadFromPubSub",
  "RunInference",
  "WriteToPubSub",
]);

const bases = [...new Set(Object.keys(beamTransforms).map((name) => name.replace(/-\w+$/, "")))];
const factsOf = (name: string) => beamTransforms[`${name}-generic`] ?? beamTransforms[name];

function sample(facts: BeamConfigFacts | undefined): object {
  const required = Object.entries(facts?.fields ?? {}).filter(([, field]) => field.required);
  return Object.fromEntries(required.map(([name]) => [name, "/tmp/x"]));
}

function inPlace(name: string, config: object): string {
  const type = name.replace(/-\w+$/, "");
  const input = INPUTS[type];
  if (input) return input(step(type, config));
  const starts = factsOf(type)?.input === false || type.startsWith("Read");
  return `${starts ? chain(step(type, config)) : chain(CREATE, step(type, config))}${FEATURES}`;
}

/** Each transform once as it should be; those of Python also without their fields, and with a field that nobody knows. */
function everyTransform(): Record<string, JudgedDocument> {
  const names = [...bases, ...Object.keys(CONFIGS).filter((name) => name.includes("-"))].filter((each) => !NEEDS_PACKAGES.has(each));
  const right = names.map((name): [string, JudgedDocument] => [name, { text: inPlace(name, CONFIGS[name] ?? sample(factsOf(name))) }]);
  return Object.fromEntries([...right, ...bases.flatMap(wrongOnes)]);
}

function wrongOnes(name: string): [string, JudgedDocument][] {
  const facts = factsOf(name);
  if (facts?.language !== "python") return [];
  const config = CONFIGS[name] ?? sample(facts);
  const required = Object.values(facts.fields).some((each) => each.required) && !["Combine", "MapToFields"].includes(name);
  const more = { text: inPlace(name, { ...config, surely_unknown: 1 }), refused: "beam.refused-field" };
  const less = { text: inPlace(name, {}), refused: "beam.missing-field" };
  const alone = { text: `${chain(step(name, config))}${FEATURES}`, refused: "beam.missing-input" };
  return [
    ...(facts.open ? [] : [[`${name} with an unknown field`, more] as [string, JudgedDocument]]),
    ...(required ? [[`${name} without its fields`, less] as [string, JudgedDocument]] : []),
    ...(facts.input === true ? [[`${name} without an input`, alone] as [string, JudgedDocument]] : []),
  ];
}

/** Configurations of providers; their transforms stay unused, as using them would fetch what they name. */
const PROVIDERS: Readonly<Record<string, object>> = {
  beamJar: { gradle_target: "sdks:java:io:expansion-service:shadowJar" },
  javaJar: { jar: "https://example.org/a.jar" },
  mavenJar: { artifact_id: "a", group_id: "g", version: "1" },
  python: {},
  pythonPackage: { packages: ["a==1"] },
  remote: { address: "localhost:1" },
  renaming: { mappings: { X: { a: "elements" } }, underlying_provider: { type: "python", transforms: { X: "apache_beam.Create" } } },
};

function everyProvider(): Record<string, JudgedDocument> {
  const all: Record<string, JudgedDocument> = {};
  for (const type of Object.keys(beamProviders).filter((each) => each !== "yaml")) {
    const config = PROVIDERS[type];
    const of = (own: object | undefined) =>
      provided(`{type: ${type}, config: ${flow(own)}, transforms: {X: apache_beam.Reshuffle}}`, CREATE, LOG);
    const fields = Object.values(beamProviders[type]?.fields ?? {});
    all[`provider ${type}`] = { text: of(config) };
    all[`provider ${type} with an unknown field`] = { text: of({ ...config, surely_unknown: 1 }), refused: "beam.refused-field" };
    if (fields.some(({ required }) => required))
      all[`provider ${type} without its fields`] = { text: of({}), refused: "beam.missing-field" };
  }
  return all;
}

const refused = (id: string, text: string): JudgedDocument => ({ text, refused: id });
const accepted = (text: string): JudgedDocument => ({ text });
const windowed = (windowing: string) => chain(CREATE, `{type: WindowInto, config: {windowing: ${windowing}}}`, LOG);

/** Connections, errors, windows, providers that are used, expressions. */
const OTHERS: Readonly<Record<string, JudgedDocument>> = {
  "unknown type": refused("beam.unknown-transform", chain(CREATE, "{type: NoSuch}")),
  "unknown language": refused("beam.unknown-language", chain(CREATE, "{type: Filter, config: {language: ruby, keep: a}}")),
  "unknown input": refused("beam.unknown-input", composite(CREATE, "{type: LogForTesting, input: Out}")),
  "ambiguous input": refused(
    "beam.ambiguous-input",
    composite(CREATE, "{type: Create, config: {elements: [1]}}", "{type: LogForTesting, input: Create}"),
  ),
  "input by type": accepted(composite(CREATE, "{type: LogForTesting, input: Create}")),
  "input of itself": refused("beam.circular-input", composite(CREATE, "{type: LogForTesting, name: L, input: L}")),
  "a circle of two": refused(
    "beam.circular-input",
    composite("{type: LogForTesting, name: A, input: B}", "{type: LogForTesting, name: B, input: A}"),
  ),
  "explicitly no input": accepted(composite("{type: PyTransform, input: {}, config: {constructor: apache_beam.Create, args: [[1]]}}")),
  "input and output in a chain": refused("beam.schema", chain(CREATE, "{type: LogForTesting, input: In}")),
  "an empty chain": refused("beam.empty-chain", "pipeline:\n  type: chain\n  transforms: []\n"),
  "an empty composite": accepted("pipeline:\n  transforms: []\n"),
  "errors that are read": accepted(
    composite(CREATE, MAP, "{type: LogForTesting, input: M}", "{type: LogForTesting, name: B, input: M.bad}"),
  ),
  "errors and the good by name": accepted(
    composite(CREATE, MAP, "{type: LogForTesting, input: M.good}", "{type: LogForTesting, name: B, input: M.bad}"),
  ),
  "errors that nobody reads": refused("beam.errors-not-consumed", composite(CREATE, MAP, "{type: LogForTesting, input: M}")),
  "errors without a name": refused(
    "beam.error-output-missing",
    composite(CREATE, MAP.replace("{output: bad}", "{threshold: 0.5}"), "{type: LogForTesting, input: M}"),
  ),
  "errors in a chain": refused("beam.errors-not-consumed", chain(CREATE, MAP.replace(" input: In,", ""), LOG)),
  "errors in a chain, read beside it": accepted(
    `${chain(CREATE, MAP.replace(" input: In,", ""), LOG)}  extra_transforms:\n    - {type: LogForTesting, name: B, input: M.bad}\n`,
  ),
  "errors that leave a composite": accepted(
    composite(
      CREATE,
      `{type: composite, name: C, input: {In: In}, transforms: [${MAP}], output: {good: M, bad: M.bad}}`,
      "{type: LogForTesting, input: C.good}",
    ),
  ),
  "an output that a transform lacks": refused("beam.unknown-output", composite(CREATE, "{type: LogForTesting, input: In.other}")),
  "an output of errors that a transform lacks": refused(
    "beam.unknown-output",
    composite(CREATE, MAP, "{type: LogForTesting, input: M.worse}", "{type: LogForTesting, name: B, input: M.bad}"),
  ),
  "a part": accepted(composite(CREATE, PART, "{type: LogForTesting, input: P.x}")),
  "a part that is none": refused("beam.unknown-output", composite(CREATE, PART, "{type: LogForTesting, input: P.z}")),
  "all parts at once": refused("beam.ambiguous-output", composite(CREATE, PART, "{type: LogForTesting, input: P}")),
  "errors among the parts": refused(
    "beam.refused-value",
    composite(CREATE, PART.replace("]}", "], error_handling: {output: x}}"), "{type: LogForTesting, input: P.x}"),
  ),
  "a composite whose output is not inside": refused(
    "beam.unknown-inner-output",
    composite(CREATE, "{type: composite, name: C, input: {In: In}, transforms: [{type: Reshuffle, input: In}], output: Nobody}"),
  ),
  "a composite that is a chain": accepted(
    composite(CREATE, "{type: composite, name: C, input: In, transforms: [{type: Reshuffle}, {type: LogForTesting}]}"),
  ),
  "a chain in a chain": accepted(chain(CREATE, "{type: chain, transforms: [{type: Reshuffle}, {type: LogForTesting}]}", LOG)),
  "a chain that starts with nothing": refused("beam.missing-input", chain(LOG)),
  "several inputs": accepted(
    composite(CREATE, "{type: Create, name: More, config: {elements: [{a: 1, b: z}]}}", "{type: Flatten, input: [In, More]}"),
  ),
  "fixed windows": accepted(windowed("{type: fixed, size: 1m, offset: 5s}")),
  "sliding windows": accepted(windowed("{type: sliding, size: 1h, period: 30m}")),
  sessions: accepted(windowed("{type: sessions, gap: 10s}")),
  "one window": accepted(windowed("{type: global}")),
  "windows of a transform": accepted(chain(CREATE, "{type: LogForTesting, windowing: {type: fixed, size: 10}}")),
  "windows of the pipeline": accepted(`${chain(CREATE, LOG)}  windowing: {type: fixed, size: 10s}\n`),
  "windows of an unknown type": refused("beam.refused-windowing", windowed("{type: tumbling, size: 1m}")),
  "windows without a size": refused("beam.refused-windowing", windowed("{type: fixed}")),
  "windows with another's parameter": refused("beam.refused-windowing", windowed("{type: fixed, size: 1m, gap: 1s}")),
  "windows of no duration": refused("beam.refused-windowing", windowed("{type: fixed, size: long}")),
  "windows of an unknown unit": refused("beam.refused-windowing", windowed("{type: fixed, size: 1w}")),
  "a combine function that nobody has": refused(
    "beam.refused-value",
    chain(CREATE, step("Combine", { group_by: "b", combine: { a: "total" } })),
  ),
  "a column that is not there": refused("beam.unknown-column", chain(CREATE, step("Filter", { keep: "d > 1" }))),
  "an expression that needs a language": refused("beam.unknown-column", chain(CREATE, step("MapToFields", { fields: { x: "a + 1" } }))),
  // Beam's own pattern takes the first character of the operator for a part of the name.
  "a comparison of two characters": refused("beam.unknown-column", chain(CREATE, step("Filter", { keep: "a == 1" }))),
  "comparisons need no language": accepted(chain(CREATE, step("Filter", { keep: "a < 2" }))),
  "a column that was dropped": refused(
    "beam.unknown-column",
    chain(CREATE, step("MapToFields", { append: true, drop: ["b"], fields: {} }), step("Filter", { keep: "b" })),
  ),
  "columns that a transform makes": accepted(chain(CREATE, step("MapToFields", { fields: { x: "a" } }), step("Filter", { keep: "x > 0" }))),
  "exploding what is not there": refused("beam.unknown-column", chain(CREATE, step("Explode", { fields: ["d"] }))),
  "exploding two fields": refused("beam.refused-value", chain(CREATE, step("Explode", { fields: ["c", "b"] }))),
  "grouping by what is not there": refused("beam.unknown-column", chain(CREATE, step("Combine", { group_by: "d", combine: { a: "sum" } }))),
  "dropping without appending": refused("beam.refused-value", chain(CREATE, step("MapToFields", { drop: ["a"], fields: { x: "a" } }))),
  "elements that are no list": refused("beam.refused-value", chain("{type: Create, config: {elements: text}}")),
  "a level that nobody logs": refused("beam.refused-value", chain(CREATE, "{type: LogForTesting, config: {level: LOUD}}")),
  "windowing information that there is not": refused(
    "beam.refused-value",
    chain(CREATE, step("ExtractWindowingInfo", { fields: ["pane"] })),
  ),
  "resource hints": accepted(chain(CREATE, "{type: MapToFields, resource_hints: {min_ram: 1GB}, config: {fields: {x: a}}}")),
  "unknown resource hints": refused(
    "beam.refused-value",
    chain(CREATE, "{type: MapToFields, resource_hints: {ram: 1GB}, config: {fields: {x: a}}}"),
  ),
  "inference without its feature": refused(
    "beam.feature-not-enabled",
    chain(CREATE, step("RunInference", { model_handler: { type: "HuggingFacePipelineModelHandler", config: {} } })),
  ),
  "inference by an unknown handler": refused(
    "beam.refused-value",
    `${chain(CREATE, step("RunInference", { model_handler: { type: "Mine", config: {} } }))}options: {yaml_experimental_features: [ML]}\n`,
  ),
  "inference by half a handler": refused(
    "beam.missing-field",
    `${chain(CREATE, step("RunInference", { model_handler: { type: "HuggingFacePipelineModelHandler" } }))}options: {yaml_experimental_features: [ML]}\n`,
  ),
  "JavaScript without its feature": refused(
    "beam.feature-not-enabled",
    chain(CREATE, "{type: Filter, config: {language: javascript, keep: a}}"),
  ),
  "a provider of an unknown type": refused("beam.unknown-provider", provided("{type: pip, config: {}, transforms: {X: a}}", CREATE, LOG)),
  "a provider of Docker": refused("beam.unknown-provider", provided("{type: docker, config: {}, transforms: {X: a}}", CREATE, LOG)),
  "a provider without a config": refused("beam.schema", provided("{type: python, transforms: {X: apache_beam.Reshuffle}}", CREATE, LOG)),
  "a jar at no address": refused("beam.refused-value", provided("{type: javaJar, config: {jar: a.jar}, transforms: {X: a}}", CREATE, LOG)),
  "a provider's transform": accepted(
    provided("{type: python, config: {}, transforms: {X: apache_beam.Reshuffle}}", CREATE, "{type: X}", LOG),
  ),
  "a provider's transform without an input": refused(
    "beam.missing-input",
    provided("{type: python, config: {}, transforms: {X: apache_beam.Reshuffle}}", "{type: X}", LOG),
  ),
  "a provider that renames": accepted(
    provided(
      "{type: renaming, config: {mappings: {X: {items: num_buckets}}, underlying_provider: {type: python, transforms: {Y: apache_beam.Reshuffle}}}, transforms: {X: Y}}",
      CREATE,
      "{type: X, config: {items: 3}}",
    ),
  ),
  "a misspelt key": refused("beam.schema", chain(CREATE, "{type: LogForTesting, confg: {}}")),
  "an unknown key of the pipeline": refused("beam.schema", `${chain(CREATE, LOG)}  sources: []\n`),
  "a Jinja variable without a value": refused(
    "beam.undefined-variable",
    chain(CREATE, "{type: LogForTesting, config: {prefix: '{{ who }}'}}"),
  ),
  "a Jinja variable of the file": accepted(
    `{% set who = "me" %}\n${chain(CREATE, "{type: LogForTesting, config: {prefix: '{{ who }}'}}")}`,
  ),
};

/** All documents, by what they show. */
export const DOCUMENTS: Readonly<Record<string, JudgedDocument>> = { ...everyTransform(), ...everyProvider(), ...OTHERS };
