import { existsSync } from "node:fs";
import { join } from "node:path";
import { readDefinitions } from "#stacks/import/definitions";
import { cachedModule } from "#stacks/import/go-module";
import { productFiles } from "#stacks/import/product-files";
import { PRODUCTS } from "#stacks/import/sources";

const BESIDE = join(__dirname, "../../../../shared");
const FOLDER = process.env["BEAMSTACK_IAC_IMPORT_SOURCE"] ?? BESIDE;

describe.each(PRODUCTS.map((source) => [source.product, source] as const))("%s", (product, source) => {
  const name = "is the same from the folder on disk and from the registry's package";
  const folder = join(FOLDER, "crds", product);
  const module = source.source.registry === "go" ? cachedModule(source.source.module, source.source.version) : undefined;

  if (source.source.registry === "none") test.skip(`${name} (skipped: no registry has it)`, () => undefined);
  else if (!existsSync(folder)) test.skip(`${name} (skipped: set BEAMSTACK_IAC_IMPORT_SOURCE)`, () => undefined);
  else if (module === undefined) test.skip(`${name} (skipped: not in Go's cache, run npm run import)`, () => undefined);
  else {
    const { path } = source.source;
    test(name, () => {
      expect(productFiles(source, readDefinitions(join(module, path)))).toEqual(productFiles(source, readDefinitions(folder)));
    });
  }
});
