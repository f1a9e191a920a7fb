/** Where providers of collections are put into a file. */

import { declareCollections } from "#lib/beam/collections";
import { readDocument } from "#lib/beam/document";
import { garden } from "../components/transform-collections/locks";

const collections = [{ name: "garden", lock: garden }];
const PIPELINE = "pipeline:\n  transforms: []\n";
const ITEM = '{ "type": "python", "config": {}, "transforms": { "Again": "my_garden.repeat.Repeat" } }';

test.each<[string, string, string]>([
  ["behind the last key", PIPELINE, `${PIPELINE}providers: [${ITEM}]\n`],
  ["behind a file without a last line end", PIPELINE.trimEnd(), `${PIPELINE}providers: [${ITEM}]\n`],
  ["into a flow mapping", "{pipeline: {transforms: []}}", `{providers: [${ITEM}], pipeline: {transforms: []}}`],
  [
    "before the first provider of a list",
    `${PIPELINE}providers:\n  - include: a.yaml\n`,
    `${PIPELINE}providers:\n  - ${ITEM}\n  - include: a.yaml\n`,
  ],
  ["into a flow list", `providers: [{include: a.yaml}]\n${PIPELINE}`, `providers: [${ITEM}, {include: a.yaml}]\n${PIPELINE}`],
  ["into an empty list", `providers: []\n${PIPELINE}`, `providers: [${ITEM}]\n${PIPELINE}`],
  ["before the end of the document", `${PIPELINE}...\n`, `${PIPELINE}providers: [${ITEM}]\n...\n`],
  [
    "where the list of providers is",
    `x: &x [{include: a.yaml}]\nproviders: *x\n${PIPELINE}`,
    `x: &x [${ITEM}, {include: a.yaml}]\nproviders: *x\n${PIPELINE}`,
  ],
  ["below an indented root", "  pipeline:\n    transforms: []\n", `  pipeline:\n    transforms: []\n  providers: [${ITEM}]\n`],
])("%s", (_, text, expected) => {
  expect(declareCollections(text, collections)).toBe(expected);
  expect(readDocument(expected).providers[0]?.transforms).toEqual({ Again: "my_garden.repeat.Repeat" });
});

test.each([
  ["whose providers Jinja may make", `{% if x %}\nproviders: []\n{% endif %}\n${PIPELINE}`.replace("providers", "options")],
  ["that is no YAML before Jinja renders it", "{% for x in y %}\n- {{ x }}: [\n{% endfor %}"],
])("nothing is put into a file %s", (_, text) => {
  expect(declareCollections(text, collections)).toBeUndefined();
});

test("without collections a file stays as it is", () => {
  expect(declareCollections("{{ anything", [])).toBe("{{ anything");
});
