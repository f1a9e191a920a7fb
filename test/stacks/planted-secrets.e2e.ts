/** Secrets in an environment, planted wherever one can stand: nothing that is written or said holds one. */

import { spawnSync } from "node:child_process";
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { projectCopy, withCommand } from "../fixtures/command";
import { CANARY, PLANTED } from "../fixtures/secrets/values";

const project = projectCopy();
const { home, start, variables } = withCommand(["planted"], project);
const secret = new RegExp(CANARY, "i");

/** Every form in which a secret can stand in a pipeline file: as a value, in Jinja, in a macro, set, and in options. */
const TRANSFORMS = Object.values(PLANTED).map((value, at) => `    - {type: Mine, name: P${at}, config: ${JSON.stringify(value)}}\n`);
const PIPELINE = `{% set password = '${CANARY}-set' %}
{% macro sink(name) %}
    - {type: Mine, name: {{ name }}, config: {password: ${CANARY}-macro}}
{% endmacro %}
pipeline:
  transforms:
    - {type: Create, config: {elements: [{url: "https://user:${CANARY}@example.com"}]}}
${TRANSFORMS.join("")}    - {type: Mine, name: D, config: {password: "{{ pw | default('${CANARY}-default') }}", api_key: "{{ password }}"}}
{{ sink('S') }}
providers:
  - {type: python, config: {}, transforms: {Mine: mine.Mine}}
options: {s3_secret_access_key: "${CANARY}-option"}
`;
const ENVIRONMENT = `export default {
  name: "planted",
  cluster: { type: "embedded" },
  flink: { clusters: { main: {} } },
  pipelines: { planted: { file: "pipelines/planted.yaml", runner: "main", variables: { pw: { type: "secret-ref", name: "s", key: "k" } } } },
};
`;

const environments = join(project, "stacks/env");

beforeAll(() => {
  mkdirSync(join(environments, "pipelines"), { recursive: true });
  writeFileSync(join(environments, "pipelines/planted.yaml"), PIPELINE);
  writeFileSync(join(environments, "planted.ts"), ENVIRONMENT);
  cpSync(join(__dirname, "../fixtures/reports"), environments, { recursive: true });
});

/** A file may be larger than a text can be. */
function holdsSecret(content: Buffer): boolean {
  return content.includes(CANARY) || content.includes(CANARY.toUpperCase());
}

/** Files below a folder that hold a secret; also the database of the API server, which holds every object. */
function leaks(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => holdsSecret(readFileSync(path)));
}

test("brought up, previewed and logged in full by plain pulumi, no output, file, state or object holds one", async () => {
  const up = await start("up", "planted", "--yes", "--diff").ended;
  expect({ code: up.code, leak: secret.test(up.stdout + up.stderr) }).toEqual({ code: 0, leak: false });

  // Hundreds of megabytes: it goes into a file of the folder that is searched below.
  const log = openSync(join(home, "verbose.log"), "w");
  const verbose = ["up", "--yes", "--refresh", "--non-interactive", "--logtostderr", "--logflow", "-v=9"];
  const { status } = spawnSync("pulumi", verbose, { cwd: project, env: await variables("planted"), stdio: ["ignore", log, log] });
  closeSync(log);
  expect(status).toBe(0);
  expect(statSync(join(home, "verbose.log")).size).toBeGreaterThan(1_000_000);

  const client = connect(loadKubeconfig(join(home, "instances/planted/kubeconfig")));
  try {
    const items = await client.list({ apiVersion: "v1", kind: "ConfigMap" });
    expect(items.map((item) => JSON.stringify(item)).filter((text) => text.includes("beamstack_secret_")).length).toBeGreaterThan(0);
    expect(items.filter((item) => secret.test(JSON.stringify(item)))).toEqual([]);
  } finally {
    client.close();
  }
  expect(leaks(home)).toEqual([]);
});

test("no file of a tree holds one", async () => {
  const out = join(home, "tree");
  const { code, stdout, stderr } = await start("synth", "planted", "--out", out).ended;

  expect({ code, leak: secret.test(stdout + stderr) }).toEqual({ code: 0, leak: false });
  expect(leaks(out)).toEqual([]);
});

test("secrets in clear text in the environment itself are refused, each with its place, and nothing is written", async () => {
  const valid = await start("validate", "r08-secrets").ended;
  const tree = await start("synth", "r08-secrets", "--out", join(home, "refused")).ended;

  expect([valid.code, tree.code]).toEqual([2, 2]);
  // Six secrets; the option of the pipeline is found in two places.
  expect(valid.stdout.match(/"id": "checks\.no-secret-in-clear-text"/g)).toHaveLength(7);
  expect(valid.stdout + valid.stderr + tree.stdout + tree.stderr).not.toMatch(/not-a-real|not-real/);
  expect(readdirSync(home)).not.toContain("refused");
});

test("Java in the submitter's image is not enough", async () => {
  const { code, stdout } = await start("validate", "r16-java").ended;

  expect(code).toBe(2);
  expect(stdout).toContain("pipelines.needs-java");
  expect(stdout).toContain("beam.needs-java");
  expect(stdout).toContain("the worker pool has no Java workers");
  expect(stdout).not.toMatch(/an image that has both/);
});
