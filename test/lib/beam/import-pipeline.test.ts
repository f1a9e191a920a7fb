/** What is pointed out in a pipeline file, and what little is refused. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { importPipeline } from "#lib/beam/import-pipeline";
import { CANARY, HARMLESS, PLANTED } from "../../fixtures/secrets/values";

const root = join(__dirname, "../../..");
const demo = readFileSync(join(root, "stacks/env/pipelines/upstream-demo.yaml"), "utf8");

function warningsOf(text: string): string[] {
  const result = importPipeline(text, "p");
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.warnings.map(({ id, path }) => `${id} ${path.replace(/^p:\d+:\d+ /, "p#")}`);
}

test("the demo is taken as it is, with everything upstream's own notes warn of", () => {
  expect(warningsOf(demo)).toEqual([
    "beam.secret-in-clear-text p#OpenAIEmbedding.api_key",
    "beam.document-id-dropped p#OpenAIEmbedding.doc_id",
    "beam.secret-empty p#WriteToElasticsearchVectorStore.client_kwargs.basic_auth.1",
    "beam.certificates-not-verified p#WriteToElasticsearchVectorStore.client_kwargs.verify_certs",
  ]);
});

const shared = join(root, "../shared/samples");

describe.each(["upstream-demo.yaml", "upstream-tutorial.yaml"])("%s", (name) => {
  const title = "is upstream's file, byte for byte";
  const ours = readFileSync(join(root, "stacks/env/pipelines", name), "utf8");

  if (existsSync(shared)) test(title, () => expect(ours).toBe(readFileSync(join(shared, name), "utf8")));
  else test.skip(`${title} (skipped: the folder with upstream's own files is not beside this project)`, () => undefined);
});

const chain = (transform: string) => `pipeline:\n  type: chain\n  transforms:\n    - ${transform}\n`;

test.each([
  ["a key in a header", "{type: Mine, config: {headers: {Authorization: Bearer abc}}}", "Mine.headers.Authorization"],
  ["a password in a URL", "{type: Mine, config: {url: 'postgres://user:secret@db/x'}}", "Mine.url"],
  ["a token", "{type: Mine, config: {hf_token: abc}}", "Mine.hf_token"],
  ["a secret key", "{type: Mine, config: {aws_secret_access_key: abc}}", "Mine.aws_secret_access_key"],
  ["a named transform's password", "{type: Mine, name: My Sink, config: {password: abc}}", "My Sink.password"],
  ["a number as password", "{type: Mine, config: {password: 12345}}", "Mine.password"],
])("finds %s", (_what, transform, name) => {
  expect(warningsOf(`${chain(transform)}providers: [{type: python, config: {}, transforms: {Mine: a.B}}]\n`)).toEqual([
    `beam.secret-in-clear-text p#${name}`,
  ]);
});

test.each([
  ["a padding token", "{type: Mine, config: {pad_token: '[PAD]', max_tokens: 5}}"],
  ["a Jinja variable", '{type: Mine, config: {api_key: "{{ key | default(none) }}"}}'],
  ["a field's expression", "{type: MapToFields, config: {language: generic, fields: {password: hash}}}"],
  ["data", "{type: Create, config: {elements: [{token: abc}]}}"],
])("takes %s for no secret", (_what, transform) => {
  expect(warningsOf(`${chain(transform)}providers: [{type: python, config: {}, transforms: {Mine: a.B}}]\n`)).toEqual([]);
});

test("a secret behind an alias is found once, where it is written", () => {
  const text = `${chain("{type: Mine, config: {api_key: &k abc, password: *k}}")}providers: [{type: python, config: {}, transforms: {Mine: a.B}}]\n`;

  expect(warningsOf(text)).toEqual(["beam.secret-in-clear-text p#Mine.api_key"]);
});

test("a secret behind a merge key is named as if it stood there", () => {
  const text = `${chain("{type: Mine, config: {<<: {api_key: abc}}}")}providers: [{type: python, config: {}, transforms: {Mine: a.B}}]\n`;

  expect(warningsOf(text)).toEqual(["beam.secret-in-clear-text p#Mine.api_key"]);
});

test("a pipeline behind a merge key is a pipeline", () => {
  expect(warningsOf("<<: {pipeline: {type: chain, transforms: [{type: LogForTesting}]}}\n")).toEqual([]);
});

test("a template with blocks and expressions is read all the same", () => {
  const text = `{% set n = 3 %}\npipeline:\n  transforms:\n{% for i in range(n) %}\n    - type: Create\n      name: "c{{ i }}"\n      config: {elements: [{{ i }}], api_key: abc}\n{% endfor %}\n`;

  expect(warningsOf(text)).toEqual(["beam.secret-in-clear-text p#pipeline.transforms.0.api_key"]);
});

test("a template that is no YAML before it is rendered is kept, and refused with a plain secret in it", () => {
  const text = "{% macro sink() %}: {% endmacro %}\npipeline: {{ sink() }\n  password: {{ p }}\n";
  const secret = importPipeline(text.replace("{{ p }}", "abc"), "p");

  expect(warningsOf(text).filter((warning) => !warning.includes("undefined-variable"))).toEqual(["beam.not-checked p:1:1"]);
  expect(secret.ok || secret.problems).toMatchObject([{ id: "beam.not-checked" }, { id: "beam.secret-in-template", path: "p:3:3" }]);
});

test("transforms from files that nobody has seen are not called unknown", () => {
  expect(warningsOf(`providers:\n  - include: gs://bucket/other.yaml\n${chain("{type: Whatever}")}`)).toEqual([]);
});

test("names the transform that was meant", () => {
  const result = importPipeline(chain("{type: LogForTestng}"), "p");

  expect(result.ok && result.warnings).toMatchObject([{ id: "beam.unknown-transform", fix: "did you mean LogForTesting?" }]);
});

test("knows a transform of Java by its language, too", () => {
  expect(warningsOf(chain("{type: MapToFields, config: {language: java, fields: {}}}"))).toEqual(["beam.needs-java p#MapToFields.type"]);
  expect(warningsOf(chain("{type: MapToFields, config: {language: python, fields: {}}}"))).toEqual([]);
});

test.each([
  ["an empty file", " \n", "beam.unreadable-file"],
  ["a control character", "pipeline: \u0007\n", "beam.unreadable-file"],
  ["half a character", "pipeline: \ud800\n", "beam.unreadable-file"],
  ["a file without a pipeline", "transforms: []\n", "beam.no-pipeline"],
  ["a list", "- pipeline: {}\n", "beam.no-pipeline"],
  ["plain text", "a pipeline\n", "beam.no-pipeline"],
  ["comments alone", "# pipeline: {}\n", "beam.no-pipeline"],
])("refuses %s", (_what, text, id) => {
  expect(importPipeline(text, "p")).toMatchObject({ ok: false, problems: [{ id, path: expect.stringMatching(/^p(:1:11)?$/) }] });
});

test.each([
  ["a line that is not in line", "pipeline:\n  type: chain\n   transforms: []\n", "2:9"],
  ["a tab as indentation", "pipeline:\n\ttype: chain\n", "2:1"],
  ["a key without a colon", "pipeline:\n  type: chain\n  transforms\n", "3:3"],
  ["a key without a colon among others", "pipeline:\n  type chain\n  transforms: []\n", "2:3"],
  ["two keys on a line", "pipeline: type: chain\n", "1:11"],
  ["a comma too few", "pipeline: {transforms: [{type: A} {type: B}]}\n", "1:35"],
  ["a value that must be quoted", "pipeline:\n  type: @chain\n", "2:9"],
  ["a second document", "pipeline: {}\n---\npipeline: {}\n", "2:1"],
  ["a bracket too much", "pipeline: {type: chain}}\n", "1:24"],
])("refuses %s, and says where it is", (_what, text, place) => {
  expect(importPipeline(text, "p")).toMatchObject({ ok: false, problems: [{ id: "beam.not-yaml", path: `p:${place}` }] });
});

test.each([
  ["a bracket that is never closed", "pipeline:\n  type: chain\n  transforms: [{type: Create}\n", "4:1"],
  ["a quote that is never closed", "pipeline:\n  type: 'chain\n  transforms: []\n", "4:1"],
  ["brackets that go on further left", "pipeline:\n  type: chain\n  transforms: [{type: Create},\n {type: LogForTesting}]\n", "4:2"],
  ["quotes that go on further left", 'pipeline:\n  type: chain\n  transforms: [{type: "Cre\nate"}]\n', "3:27"],
  ["a dash alone in brackets", "pipeline: {transforms: [{type: Create, config: {elements: [-]}}]}\n", "1:60"],
  ["a name with a colon", "pipeline: {}\n&all: x\noptions: {}\n", "2:7"],
  ["a comment without a space before it", "pipeline: {type: chain}#\n", "1:24"],
])("warns of %s, which Beam may take", (_what, text, place) => {
  expect(warningsOf(text)).toEqual([`beam.not-yaml p:${place}`]);
});

test("says of a text that is no YAML only what kind of thing is wrong: it may be a secret", () => {
  const result = importPipeline("pipeline:\n  api_key: [canary] canary\n", "p");

  expect(result).toMatchObject({ ok: false, problems: [{ id: "beam.not-yaml" }] });
  expect(JSON.stringify(result)).not.toContain("canary");
});

test.each(Object.entries(PLANTED))("refuses %s in a text that cannot be read", (_name, value) => {
  const result = importPipeline(`pipeline:\n  transforms: [{\n type: Mine}]\nx:\n${stringify({ config: value })}`, "p");

  expect(result.ok ? [] : result.problems.map(({ id }) => id)).toContain("beam.secret-in-template");
  expect(JSON.stringify(result)).not.toMatch(new RegExp(`${CANARY}|19283746`, "i"));
});

// Without YAML `password: hash` in a text block is a password like any other.
const { "a schema in a text": _schema, ...clearlyHarmless } = HARMLESS;

test.each(Object.entries(clearlyHarmless))("takes %s in a text that cannot be read", (_name, value) => {
  const result = importPipeline(`pipeline:\n  transforms: [{\n type: Mine}]\nx:\n${stringify({ config: value })}`, "p");

  expect(result.ok ? [] : result.problems.map(({ id }) => id)).toEqual([]);
});

test("drops comments before the first line, whatever they are indented by, as Beam does", () => {
  expect(warningsOf("\t# a\n\u00a0# b\n \t\npipeline: {type: chain, transforms: [{type: LogForTesting}]}\n")).toEqual([]);
});

test("reads what is indented behind a byte order mark, as Beam does", () => {
  expect(warningsOf("\ufeff  pipeline: {type: chain, transforms: [{type: LogForTesting}]}\n  options: {}\n")).toEqual([]);
});

test.each(["\r", "\x85", "\u2028", "\u2029"])("reads lines that end with %j, as Beam does", (end) => {
  const text = `${chain("{type: Mine, config: {api_key: abc}}")}providers: [{type: python, config: {}, transforms: {Mine: a.B}}]\n`;

  expect(warningsOf(text.replaceAll("\n", end))).toEqual(["beam.secret-in-clear-text p#Mine.api_key"]);
});

test("whatever the text, reading it ends with a result", () => {
  const pieces = fc.constantFrom(
    "pipeline:",
    "\n",
    "  ",
    "- ",
    "type: ",
    "{{ x }}",
    "{% raw %}",
    "{% endraw %}",
    "{#",
    "#}",
    "&a ",
    "*a",
    "[",
    "]",
    "{",
    "}",
    "password: p",
    "<<: ",
    "'",
    '"',
    "|\n",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), (parts) => {
      expect(typeof importPipeline(parts.join("")).ok).toBe("boolean");
    }),
    { numRuns: 150 },
  );
});
