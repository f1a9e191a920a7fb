/** Where the published definitions are to be found on this machine, without a network. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "#lib/kube/object";
import type { CrdSource } from "#lib/kube/pin";
import { readDefinitions } from "#stacks/import/definitions";
import { cachedModule } from "#stacks/import/go-module";
import { definitionsIn } from "#stacks/import/locate";

/** The folder that the environment names, else the one beside the work tree, if there is one. */
export const SOURCE_FOLDER: string | undefined = [process.env["BEAMSTACK_IAC_IMPORT_SOURCE"], join(__dirname, "../../../../shared")].find(
  (folder) => folder !== undefined && existsSync(folder),
);

/** What a test without sources says of itself. */
export const NO_SOURCE = "skipped: no source at hand, set BEAMSTACK_IAC_IMPORT_SOURCE to a folder with crds/ and charts/";

/** A product's definitions as they lie in the folder. */
export function fromFolder(source: CrdSource): readonly KubeObject[] | undefined {
  return SOURCE_FOLDER === undefined ? undefined : definitionsIn(SOURCE_FOLDER, source)?.definitions;
}

/** A product's definitions as Go's module cache holds them. */
export function fromRegistry({ source }: CrdSource): readonly KubeObject[] | undefined {
  const folder = source.registry === "go" ? cachedModule(source.module, source.version) : undefined;
  return folder === undefined || source.registry !== "go" ? undefined : readDefinitions(join(folder, source.path));
}
