/** Imports and renders the pipeline file of the first argument: all findings, all secrets lifted. */

import { readFileSync } from "node:fs";
import { importPipeline } from "#lib/beam/import-pipeline";
import { renderPipeline } from "#lib/beam/render-pipeline";
import { unwrap } from "#lib/core/problem";

const [, , file = ""] = process.argv;
const document = unwrap(importPipeline(readFileSync(file, "utf8")));
const { text } = unwrap(renderPipeline(document, { bindings: {}, secretName: "pipeline-secrets", path: "pipeline" }));
process.stdout.write(text);
