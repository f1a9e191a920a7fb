/** `preview` of an environment that nobody ever brought up: no cluster, no stack, no passphrase. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "#lib/core/problem";
import { loadEnvironment } from "#stacks/environments";
import { withChartFolder } from "../fixtures/charts";
import { ROOT, startProgram } from "../fixtures/command";
import { withEngine } from "../fixtures/engine";

const folder = mkdtempSync(join(tmpdir(), "states-"));
afterAll(() => rmSync(folder, { recursive: true }));

withEngine();
const charts = withChartFolder();
beforeAll(() => charts.pack(unwrap(loadEnvironment("prod")).release));

async function preview(backend: string, chartFolder = charts.path) {
  const { PULUMI_CONFIG_PASSPHRASE: _, PULUMI_CONFIG_PASSPHRASE_FILE: __, ...own } = process.env;
  const env = { ...own, KUBECONFIG: "/absent", PULUMI_BACKEND_URL: backend, BEAMSTACK_IAC_CHARTS: chartFolder };
  return startProgram(process.execPath, ["dist/stacks/cli/main.js", "preview", "prod"], { cwd: ROOT, env }).ended;
}

test("says that everything is new, and writes nothing where states are", async () => {
  const before = readdirSync(tmpdir());

  const { code, stdout, stderr } = await preview(`file://${folder}`);

  expect({ code, last: stdout.trimEnd().split("\n").at(-1) }).toEqual({
    code: 0,
    last: expect.stringMatching(/^prod previewed: \d+ objects and \d+ Helm releases, \d+ to create in /),
  });
  expect(stderr).toContain("there is no stack prod yet: everything is new\n");
  expect(readdirSync(folder)).toEqual([]);
  expect(readdirSync(tmpdir()).filter((name) => !before.includes(name) && name.startsWith("beamstack-iac-preview"))).toEqual([]);
});

test("names the chart that a folder of charts lacks, and how to get it", async () => {
  const { code, stdout, stderr } = await preview(`file://${folder}`, folder);

  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/BEAMSTACK_IAC_CHARTS names a folder without \S+\.tgz; where there is a network, run helm pull /);
});

test("takes a state that it cannot reach for an error, and for no empty one", async () => {
  const { code, stderr } = await preview("https://127.0.0.1:1");

  expect(code).toBe(2);
  expect(stderr).toMatch(/^error the stack prod cannot be looked up: .+/m);
});
