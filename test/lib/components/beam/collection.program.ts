/**
 * A collection of the Transform Garden: locked, installed from its own wheels without a network or by the Job of an environment from a package index, and run by
 * submitter and workers; and by the commands that take a file, which install what is locked.
 *
 * @exercises beam, transform-collections
 */

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createPlatform } from "#charts/platform";
import { readLock } from "#lib/beam/collection-lock";
import { catalog } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { freePort } from "#stacks/beam/free-port";
import { startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import { collectionFolders } from "#stacks/beam/local-collections";
import { answers, Service } from "#stacks/beam/service";
import { loopbackCommand, runSubmitter, WITHOUT_FLINK, writeVolume } from "#stacks/beam/submitter";
import { obtainBeam } from "#stacks/beam/tools";
import { workerMessages } from "#stacks/beam/worker-messages";
import { pipelineCommand } from "#stacks/cli/commands/pipeline";
import { silent } from "#stacks/local/progress";
import { environmentOf, type Machine, runContainer } from "../../../fixtures/pod-process";
import { layOut } from "../../../stacks/beam/rendered";
import { FakeTerminal } from "../../../stacks/cli/fake-terminal";

const ROOT = join(__dirname, "../../../..");
const CHAIN =
  "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [\u00e4]}\n    - type: Again\n      config: {times: 2}\n" +
  "    - type: LogForTesting\n";
const folder = mkdtempSync(join(tmpdir(), "garden-"));
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
    docs: "Repeats texts.",
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
    const definition = `${CHAIN}providers:\n  - include: providers.yaml\n`;
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

/** The file and its collection, as a user names them. */
async function pipeline(action: string, ...args: string[]): Promise<FakeTerminal> {
  const [file, terminal] = [join(folder, "again.yaml"), new FakeTerminal()];
  writeFileSync(file, `${CHAIN}tests:\n  - expected_inputs: [{name: LogForTesting, elements: [{text: aaaa}]}]\n`);
  const collection = ["--collection", `garden=${join(out, "collection.lock.json")}`];
  await pipelineCommand(terminal).parseAsync([action, file, ...collection, ...args], { from: "user" });
  return terminal;
}

/** Where the commands have what is locked. */
async function inCache(): Promise<string> {
  const file = join(out, "collection.lock.json");
  const [packages = ""] = await collectionFolders(
    [{ name: "garden", lock: unwrap(readLock(readFileSync(file, "utf8"), file)), wheels: join(out, "wheels") }],
    silent,
  );
  return packages;
}

describe("with what the commands install", () => {
  const before = process.cwd();
  beforeAll(async () => {
    process.chdir(folder);
    // Of an earlier run of this test.
    rmSync(dirname(await inCache()), { recursive: true });
  });
  afterAll(async () => {
    process.chdir(before);
    rmSync(dirname(await inCache()), { recursive: true });
  });

  test.each([[[]], [["--portable"]]])("run-local %j runs its transform on submitter and workers", async (where) => {
    const { code, out: said, err } = await pipeline("run-local", "--json", ...where);

    expect({ code, said: code === 0 ? "" : err.slice(-2000) }).toEqual({ code: 0, said: "" });
    expect(JSON.parse(said).messages).toEqual(['{"text": "aaaa"}']);
  });

  test("validate --with-beam expands the file, and test runs its tests", async () => {
    expect(await pipeline("validate", "--with-beam")).toMatchObject({ code: 0, out: expect.stringContaining("Beam expands it") });
    expect(await pipeline("test")).toMatchObject({ code: 0, out: expect.stringContaining("all tests passed") });
  });

  test("run-local refuses a class that is not the locked one, and a wheel that is not", async () => {
    const packages = await inCache();
    writeFileSync(join(packages, "my_garden/repeat.py"), "class Repeat: pass\n");

    expect(await pipeline("run-local")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Again of the collection garden is not the class that was locked"),
    });

    const [wheel = ""] = readdirSync(join(out, "wheels")).filter((name) => name.startsWith("my_garden"));
    const [path, kept] = [join(out, "wheels", wheel), readFileSync(join(out, "wheels", wheel))];
    rmSync(dirname(packages), { recursive: true });
    writeFileSync(path, Buffer.concat([kept, Buffer.from("x")]));
    expect(await pipeline("run-local")).toMatchObject({ code: 1, err: expect.stringContaining("DO NOT MATCH THE HASHES") });
    writeFileSync(path, kept);
  });
});

/** A package index is a folder for each name, in which the wheels are. */
async function startIndex(): Promise<{ readonly url: string; readonly server: Service }> {
  const root = join(folder, "index");
  for (const wheel of readdirSync(join(out, "wheels"))) {
    const place = join(root, (wheel.split("-")[0] ?? "").toLowerCase().replaceAll("_", "-"));
    mkdirSync(place, { recursive: true });
    copyFileSync(join(out, "wheels", wheel), join(place, wheel));
  }
  const port = await freePort();
  const args = ["-m", "http.server", `${port}`, "--bind", "127.0.0.1", "--directory", root];
  const server = Service.start({ name: "index", program: python, arguments: args, env: process.env, log: join(folder, "index.log") });
  await server.until(() => answers(port));
  return { url: `http://127.0.0.1:${port}`, server };
}

/** Objects of an environment in which the collection is in a volume. */
function environment(index: string) {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    transformCollections: { garden: { lock: "lock.json", place: { type: "volume", index } } },
    flink: { clusters: { main: { worker: { collections: ["garden"] } } } },
    pipelines: { again: { definition: CHAIN, runner: "main", collections: ["garden"] } },
  };
  const files = new Map([["lock.json", readFileSync(join(out, "collection.lock.json"), "utf8")]]);
  const { objects } = unwrap(createPlatform({ sections: catalog }).resolve(spec as never, { files })).release;
  const find = (kind: string, name: string) => {
    const found = objects.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name.startsWith(name))?.manifest;
    if (!found) throw new Error(`no ${kind} ${name}`);
    return found;
  };
  return {
    install: find("Job", "garden-install-"),
    job: find("Job", "again-"),
    configMap: find("ConfigMap", "again-"),
    cluster: find("FlinkDeployment", "main"),
  };
}

test("the Job installs it from a package index, submitter and workers import it from the volume, and a changed class is refused", async () => {
  const { url, server: index } = await startIndex();
  const { install: installation, job, configMap, cluster } = environment(url);
  const claim = join(folder, "claim");
  mkdirSync(claim);
  const packages = join(claim, "packages");
  const machine: Machine = {
    secrets: {},
    path: join(python, ".."),
    replaced: { "/opt/beamstack/collections/garden": packages, "/collection": claim },
  };
  const volume = join(folder, "submitter");
  try {
    runContainer(installation, "main", machine);
    // What is there stays.
    expect(runContainer(installation, "main", machine)).toBe("");
  } finally {
    await index.stop();
  }
  expect(readdirSync(packages)).toEqual(expect.arrayContaining(["my_garden", "unidecode"]));
  const [ofWorkers = "", ofSubmitter] = [environmentOf(cluster, "beam-worker", machine), environmentOf(job, "submit", machine)].map(
    (env) => env["PYTHONPATH"],
  );
  expect([ofWorkers, ofSubmitter]).toEqual([packages, packages]);
  writeVolume({ job, configMap }, volume, () => "");
  const local = await startWorkerPool({ folder, progress: silent, pythonPath: [ofWorkers] });
  // What the job server of another test has said stands in the log of its own folder.
  const jobServer = await startLocalJobServer(local, mkdtempSync(join(folder, "run-")));
  const addresses = { flinkPort: await freePort(), jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
  const run = () =>
    runSubmitter(loopbackCommand(job, addresses), { folder: volume, env: { ...local.env, ...WITHOUT_FLINK }, timeoutMs: 240_000 });
  try {
    const end = await run();
    expect({ code: end.code, last: end.code === 0 ? "" : end.stderr.slice(-2000) }).toEqual({ code: 0, last: "" });
    expect(workerMessages(jobServer.server.output)).toEqual(['{"text": "aaaa"}']);

    writeFileSync(join(packages, "my_garden/repeat.py"), "class Repeat: pass\n");
    const changed = await run();
    expect(changed.code).toBe(2);
    expect(changed.stdout + changed.stderr).toContain("Again of the collection garden is not the class that was locked");
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
  expect(readFileSync(join(out, "TRANSFORMS.md"), "utf8")).toContain(
    "## Again\n\n`my_garden.repeat.Repeat`\n\n| field | type | default | what it does |\n| --- | --- | --- | --- |\n| `times` | integer | required |  |\n",
  );
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
