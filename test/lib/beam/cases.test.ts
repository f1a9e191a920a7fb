/** Pipeline files that went wrong once, each with its right value. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "#lib/beam/document";
import { importPipeline } from "#lib/beam/import-pipeline";
import { webIncludeProblems } from "#lib/beam/includes";
import { expansionServices, fetchesPackages, isStreaming, webAddresses } from "#lib/beam/reach";
import { liftedSecrets, renderPipeline } from "#lib/beam/render-pipeline";
import { unwrap } from "#lib/core/problem";

const folder = join(__dirname, "../../fixtures/beam");
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");

/** `<id> <line>:<column>` of everything that is pointed out. */
function found(name: string): string[] {
  const result = importPipeline(textOf(name), "p");
  const all = result.ok ? result.warnings : result.problems;
  return all.map(({ id, path }) => `${id} ${/^p:(\d+:\d+)/.exec(path)?.[1] ?? path}`);
}

const lifted = (name: string) => liftedSecrets(readDocument(textOf(name)), { bindings: {}, secretName: "s" });

function rendered(name: string): string {
  return unwrap(renderPipeline(readDocument(textOf(name)), { bindings: {}, secretName: "s", path: "p" })).text;
}

test("a default in Jinja is lifted as the text that it is", () => {
  expect(lifted("01-default-filter-secret.yaml").map(({ secret }) => secret.text)).toEqual(["fallback9"]);
  expect(rendered("01-default-filter-secret.yaml")).toContain(`"{{ pw | default(beamstack_secret_0) }}"`);
});

test.each([
  ["02-two-unnamed-same-type.yaml", ["three3", "longer-than-that"]],
  ["18-two-secrets-one-key.yaml", ["first-pw", "second-pw"]],
])("%s has a key for each secret", (name, texts) => {
  const secrets = lifted(name);

  expect(secrets.map(({ secret }) => secret.text)).toEqual(texts);
  expect(new Set(secrets.map(({ ref }) => ref.key)).size).toBe(2);
});

test.each([
  "13-secret-fields-of-beam-itself.yaml",
  "14-secret-jinja-literals.yaml",
  "15-secret-camel-case-and-properties.yaml",
  "16-secret-in-macro-file.yaml",
])("%s keeps no secret", (name) => {
  const ownText = textOf(name).replace(/^#.*\n/, "");

  expect(rendered(name).replace(/^#.*\n/, "")).not.toContain("pw-in-clear");
  expect(lifted(name).length).toBeGreaterThanOrEqual(ownText.split("pw-in-clear").length - 1);
});

test("what Jinja makes is not judged, and nothing is invented", () => {
  const result = importPipeline(textOf("19-mask-in-messages.yaml"), "p");

  expect(result.ok && JSON.stringify(result.warnings)).not.toMatch(/JJ|\ue000/);
  expect(found("19-mask-in-messages.yaml").map((line) => line.replace(/ .*/, ""))).toEqual([
    "beam.undefined-variable",
    "beam.undefined-variable",
    "beam.undefined-variable",
    "beam.option-of-the-runner",
    "beam.undefined-variable",
  ]);
});

const FINDINGS: Readonly<Record<string, readonly string[]>> = {
  "08-jinja-variable.yaml": ["beam.undefined-variable 8:19"],
  "09-with-tests.yaml": [],
  "11-control-in-leading-comment.yaml": [],
  "20-local-paths-missed.yaml": [
    "beam.local-file 6:22",
    "beam.local-file 8:41",
    "beam.local-file 10:22",
    "beam.other-file 13:19",
    "beam.other-file 16:25",
    "beam.other-file 18:14",
    "beam.other-file 19:30",
  ],
  "21-managed-io-needs-java.yaml": ["beam.needs-java 5:13"],
  "22-dependencies.yaml": ["beam.fetches-packages 8:48"],
  "24-stream-without-option.yaml": ["beam.needs-java 5:13"],
  "25-duplicate-key-refused.yaml": ["beam.duplicate-key 13:11", "beam.secret-in-clear-text 13:21"],
  "local/04-relative-paths.yaml": ["beam.local-file 6:22", "beam.local-file 8:22"],
  "local/06-include-beside-the-file.yaml": ["beam.other-file 4:1"],
  "local/07-providers-beside-the-file.yaml": ["beam.other-file 7:14"],
};

test.each(Object.entries(FINDINGS))("%s is taken, with its findings", (name, expected) => {
  expect(importPipeline(textOf(name)).ok).toBe(true);
  expect(found(name).filter((line) => !line.startsWith("beam.secret-empty"))).toEqual(expected);
});

const REFUSED: Readonly<Record<string, string>> = {
  "a-misspelt-key.yaml": "beam.schema 4:7",
  "b-misspelt-field.yaml": "beam.unknown-field 4:16",
  "c-unknown-input.yaml": "beam.unknown-input 6:14",
  "d-input-in-chain.yaml": "beam.schema 7:14",
  "f-pipeline-is-text.yaml": "beam.schema 1:11",
  "g-undefined-alias.yaml": "beam.refused-by-parser 5:20",
  "h-duplicate-anchor.yaml": "beam.refused-by-parser 5:10",
  "i-unknown-tag.yaml": "beam.refused-by-parser 5:25",
  "k-undefined-variable.yaml": "beam.undefined-variable 4:31",
};

test("every file that Beam refuses is in the table", () => {
  expect(Object.keys(REFUSED)).toEqual(readdirSync(join(folder, "accepted-but-beam-refuses")).sort());
});

test.each(Object.entries(REFUSED))("%s, which Beam refuses, is pointed out with line and column", (name, expected) => {
  expect(found(`accepted-but-beam-refuses/${name}`)).toContain(expected);
});

test("the submitter's needs are known: packages, pages and expansion services", () => {
  expect(fetchesPackages(readDocument(textOf("21-managed-io-needs-java.yaml")))).toBe(true);
  expect(fetchesPackages(readDocument(textOf("22-dependencies.yaml")))).toBe(true);
  const remote = readDocument(textOf("23-https-include-and-remote.yaml"));
  const pages = { texts: { p: remote.text }, by: "options", at: "--web-include" } as const;
  expect(webIncludeProblems({ ...pages, allowed: [] })).toMatchObject([
    { id: "beam.include-from-web", path: expect.stringMatching(/^p:8:14/) },
  ]);
  expect(webIncludeProblems({ ...pages, allowed: ["https://example.org/listing.yaml"] })).toEqual([]);
  expect(webAddresses(remote)).toEqual(["https://example.org/listing.yaml"]);
  expect(expansionServices(remote)).toMatchObject([{ host: "expansion.default.svc", port: 8097 }]);
});

test.each([
  [textOf("24-stream-without-option.yaml"), true],
  [textOf("24-stream-without-option.yaml").replace("format: RAW", "max_read_time_seconds: 60"), false],
  ["pipeline: {transforms: []}\noptions: {streaming: 'true'}\n", true],
  ["pipeline: {transforms: []}\noptions: {streaming: false}\n", false],
])("%j: is a stream: %j", (text, expected) => {
  expect(isStreaming(readDocument(text))).toBe(expected);
});

test.each([
  [
    "language: pyton",
    "pipeline: {type: chain, transforms: [{type: MapToFields, config: {language: pyton, fields: {a: b}}}]}\n",
    "beam.unknown-language",
    "python",
  ],
  [
    "an input that two transforms are called",
    "pipeline: {transforms: [{type: Create, config: {elements: [1]}}, {type: Create, config: {elements: [2]}}, {type: LogForTesting, input: Create}]}\n",
    "beam.ambiguous-input",
    "names of their own",
  ],
  [
    "a name given twice",
    "pipeline: {transforms: [{type: Create, name: A, config: {elements: [1]}}, {type: Create, name: A, config: {elements: [2]}}]}\n",
    "beam.duplicate-name",
    "rename",
  ],
])("points out %s", (_what, text, id, fix) => {
  const result = importPipeline(text);

  expect(result.ok && result.warnings).toMatchObject([{ id, fix: expect.stringContaining(fix) }]);
});
