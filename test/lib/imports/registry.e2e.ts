import { productFiles } from "#stacks/import/product-files";
import { PRODUCTS } from "#stacks/import/sources";
import { fromFolder, fromRegistry, NO_SOURCE } from "./sources-at-hand";

describe.each(PRODUCTS.map((source) => [source.product, source] as const))("%s", (_product, source) => {
  const name = "is the same from the folder on disk and from the registry's package";
  const onDisk = fromFolder(source);
  const published = fromRegistry(source);

  if (source.source.registry === "none") test.skip(`${name} (skipped: no registry has it)`, () => undefined);
  else if (!onDisk || !published) test.skip(`${name} (${NO_SOURCE}, and run npm run import for Go's cache)`, () => undefined);
  else test(name, () => expect(productFiles(source, published)).toEqual(productFiles(source, onDisk)));
});
