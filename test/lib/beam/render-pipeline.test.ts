/** Only the bound values change, and each reads back as what it was bound to. */

import fc from "fast-check";
import { parse } from "yaml";
import { importPipeline } from "#lib/beam/import-pipeline";
import { type PipelineBinding, renderPipeline } from "#lib/beam/render-pipeline";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";

function render(text: string, bindings: Readonly<Record<string, PipelineBinding>> = {}) {
  return renderPipeline(unwrap(importPipeline(text)), { bindings, secretName: "p-secrets", path: "pipelines.p" });
}

const text = `# a comment
pipeline:
  transforms:
    - type: Sink   # kept
      name: out
      config:
        url: http://dev
        api_key: 'it''s'
        auth: [me, ]
        empty:
        list:
          - a
          - b
        block: |
          one
          two
        flow: {a: 1, b: [x, z]}
`;

test("a file without secrets and bindings stays as it is", () => {
  const plain = text.replace(/.*api_key.*\n/, "");

  expect(unwrap(render(plain))).toMatchObject({ text: plain, secrets: [] });
});

test("a secret becomes a variable, the rest of the file stays", () => {
  expect(unwrap(render(text))).toMatchObject({
    text: text.replace("'it''s'", '"{{ beamstack_secret_0 }}"'),
    secrets: [{ variable: "beamstack_secret_0", secret: secretRef("p-secrets", "out.api_key") }],
  });
});

const VALUES: readonly (readonly [string, string])[] = [
  ["a plain text", "out.url"],
  ["a quoted text", "out.api_key"],
  ["an empty value", "out.empty"],
  ["a list", "out.list"],
  ["an item of a list", "out.list.1"],
  ["a block text", "out.block"],
  ["an object in flow form", "out.flow"],
  ["an item in flow form", "out.flow.b.0"],
];

test.each(VALUES)("%s can be bound to any value", (_what, name) => {
  const path = name.split(".").slice(1);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
      const rendered = unwrap(render(text, { "out.api_key": { type: "value", value: "x" }, [name]: { type: "value", value } }));
      const expected = structuredClone(parse(text));
      set(expected.pipeline.transforms[0].config, ["api_key"], "x");
      set(expected.pipeline.transforms[0].config, path, value);

      expect(parse(rendered.text.replaceAll("{{ '{' }}", "{"), { version: "1.1" })).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
    { numRuns: 20 },
  );
});

test("a binding names a transform by its type, too, and every transform of that type", () => {
  const two = "pipeline:\n  transforms:\n    - {type: Sink, name: a, config: {url: x}}\n    - {type: Sink, name: b, config: {url: y}}\n";

  const rendered = unwrap(render(two, { "Sink.url": { type: "value", value: "z" } }));

  expect(rendered.text).toBe(two.replace("url: x", 'url: "z"').replace("url: y", 'url: "z"'));
});

test("an option of the file is bound by its path", () => {
  const rendered = unwrap(
    render("pipeline: {transforms: []}\noptions: {streaming: false}\n", { "options.streaming": { type: "value", value: true } }),
  );

  expect(rendered.text).toBe("pipeline: {transforms: []}\noptions: {streaming: true}\n");
});

test("a value in a template is bound where it stands", () => {
  const template = "{% if x %}\npipeline:\n  transforms:\n    - {type: Sink, config: {url: {{ x }}, password: abc}}\n{% endif %}\n";

  expect(unwrap(render(template)).text).toBe(template.replace("abc", '"{{ beamstack_secret_0 }}"'));
});

test("a bound object covers the secrets in it", () => {
  const file = "pipeline: {transforms: [{type: Sink, config: {auth: {password: abc}}}]}\n";

  expect(unwrap(render(file, { "Sink.auth": { type: "value", value: {} } })).secrets).toEqual([]);
});

test("names the value that was meant where a binding names none", () => {
  expect(render(text, { "out.ulr": secretRef("a", "b") })).toMatchObject({
    ok: false,
    problems: [{ id: "beam.unknown-binding", path: 'pipelines.p.bindings["out.ulr"]', fix: "did you mean out.url?" }],
  });
});

test.each([
  ["inside another bound value", text, { "out.list": { type: "value", value: [] }, "out.list.0": { type: "value", value: 1 } }],
  [
    "where Jinja leaves everything as it is",
    "{% raw %}\npipeline: {transforms: [{type: Sink, config: {url: x}}]}\n{% endraw %}\n",
    { "Sink.url": secretRef("a", "b") },
  ],
] as const)("refuses a binding %s", (_what, file, bindings) => {
  expect(render(file, bindings)).toMatchObject({ ok: false, problems: [{ id: "beam.value-not-replaceable" }] });
});

function set(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) target[key] = value;
  else set(target[key] as Record<string, unknown>, rest, value);
}

const sink = (config: string) => `pipeline:\n  transforms:\n    - type: Sink\n      config:\n${config}`;

test.each([
  ["a scalar of a condition", sink("        url: {% if prod %}https://prod{% else %}https://dev{% endif %}\n")],
  ["a scalar before a condition's end", sink("        url: https://prod{% if prod %}/x{% endif %}\n")],
  ["a scalar of a comparison", sink("        url: {% if env == 'prod' %}https://prod{% endif %}\n")],
  ["a list of a loop", sink("        url:\n{% for i in [1, 2] %}\n          - {{ i }}\n{% endfor %}\n        other: 1\n")],
])("%s cannot be bound: half of a block would be left, or the value repeated", (_what, file) => {
  expect(render(file, { "Sink.url": { type: "value", value: "https://x" } })).toMatchObject({
    ok: false,
    problems: [{ id: "beam.value-not-replaceable" }],
  });
});

test.each([
  ["between blocks that begin before its key", sink("{% if prod %}\n        url: http://dev\n{% endif %}\n        other: 1\n")],
  ["with a whole comparison in it", sink(`        url: "{% if env == 'prod' %}https://prod{% endif %}"\n`)],
  ["with a whole condition in it", sink('        url: "{% if prod %}https://prod{% endif %}"\n')],
])("a value %s can be bound", (_what, file) => {
  expect(render(file, { "Sink.url": { type: "value", value: "https://x" } })).toMatchObject({ ok: true });
});
