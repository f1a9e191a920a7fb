/**
 * A collection of the Transform Garden: locked, installed from its own wheels without a network, and run by submitter and workers.
 *
 * @exercises beam
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "#stacks/beam/free-port";
import { startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import { runSubmitter, WITHOUT_FLINK } from "#stacks/beam/submitter";
import { obtainBeam } from "#stacks/beam/tools";
import { workerMessages } from "#stacks/beam/worker-messages";
import { silent } from "#stacks/local/progress";
import { layOut } from "../../../stacks/beam/rendered";

const ROOT = join(__dirname, "../../../..");
const folder = mkdtempSync(join(tmpdir(), "collection-"));
const [spec, out, site] = [join(folder, "garden.yaml"), join(folder, "out"), join(folder, "site")];
let python: string;

beforeAll(async () => {
  ({ python } = await obtainBeam(silent));
  mkdirSync(out);
  writeSpec(2);
  expect(collection("lock")).toMatchObject({ status: 0, stdout: expect.stringContaining("locked 1 transforms and 2 packages") });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One transform under an alias, with a dependency that the image of Beam does not have. */
function writeSpec(times: number): void {
  const code = [
    "import apache_beam as beam",
    "from unidecode import unidecode",
    "class Repeat(beam.PTransform):",
    "    def __init__(self, times: int):",
    "        super().__init__()",
    "        self._times = times",
    "    def expand(self, pcoll):",
    "        times = self._times",
    `        return pcoll | beam.Map(lambda row: beam.Row(text=unidecode(row.element) * times * ${times}))`,
  ].join("\n");
  const specification = {
    metadata: { name: "my-garden", version: "1.0" },
    source: ["repeat.py"],
    dependencies: ["Unidecode==1.4.0"],
    transforms: [{ Again: "repeat:Repeat" }],
    source_code: { repeat: Buffer.from(`${code}\n`).toString("base64") },
    encoding: "base64",
  };
  writeFileSync(spec, JSON.stringify(specification));
}

function collection(action: "lock" | "check") {
  const env = { ...process.env, PYTHONPATH: join(ROOT, "transforms"), PYTHONDONTWRITEBYTECODE: "1" };
  return spawnSync(python, ["-m", "beamstack_transforms.collection", action, spec, out], { env, encoding: "utf8" });
}

/** As the recipe of the image does. */
function install(target: string) {
  const offline = ["--no-index", "--no-deps", "--require-hashes", "--find-links", join(out, "wheels")];
  return spawnSync(python, ["-m", "pip", "install", ...offline, "--target", target, "-r", join(out, "requirements.txt")], {
    encoding: "utf8",
  });
}

test("its listing of providers runs on submitter and workers that have its wheels", async () => {
  expect(install(site)).toMatchObject({ status: 0 });
  const local = await startWorkerPool({ folder, progress: silent, pythonPath: [site] });
  const jobServer = await startLocalJobServer(local, folder);
  try {
    const definition =
      "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [\u00e4]}\n    - type: Again\n      config: {times: 2}\n" +
      "    - type: LogForTesting\nproviders:\n  - include: providers.yaml\n";
    const includes = { "providers.yaml": readFileSync(join(out, "providers.yaml"), "utf8") };
    const addresses = { flinkPort: await freePort(), jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
    const { command, folder: volume } = layOut({ definition, includes }, { parent: folder, addresses });

    const end = await runSubmitter(command, { folder: volume, env: { ...local.env, ...WITHOUT_FLINK }, timeoutMs: 240_000 });

    expect({ code: end.code, last: end.code === 0 ? "" : end.stderr.slice(-2000) }).toEqual({ code: 0, last: "" });
    expect(workerMessages(jobServer.server.output)).toEqual(['{"text": "aaaa"}']);
  } finally {
    await jobServer.server.stop();
    await local.workerPool.stop();
  }
});

test("the lock has the config schema of the class, names no registry, and is the same the next time", () => {
  const text = readFileSync(join(out, "collection.lock.json"), "utf8");

  expect(JSON.parse(text).transforms["Again"]).toMatchObject({
    class: "my_garden.repeat.Repeat",
    schema: { properties: { times: { type: "integer" } }, required: ["times"], additionalProperties: false },
  });
  expect(text).not.toContain("://");
  expect(collection("check")).toMatchObject({ status: 0, stdout: "" });
});

test("a changed class is noticed", () => {
  writeSpec(3);

  const { status, stdout } = collection("check");

  expect(status).toBe(1);
  expect(stdout).toMatch(/^my-garden==1\.0: sha256:\w+ is now sha256:\w+\nAgain: its source has changed\n$/);
});

test("a wheel that is not the locked one is refused", () => {
  const [wheel = ""] = readdirSync(join(out, "wheels")).filter((name) => name.startsWith("my_garden"));
  execFileSync(python, ["-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'a').writestr('x.py', '')", join(out, "wheels", wheel)]);

  expect(install(join(folder, "other"))).toMatchObject({ status: 1, stderr: expect.stringContaining("DO NOT MATCH THE HASHES") });
});
