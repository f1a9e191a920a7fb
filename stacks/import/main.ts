/** `npm run import [-- <product>...] [--from DIR]`: writes lib/imports from the pinned sources. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { locateDefinitions } from "./locate";
import { productFiles } from "./product-files";
import { PRODUCTS } from "./sources";

interface Options {
  readonly from?: string;
}

function run(names: readonly string[], options: Options): void {
  const known = PRODUCTS.map((source) => source.product);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no source for ${unknown.join(", ")}; known: ${known.join(", ")}`);
  for (const source of PRODUCTS.filter(({ product }) => names.length === 0 || names.includes(product))) {
    const { definitions, place } = locateDefinitions(source, options.from);
    const files = productFiles(source, definitions);
    write(join("lib", "imports", source.product), files);
    process.stderr.write(`${source.product} ${source.version}: ${definitions.length} definitions from ${place}\n`);
  }
}

function write(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

new Command("import")
  .description("writes lib/imports from the pinned sources")
  .argument("[product...]", "products to import (default: all)")
  .option("--from <dir>", "folder with crds/<product> for what no registry serves; what it holds is preferred to the registry")
  .action((names: string[], options: Options) => {
    try {
      run(names, options);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  })
  .parse();
