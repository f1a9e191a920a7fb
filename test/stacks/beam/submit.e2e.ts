/** The submitter's own command line on real Beam: a real job server, and the worker pool as the sidecar starts it. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "#lib/core/problem";
import { type LocalBeam, startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import { type RenderProps, renderObjects } from "#stacks/beam/render-objects";
import type { Service } from "#stacks/beam/service";
import { loopbackCommand, runSubmitter, type SubmitterEnd, writeVolume } from "#stacks/beam/submitter";
import { freePort } from "#stacks/beam/free-port";
import { silent } from "#stacks/local/progress";

jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "beam-"));
let local: LocalBeam;
let jobServer: { readonly port: number; readonly server: Service };

beforeAll(async () => {
  local = await startWorkerPool({ folder, progress: silent });
  jobServer = await startLocalJobServer(local, folder);
});

afterAll(async () => {
  await jobServer?.server.stop();
  await local?.workerPool.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function submit(definition: string, more: Partial<RenderProps["pipeline"]> = {}, secrets: Readonly<Record<string, string>> = {}): Promise<SubmitterEnd> {
  const objects = unwrap(
    renderObjects({
      name: "sample",
      pipeline: { definition, ...more },
      flink: { name: "main", versions: { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } },
    }),
  );
  const find = (kind: string) => objects.find((object) => object.kind === kind) ?? {};
  const volume = mkdtempSync(join(folder, "volume-"));
  writeVolume({ job: find("Job"), configMap: find("ConfigMap") }, volume, (secret, key) => secrets[`${secret}/${key}`] ?? "");
  const addresses = { flinkPort: await freePort(), jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
  return runSubmitter(loopbackCommand(find("Job"), addresses), { folder: volume, env: local.env, timeoutMs: 120_000 });
}

test("runs the tutorial to its end", async () => {
  const end = await submit(readFileSync(join(__dirname, "../../../stacks/env/pipelines/upstream-tutorial.yaml"), "utf8"));

  expect(end.stderr).toContain("pipeline sample-");
  expect(end.code).toBe(0);
});

test("a failing pipeline ends with 1 and its own error as the last word", async () => {
  const end = await submit(
    "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [0]}\n    - type: MapToFields\n      config: {language: python, fields: {x: 1 / element}}\n    - type: LogForTesting\n",
  );

  expect(end.code).toBe(1);
  expect(end.stderr.trimEnd().split("\n").at(-1)).toMatch(/^beamstack: pipeline sample-\w+ failed: .*ZeroDivisionError/);
});
