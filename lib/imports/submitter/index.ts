/** The submitter's Python files, generated from `submitter/`. Never edited. */

import files from "./files.json";

/** Every file by its path beside the pipeline's file. */
export const submitterFiles: Readonly<Record<string, string>> = files;
