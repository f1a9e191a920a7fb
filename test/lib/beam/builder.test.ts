/** The typed builder: what it makes is Beam YAML, and what a file becomes as code renders as the same pipeline. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { pipelineCode } from "#lib/beam/builder/code";
import * as builder from "#lib/beam/builder/transforms";
import { readDocument } from "#lib/beam/document";
import type { ValueSite } from "#lib/beam/node";
import { type BeamPipelineSpec, pipelineYaml } from "#lib/beam/pipeline-spec";
import { secretsOf } from "#lib/beam/secrets";
import { validatePipeline } from "#lib/beam/validate";
import { isError } from "#lib/core/problem";
import { beamProviders } from "#lib/imports/beam/index";
import { CORPUS } from "../../stacks/beam/corpus";
import { DOCUMENTS } from "../../stacks/beam/documents";

const { chain, composite, outputOf, transform, transforms, verbatim } = builder;

/** Runs the code of a module without its imports and types. */
function run(code: string): BeamPipelineSpec | string {
  const script = code.replace(/^import .*$/m, "").replace(/export const pipeline(?:: BeamPipelineSpec)? =/, "pipeline =");
  return runInNewContext(`let pipeline;${script};pipeline`, { ...builder });
}

const rendered = (made: BeamPipelineSpec | string) => (typeof made === "string" ? made : pipelineYaml(made));

/** Values of a file; those of Jinja by their text. */
function valuesOf(text: string): unknown {
  const document = readDocument(text);
  const read = ({ kind, scalar, start, end, items, entries }: ValueSite): unknown => {
    if (kind === "list") return items.map(read);
    if (kind === "map") return Object.fromEntries([...entries].map(([key, site]) => [key, read(site)]));
    return kind === "unknown" ? document.text.slice(start, end) : scalar;
  };
  return document.root && read(document.root);
}

const samples = join(__dirname, "../../fixtures/beam");
const files = readdirSync(samples).filter((name) => name.endsWith(".yaml") && name !== "10-latin1.yaml");
const all: readonly (readonly [string, string])[] = [
  ...Object.entries(CORPUS),
  ...Object.entries(DOCUMENTS).map(([name, { text }]) => [name, text] as const),
  ...files.map((name) => [name, readFileSync(join(samples, name), "utf8")] as const),
];

test.each(all)("import, render and import again gives the same code and values: %s", (_name, text) => {
  const document = readDocument(text);
  if (document.fault || !document.root) return;
  const first = pipelineCode(document, "p.yaml");
  const again = rendered(run(first.text));

  expect(pipelineCode(readDocument(again), "p.yaml").text).toBe(first.text);
  const secrets = secretsOf(document).filter(({ state }) => state === "clear");
  if (secrets.length === 0) expect(valuesOf(again)).toEqual(valuesOf(text));
});

test("the code of a file holds none of its secrets", () => {
  const { text } = pipelineCode(readDocument(CORPUS["secrets everywhere"] ?? ""), "p.yaml");

  expect(text).toContain('api_key: ""');
  expect(text).not.toContain("canary");
});

test("most of the corpus becomes code, and what does not says why", () => {
  const codes = all.map(([, text]) => pipelineCode(readDocument(text), "p.yaml").kept?.reason);

  expect(codes.filter((reason) => reason === undefined).length).toBeGreaterThan(200);
  expect(pipelineCode(readDocument(CORPUS["Jinja loops"] ?? ""), "p.yaml").kept).toMatchObject({ reason: "Jinja blocks" });
});

const numbers = transforms.Create({ elements: [{ a: 1 }, { a: 0 }] }, { name: "Numbers" });
const inverse = transforms.MapToFields(
  { language: "python", fields: { x: "1 / a" }, error_handling: { output: "failed" } },
  { name: "Inverse", input: numbers },
);

test("transforms name each other by their objects, and their outputs by their tags", () => {
  const spec: BeamPipelineSpec = {
    pipeline: {
      transforms: [
        numbers,
        inverse,
        transforms.LogForTesting({}, { input: inverse, windowing: { type: "fixed", size: "60s" } }),
        transforms.LogForTesting({ prefix: verbatim('"{{ prefix }}"') }, { name: "Failed", input: outputOf(inverse, "failed") }),
      ],
    },
    tests: [{ name: "t", mock_inputs: [], expected_outputs: [] }],
  };
  const context = { bindings: {}, variables: { prefix: "p" }, secretName: "s", includes: [], by: "props" as const };

  const text = pipelineYaml(spec);

  expect(text).toContain('input: "Inverse.failed"');
  expect(text).toContain('prefix: "{{ prefix }}"');
  expect(validatePipeline(text, "p", context)).toMatchObject({ ok: true, warnings: [] });
});

test("errors that nobody reads are refused", () => {
  const text = pipelineYaml({ pipeline: { transforms: [numbers, inverse, transforms.LogForTesting({}, { input: inverse })] } });
  const result = validatePipeline(text, "p");

  expect(result.ok ? [] : result.problems.filter(isError)).toMatchObject([
    { id: "beam.errors-not-consumed", path: expect.stringContaining("Inverse.error_handling"), fix: "read it, as input: Inverse.failed" },
  ]);
});

test("chains and composites hold transforms, those of providers too", () => {
  const twice = composite([transform("Mine", { n: 2 }, { input: "rows" })], { name: "Twice", input: { rows: numbers }, output: "Mine" });
  const text = pipelineYaml({
    pipeline: {
      transforms: [numbers, twice, chain([transforms.Reshuffle(), transforms.Flatten({}), transforms.LogForTesting()], { input: twice })],
    },
    providers: [{ type: "python", config: {}, transforms: { Mine: "def f(n):\n  return beam.Reshuffle()" } }],
  });

  expect(validatePipeline(text, "p")).toMatchObject({ ok: true });
});

test("what a transform does not take does not compile", () => {
  // @ts-expect-error a field that Create does not have
  const unknown = transforms.Create({ elements: [1], element: 2 });
  // @ts-expect-error elements must be given
  const missing = transforms.Create({});
  // @ts-expect-error a language that Beam does not have
  const language = transforms.Filter({ language: "ruby", keep: "a" });
  // @ts-expect-error an output that the transform does not have
  const output = outputOf(inverse, "errors");

  expect([unknown, missing, language, output]).toHaveLength(4);
});

test("providers of every type are typed", () => {
  const types: BeamPipelineSpec["providers"] = [
    { type: "beamJar", config: { gradle_target: "t" }, transforms: {} },
    { type: "javaJar", config: { jar: "https://example.org/a.jar" }, transforms: {} },
    { type: "mavenJar", config: { artifact_id: "a", group_id: "g", version: "1" }, transforms: {} },
    { type: "python", config: {}, transforms: {} },
    { type: "pythonPackage", config: { packages: ["a"] }, transforms: {} },
    { type: "remote", config: { address: "h:1" }, transforms: {} },
    { type: "renaming", config: { mappings: {}, underlying_provider: {} }, transforms: {} },
  ];

  const named = types.flatMap((one) => ("type" in one ? [one.type] : []));
  // Beam's own schema refuses providers of YAML in a pipeline: they stand in files that it includes.
  expect([...named, "yaml"].sort()).toEqual(Object.keys(beamProviders).sort());
});
