import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CrdSource } from "#lib/kube/pin";
import { chartFacts, chartsModule } from "#stacks/import/chart-files";
import { instanceFiles } from "#stacks/import/instance-files";
import { productFiles } from "#stacks/import/product-files";
import { CHARTS, PRODUCTS } from "#stacks/import/sources";
import { submitterFilesText } from "#stacks/import/submitter-files";
import { fromFolder, fromRegistry, NO_SOURCE, SOURCE_FOLDER } from "./sources-at-hand";

const ROOT = join(__dirname, "../../..");
const IMPORTS = join(ROOT, "lib/imports");

describe.each(PRODUCTS.map((source) => [source.product, source] as const))("%s", (product, source) => {
  const found = fromFolder(source) ?? fromRegistry(source);
  const name = "comes out of its source as it is checked in";

  if (!found) test.skip(`${name} (${NO_SOURCE})`, () => undefined);
  else {
    test(name, () => {
      for (const [path, text] of productFiles(source, found)) expect(readFileSync(join(IMPORTS, product, path), "utf8")).toBe(text);
    });
  }
});

describe.each(CHARTS.map((source) => [source.chart, source] as const))("chart %s", (chart, source) => {
  const charts = SOURCE_FOLDER === undefined ? undefined : join(SOURCE_FOLDER, "charts");
  const facts = charts === undefined ? undefined : chartFacts(source, charts);
  const name = "comes out of its source as it is checked in";

  if (facts === undefined) test.skip(`${name} (${NO_SOURCE})`, () => undefined);
  else test(name, () => expect(readFileSync(join(IMPORTS, "charts", `${chart}.json`), "utf8")).toBe(facts));
});

describe("instance-types", () => {
  const files = SOURCE_FOLDER === undefined ? undefined : instanceFiles(SOURCE_FOLDER);
  const name = "come out of their sources as they are checked in";

  if (files === undefined) test.skip(`${name} (${NO_SOURCE})`, () => undefined);
  else {
    test(name, () => {
      for (const [path, text] of files) expect(readFileSync(join(IMPORTS, "instance-types", path), "utf8")).toBe(text);
    });
  }
});

test("the embedded submitter is the one of its Python package", () => {
  expect(readFileSync(join(IMPORTS, "submitter/files.json"), "utf8")).toBe(submitterFilesText(join(ROOT, "submitter")));
});

test("the list of charts is the one of the table", () => {
  expect(readFileSync(join(IMPORTS, "charts/index.ts"), "utf8")).toBe(chartsModule());
});

test("refuses a source that lacks a definition it should have", () => {
  const source = ELASTIC;

  expect(() => productFiles(source, [])).toThrow("eck: its source lacks a.b, c.d");
});

test("refuses a source without any definition", () => {
  const { only: _only, ...all } = ELASTIC;

  expect(() => productFiles(all, [])).toThrow("eck: no CustomResourceDefinition in its source");
});

test("keeps the versions that its source names", () => {
  const schema = { openAPIV3Schema: { type: "object" } };
  const versions = ["v1", "v2"].map((name) => ({ name, served: true, storage: name === "v2", schema }));
  const names = { kind: "B", plural: "b" };
  const metadata = { name: "b.a" };
  const found = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata,
    spec: { group: "a", names, versions },
  };
  const crdsOf = (kept?: readonly string[]) => {
    const files = productFiles({ ...ELASTIC, only: ["b.a"], ...(kept && { versions: kept }) }, [found]);
    const [crd] = JSON.parse(files.get("crds.json") ?? "[]") as { readonly spec: { readonly versions: { readonly name: string }[] } }[];
    return crd?.spec.versions.map(({ name }) => name);
  };

  expect(crdsOf()).toEqual(["v1", "v2"]);
  expect(crdsOf(["v2"])).toEqual(["v2"]);
});

const ELASTIC: CrdSource = {
  product: "eck",
  version: "1",
  licence: "Elastic-2.0",
  source: { registry: "none", repository: "r", tag: "t", path: "p" },
  only: ["a.b", "c.d"],
};
