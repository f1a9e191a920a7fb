/** Typed data as YAML. */

import fc from "fast-check";
import { parse } from "yaml";
import { pipelineYaml } from "#lib/beam/pipeline-spec";
import { codePoint } from "../code-point";

test("reads like YAML that a person wrote", () => {
  const text = pipelineYaml({
    pipeline: {
      type: "chain",
      transforms: [{ type: "Create", config: { elements: [1, 2.5, "yes", null], reshuffle: true } }, { type: "LogForTesting" }],
    },
    options: {},
  });

  expect(text).toBe(`pipeline:
  type: "chain"
  transforms:
    -
      type: "Create"
      config:
        elements:
          - 1
          - 2.5
          - "yes"
          - null
        reshuffle: true
    -
      type: "LogForTesting"
options: {}
`);
});

test("braces stay text when Jinja has run", () => {
  expect(pipelineYaml({ pipeline: { a: "{{ b }} {% c %} {# d {{{" } })).toBe(
    "pipeline:\n  a: \"{{ '{' }}{ b }} {{ '{' }}% c %} {{ '{' }}# d {{ '{' }}{{ '{' }}{\"\n",
  );
});

test.each(["1.1", "1.2"] as const)("a YAML %s parser reads every value back", (version) => {
  for (const word of ["e0", "no", "n"])
    expect(parse(pipelineYaml({ pipeline: { [word]: word } }), { version })).toEqual({ pipeline: { [word]: word } });
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: codePoint }), fc.jsonValue({ stringUnit: codePoint })), (pipeline) => {
      const plain = JSON.parse(JSON.stringify({ pipeline }));

      expect(parse(pipelineYaml(plain).replaceAll("{{ '{' }}", "{"), { version })).toEqual(plain);
    }),
    { numRuns: 60 },
  );
});
