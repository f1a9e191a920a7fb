/** Environments with clusters of their own, brought up unchanged on embedded control planes. */

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeControlPlane } from "#stacks/local/control-plane/stop";
import { ROOT, startProgram } from "../fixtures/command";
import { withEngine } from "../fixtures/engine";

const home = mkdtempSync(join(tmpdir(), "rehearsals-"));
const own = mkdtempSync(join(tmpdir(), "own-"));
const ENVIRONMENTS = ["acme", "staging", "prod"];

/** A platform engineer's own environment, with a mirror, and with what only its cluster has: a claim, a storage class, Secrets. */
const ACME = `import { defineEnvironment, Size, secretRef } from "beamstack-iac";

export default defineEnvironment({
  name: "acme",
  cluster: { type: "context", context: "acme-prod" },
  imageRegistry: "registry.acme.example/mirror",
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) }, zones: ["a", "b"] } },
  certManager: {},
  flink: {
    clusters: {
      main: {
        storage: { type: "claim", claimName: "flink-state" },
        highAvailability: true,
        jobManager: { pool: "cpu" },
        taskManager: { pool: "cpu", slots: 2 },
        worker: { secretEnv: { OPENAI_API_KEY: secretRef("openai", "api-key") } },
      },
    },
  },
  elasticsearch: { clusters: { docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(10), storageClass: "fast", pool: "cpu" } } } } },
  monitoring: { grafana: { adminSecret: "grafana-admin" } },
  pipelines: { hello: { file: "pipelines/hello.yaml", runner: "main" } },
});
`;

const env = { ...process.env, BEAMSTACK_IAC_HOME: home, KUBECONFIG: "/absent", PULUMI_BACKEND_URL: "file:///absent" };

withEngine();
beforeAll(() => {
  const template = join(ROOT, "stacks/cli/commands/init/template");
  mkdirSync(join(own, "node_modules"));
  for (const [name, target] of [
    ["beamstack-iac", ROOT],
    ["@pulumi", join(ROOT, "node_modules/@pulumi")],
  ] as const)
    symlinkSync(target, join(own, "node_modules", name));
  for (const file of ["Pulumi.yaml", "index.cjs", "env/pipelines"]) cpSync(join(template, file), join(own, file), { recursive: true });
  writeFileSync(join(own, "package.json"), "{}");
  writeFileSync(join(own, "env/acme.ts"), ACME);
});
afterAll(async () => {
  for (const name of ENVIRONMENTS) await removeControlPlane(name, home);
  for (const folder of [home, own]) rmSync(folder, { recursive: true, force: true });
});

const run = (name: string, command: string, ...flags: string[]) => {
  const args = [join(ROOT, "dist/stacks/cli/main.js"), command, name, "--rehearse", ...flags];
  return startProgram(process.execPath, args, { cwd: name === "acme" ? own : ROOT, env }).ended;
};

test.each(ENVIRONMENTS)("%s: up, no changes, ready, destroy", async (name) => {
  const up = await run(name, "up", "--yes");
  const again = await run(name, "preview", "--expect-no-changes");
  const status = await run(name, "status", "--json");
  const destroyed = await run(name, "destroy", "--yes");
  const left = await run(name, "inventory", "--json");

  expect({ code: up.code, last: up.stderr.split("\n").filter((line) => line.startsWith("error")) }).toEqual({ code: 0, last: [] });
  expect(again.stdout).toContain(`${name} (rehearsal) previewed: `);
  expect({ code: again.code, changes: /\d+ (changes|to \w+)/.exec(again.stdout)?.[0] }).toEqual({ code: 0, changes: "0 changes" });
  expect(JSON.parse(status.stdout)).toMatchObject({ kind: "Status", ready: true });
  expect(destroyed.code).toBe(0);
  const { objects, retained } = JSON.parse(left.stdout);
  expect(objects).toHaveLength(retained);
});

test("a preview shows old and new values of what differs", async () => {
  await run("acme", "up", "--yes");
  writeFileSync(join(own, "env/acme.ts"), ACME.replace("slots: 2", "slots: 4"));
  const { code, stdout } = await run("acme", "preview");
  writeFileSync(join(own, "env/acme.ts"), ACME);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^~ flink.apache.org\/FlinkDeployment\/flink\/main {2}update$/m);
  expect(stdout).toMatch(/^ {4}spec.flinkConfiguration\["taskmanager.numberOfTaskSlots"\]: "2" -> "4"$/m);
  expect(stdout).toMatch(/^acme \(rehearsal\) previewed: \d+ objects, \d+ to update/m);
});

test("an embedded environment has nothing to rehearse", async () => {
  const refused = await run("local", "up", "--yes");

  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("environment.rehearsal-of-embedded") });
});
