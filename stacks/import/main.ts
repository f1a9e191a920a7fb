/** `npm run import [-- <name>...] [--from DIR]`: writes lib/imports from the pinned sources. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { obtainBeam } from "../beam/tools";
import { transformFacts } from "../beam/transform-facts";
import { progressLine } from "../local/progress";
import { beamFiles } from "./beam-files";
import { chartFacts, chartsModule } from "./chart-files";
import { chartPods } from "./chart-pods";
import { instanceFiles } from "./instance-files";
import { locateDefinitions } from "./locate";
import { productFiles } from "./product-files";
import { CHARTS, PRODUCTS } from "./sources";
import { submitterFilesText } from "./submitter-files";

interface Options {
  readonly from?: string;
}

/** One import; `run` returns what it wrote, or throws. */
interface Import {
  readonly name: string;
  readonly run: () => string | Promise<string>;
}

const OUT = join("lib", "imports");

function imports(from: string | undefined): Import[] {
  const products = PRODUCTS.map((source) => ({
    name: source.product,
    run: () => {
      const { definitions, place } = locateDefinitions(source, from);
      write(join(OUT, source.product), productFiles(source, definitions));
      return `${source.product} ${source.version} from ${place}`;
    },
  }));
  const charts = CHARTS.map((source) => ({
    name: source.chart,
    run: () => {
      const folder = from === undefined ? undefined : join(from, "charts");
      const facts = folder === undefined ? undefined : chartFacts(source, folder);
      if (facts === undefined) {
        throw new Error(
          `no registry serves the values of chart ${source.chart} (${source.source}); pass --from DIR with DIR/charts/${source.chart}`,
        );
      }
      write(join(OUT, "charts"), new Map([[`${source.chart}.json`, facts]]));
      return `chart ${source.chart} ${source.version} from ${folder}`;
    },
  }));
  return [
    ...products,
    ...charts,
    { name: "pods", run: () => importPods(from) },
    { name: "instance-types", run: () => importInstanceTypes(from) },
    { name: "beam", run: importBeam },
    { name: "submitter", run: importSubmitter },
  ];
}

function importPods(from: string | undefined): string {
  if (from === undefined) throw new Error("no registry serves the charts; pass --from DIR with DIR/charts/<chart> and its templates");
  const files = chartPods(join(from, "charts"), process.env["HELM"] ?? "helm");
  write(join(OUT, "pods"), files);
  return `pods of charts: ${[...files.keys()].join(", ")}`;
}

function importInstanceTypes(from: string | undefined): string {
  const files = from === undefined ? undefined : instanceFiles(from);
  if (files === undefined) {
    throw new Error(
      "no registry serves all of the tables; pass --from DIR with DIR/instance-types/<file>; stacks/import/instance-types.ts lists the files",
    );
  }
  write(join(OUT, "instance-types"), files);
  return `instance types from ${from}`;
}

async function importBeam(): Promise<string> {
  const { python } = await obtainBeam((event) => process.stderr.write(`${progressLine(event)}\n`));
  write(join(OUT, "beam"), beamFiles(transformFacts(python)));
  return "transforms of Beam from its Python package";
}

function importSubmitter(): string {
  write(join(OUT, "submitter"), new Map([["files.json", submitterFilesText("submitter")]]));
  return "the submitter from its Python package";
}

/** Imports requested by name must succeed; others without a source stay unchanged. */
async function run(names: readonly string[], options: Options): Promise<void> {
  const all = imports(options.from);
  const unknown = names.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new Error(`no source for ${unknown.join(", ")}; known: ${[...new Set(all.map((one) => one.name))].join(", ")}`);
  for (const one of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
    try {
      process.stderr.write(`wrote ${await one.run()}\n`);
    } catch (error) {
      if (names.length > 0 || !(error instanceof Error)) throw error;
      process.stderr.write(`kept ${one.name} unchanged: ${error.message}\n`);
    }
  }
  write(join(OUT, "charts"), new Map([["index.ts", chartsModule()]]));
}

function write(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

new Command("import")
  .description("write lib/imports from the pinned sources")
  .argument("[name...]", "products and charts to import (default: all)")
  .option("--from <dir>", "folder with crds/<product> and charts/<chart>; takes precedence over the registry")
  .action(async (names: string[], options: Options) => {
    try {
      await run(names, options);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  })
  .parse();
