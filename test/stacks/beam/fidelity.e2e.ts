/**
 * Real Beam takes every file that we render, and makes of it what it makes of the original.
 *
 * @exercises beam
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { pipelineYaml } from "#lib/beam/pipeline-spec";
import type { KubeObject } from "#lib/kube/object";
import { renderObjects } from "#stacks/beam/render-objects";
import { secretItems } from "#stacks/beam/submitter";
import { obtainBeam } from "#stacks/beam/tools";
import { transformFacts } from "#stacks/beam/transform-facts";
import { silent } from "#stacks/local/progress";
import { codePoint } from "../../lib/code-point";
import { CORPUS } from "./corpus";

const folder = mkdtempSync(join(tmpdir(), "beam-fidelity-"));
let python: string;

beforeAll(async () => {
  ({ python } = await obtainBeam(silent));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Outcome = { readonly digest: string } | { readonly error: string };

function expandAll(name: string, files: Readonly<Record<string, string>>): Readonly<Record<string, Outcome>> {
  const target = join(folder, name);
  mkdirSync(target);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(target, file), text);
  const printed = execFileSync(python, [join(__dirname, "expand.py"), target], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return JSON.parse(/^RESULT (.*)$/m.exec(printed)?.[1] ?? "{}");
}

/** A pipeline's objects; the test fails where we refuse what Beam accepts. */
function render(definition: string): { readonly text: string; readonly variables: Record<string, string>; readonly all: string } {
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } as const;
  const rendered = renderObjects({ name: "p", pipeline: { definition }, flink: { name: "main", versions } });
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.problems));
  const find = (kind: string): KubeObject | undefined => rendered.value.find((object) => object.kind === kind);
  const data = Object(find("ConfigMap")?.["data"]);
  const keys = secretItems(find("Job") ?? {});
  const variables = Object.fromEntries(keys.map((_key, position) => [`beamstack_secret_${position}`, `secret ${position}`]));
  return { text: data["pipeline.yaml"], variables, all: JSON.stringify(rendered.value) };
}

test("every legal document is taken, and stays what it was", () => {
  const names = Object.keys(CORPUS);
  const original = expandAll("original", Object.fromEntries(names.map((name, at) => [`${at}.yaml`, CORPUS[name] ?? ""])));
  const rendered = names.map((name) => render(CORPUS[name] ?? ""));
  const ours = expandAll(
    "ours",
    Object.fromEntries(
      rendered.flatMap(({ text, variables }, at) => [[`${at}.yaml`, text] as const, [`${at}.json`, JSON.stringify(variables)] as const]),
    ),
  );

  const byName = (outcomes: Readonly<Record<string, Outcome>>) => Object.fromEntries(names.map((name, at) => [name, outcomes[String(at)]]));
  expect(byName(original)).toEqual(
    Object.fromEntries(names.map((name) => [name, { digest: expect.any(String), transforms: expect.any(Number) }])),
  );
  expect(byName(ours)).toEqual(byName(original));
  expect(rendered.filter(({ all }) => all.includes("canary"))).toEqual([]);
});

test("what is known of Beam's transforms is what the package says now", () => {
  expect(JSON.parse(transformFacts(python))).toEqual(
    JSON.parse(readFileSync(join(__dirname, "../../../lib/imports/beam/transforms.json"), "utf8")),
  );
});

test("typed data reads back in Beam's own parser, after its own Jinja, as the same values", () => {
  const samples = fc.sample(fc.dictionary(fc.string({ unit: codePoint }), fc.jsonValue({ stringUnit: codePoint })), {
    numRuns: 150,
    seed: 77,
  });
  const jinja = {
    "{{ x }}": "{% y %}",
    list: ["{#", "{{{", "{", "}}", "a{"],
    'quote"\\': ["'", "\n", "\u0085\u2028\ufeff", "1_000", "1e3", "0o7", "no", "~", "2001-01-01", "<<", "="],
  };
  const values = [jinja, ...samples].map((value) => JSON.parse(JSON.stringify(value)));
  const file = join(folder, "typed.json");
  writeFileSync(file, JSON.stringify(values.map((pipeline) => pipelineYaml({ pipeline }))));
  const script = `
import json, sys, yaml
from apache_beam.yaml import yaml_transform
texts = json.load(open(sys.argv[1], encoding="utf-8"))
print("RESULT " + json.dumps([yaml.load(yaml_transform.expand_jinja(text, {}), Loader=yaml.SafeLoader)["pipeline"] for text in texts]))`;

  const printed = execFileSync(python, ["-c", script, file], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

  expect(JSON.parse(/^RESULT (.*)$/m.exec(printed)?.[1] ?? "null")).toEqual(values);
});
