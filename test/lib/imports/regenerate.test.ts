import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "#lib/kube/object";
import { chartFacts, chartsModule } from "#stacks/import/chart-files";
import { CHARTS } from "#stacks/import/chart-sources";
import { readDefinitions } from "#stacks/import/definitions";
import { cachedModule } from "#stacks/import/go-module";
import { productFiles } from "#stacks/import/product-files";
import { PRODUCTS, type ProductSource } from "#stacks/import/sources";

const ROOT = join(__dirname, "../../..");
const IMPORTS = join(ROOT, "lib/imports");

/** Sources at hand: a folder given by name, else the one beside the work tree; for Go modules also Go's own cache. No network. */
const FOLDER = [process.env["BEAMSTACK_IAC_IMPORT_SOURCE"], join(ROOT, "../shared")].find((one) => one !== undefined && existsSync(one));

describe.each(PRODUCTS.map((source) => [source.product, source] as const))("%s", (product, source) => {
  const found = fromFolder(product) ?? fromModule(source);
  const name = "comes out of its source as it is checked in";

  if (!found) test.skip(`${name} (skipped: no source at hand, set BEAMSTACK_IAC_IMPORT_SOURCE)`, () => undefined);
  else {
    test(name, () => {
      for (const [path, text] of productFiles(source, found)) expect(readFileSync(join(IMPORTS, product, path), "utf8")).toBe(text);
    });
  }
});

describe.each(CHARTS.map((source) => [source.chart, source] as const))("chart %s", (chart, source) => {
  const charts = FOLDER === undefined ? undefined : join(FOLDER, "charts");
  const facts = charts === undefined ? undefined : chartFacts(source, charts);
  const name = "comes out of its source as it is checked in";

  if (facts === undefined) test.skip(`${name} (skipped: no source at hand, set BEAMSTACK_IAC_IMPORT_SOURCE)`, () => undefined);
  else test(name, () => expect(readFileSync(join(IMPORTS, "charts", `${chart}.json`), "utf8")).toBe(facts));
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

const ELASTIC: ProductSource = {
  product: "eck",
  version: "1",
  licence: "Elastic-2.0",
  source: { registry: "none", repository: "r", tag: "t", path: "p" },
  only: ["a.b", "c.d"],
};

function fromFolder(product: string): readonly KubeObject[] | undefined {
  const found = FOLDER === undefined ? [] : readDefinitions(join(FOLDER, "crds", product));
  return found.length > 0 ? found : undefined;
}

function fromModule({ source }: ProductSource): readonly KubeObject[] | undefined {
  const folder = source.registry === "go" ? cachedModule(source.module, source.version) : undefined;
  return folder === undefined ? undefined : readDefinitions(join(folder, source.path));
}
