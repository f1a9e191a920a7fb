/** Generated tables are what the schemas say, and the comments they are made from are true. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exercisingSuites } from "../../scripts/docs/coverage-page";
import { pages, partsOf, sections, tables } from "../../scripts/docs/pages";
import type { Prop } from "../../scripts/docs/props";

/** Every prop with its place, as `flink.clusters.<name>: taskManager.slots`. */
const props: readonly (readonly [string, Prop])[] = tables.flatMap(({ path, tag = "", props: own }) =>
  own.map((prop) => [`${[path, tag].filter(Boolean).join(" ")}: ${prop.name}`, prop] as const),
);

test.each([...pages()])("%s is what `npm run docs` writes", (path, text) => {
  expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe(text);
});

test.each(sections.map((one) => [one.section.pin.name, one] as const))(
  "the README of %s has a place for its generated parts",
  (_name, one) => {
    const page = readFileSync(join(one.folder, "README.md"), "utf8");
    const places = [...page.matchAll(/^<!-- generated: (\w+) -->$/gm)].map(([, part]) => part);
    const known = [...partsOf(one).keys()];

    // A product without custom kinds explains readiness in its own words.
    expect(places).toEqual(expect.arrayContaining(one.section.pin.kinds.length > 0 ? known : ["facts", "props"]));
    expect(known).toEqual(expect.arrayContaining(places));
  },
);

test.each(exercisingSuites().map((suite) => [suite.file, suite] as const))("%s names the components that it exercises", (_file, suite) => {
  const components = sections.map(({ section }) => section.pin.name);

  expect(suite.exercises).not.toEqual([]);
  expect(components).toEqual(expect.arrayContaining([...suite.exercises]));
});

test("every key of the environment file is documented", () => {
  expect(props.filter(([, { isDocumented }]) => !isDocumented).map(([place]) => place)).toEqual([]);
});

test("every optional key, and no required one, has a documented default", () => {
  const wrong = props.filter(([, { isRequired, documentedDefault }]) => isRequired === (documentedDefault !== undefined));

  expect(wrong.map(([place]) => place)).toEqual([]);
});

test("every documented default is that of the schema", () => {
  const plain = props.filter(([, { schemaDefault }]) => schemaDefault !== undefined);
  const wrong = plain.filter(([, { schemaDefault, documentedDefault }]) => schemaDefault !== documentedDefault);

  expect(plain.length).toBeGreaterThan(30);
  expect(wrong.map(([place, { schemaDefault, documentedDefault }]) => `${place}: ${documentedDefault}, not ${schemaDefault}`)).toEqual([]);
});
