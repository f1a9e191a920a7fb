/**
 * The configuration, commands and variables of our pods with the official Spark, Hadoop's S3A and an S3 server whose CA no JVM knows.
 *
 * @exercises spark
 */

import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chart, Testing } from "cdk8s";
import { ExternalBucket } from "#lib/components/object-storage/index";
import { SparkApplication, SparkHistoryServer } from "#lib/components/spark/index";
import { isJsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { onPath } from "#stacks/local/toolchain/offered";
import { environmentOf, here, type Machine, runContainer, startContainer } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";
import { type S3Server, startS3 } from "../../../fixtures/s3/start";
import { sparkWithS3, withSpark } from "../../../fixtures/spark/home";

const MAIN = join(__dirname, "../../../fixtures/spark/main.py");
const folder = mkdtempSync(join(tmpdir(), "spark-pods-"));
const hasMaven = onPath("mvn") !== undefined;
const spark = withSpark();

let s3: S3Server;
let objects: readonly KubeObject[];
let machine: Machine;
let port: number;
let server: ChildProcess | undefined;

function withS3A(name: string, work: jest.ProvidesCallback): void {
  if (hasMaven) test(name, work);
  else test.skip(`${name} (no mvn on PATH to fetch hadoop-aws)`, work);
}

beforeAll(async () => {
  if (!hasMaven) return;
  await sparkWithS3(spark.home(), join(folder, "spark"));
  s3 = await startS3(folder, ["logs"]);
  objects = synthesized(s3.endpoint);
  port = await freePort();
  machine = machineOf();
});

afterAll(async () => {
  if (server?.exitCode === null) {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
  await s3?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function synthesized(endpoint: string): KubeObject[] {
  const chart: Chart = Testing.chart();
  const credentials = { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") } as const;
  const bucket = new ExternalBucket(chart, "Bucket", {
    name: "logs",
    type: "s3-compatible",
    bucket: "logs",
    prefix: "team",
    endpoint,
    credentials,
    ca: secretRef("s3-ca", "ca.crt"),
    namespaces: ["spark"],
  });
  const image = "registry.example.com/team/spark:4.0.4";
  const main = { type: "python", file: "local:///opt/app/main.py" } as const;
  const dynamicAllocation = { max: 2 };
  new SparkApplication(chart, "Application", { name: "numbers", image, main, buckets: [bucket], eventLogs: bucket });
  new SparkApplication(chart, "OfApache", { name: "apache", operator: "apache", image, main, buckets: [bucket], dynamicAllocation });
  new SparkHistoryServer(chart, "History", { name: "main", image, bucket });
  return chart.toJson();
}

function machineOf(): Machine {
  return {
    path: join(folder, "spark/bin"),
    secrets: { "s3/id": "access", "s3/secret": "secret" },
    variables: { SPARK_HOME: join(folder, "spark"), SPARK_LOCAL_IP: "127.0.0.1", HOME: folder },
    replaced: {
      "/opt/spark": join(folder, "spark"),
      "/etc/beamstack/bucket-ca": folder,
      "/tmp/beamstack-": `${folder}/`,
      "/var/spark-history": join(folder, "store"),
      "ui.port=18080": `ui.port=${port}`,
    },
  };
}

const object = (kind: string): KubeObject => {
  const found = objects.find((each) => groupKind(each) === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};

const application = () => object("sparkoperator.k8s.io/SparkApplication");

function properties(): Record<string, string> {
  const conf = valueAt(application(), ["spec", "sparkConf"]);
  if (!isJsonObject(conf)) throw new Error("no sparkConf");
  return Object.fromEntries(Object.entries(conf).map(([name, value]) => [name, here(String(value), machine)]));
}

/** Properties of the same application for Apache's operator, which hands them to Spark's own submission. */
const apacheProperties = () => Object.keys(valueAt(object("spark.apache.org/SparkApplication"), ["spec", "sparkConf"]) ?? {});

/** Properties of history servers, as options of its JVM. */
const historyProperties = () => {
  const { SPARK_HISTORY_OPTS = "" } = environmentOf(object("apps/Deployment"), "main", machine);
  return [...SPARK_HISTORY_OPTS.matchAll(/-D(spark\.(?!hadoop)[^=]+)=/g)].map(([, name = ""]) => name);
};

/** The driver, in its own process instead of a pod. */
function submit(): { sum: number; metrics: boolean; unknown: string[] } {
  const conf = properties();
  const loopback = { "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1" };
  // Other processes of this machine may have taken the fixed ones.
  const ports = Object.fromEntries(
    Object.keys(conf)
      .filter((name) => name.endsWith("ort"))
      .map((name) => [name, "0"]),
  );
  const local = { "spark.master": "local[2]", ...loopback, ...ports };
  const names = [...Object.keys(conf), ...historyProperties(), ...apacheProperties()];
  const known = [...new Set(names)].filter((name) => !name.startsWith("spark.hadoop."));
  const args = Object.entries({ ...conf, ...local }).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
  const said = execFileSync(join(folder, "spark/bin/spark-submit"), [...args, MAIN, "s3a://logs/numbers", ...known], {
    encoding: "utf8",
    stdio: "pipe",
    env: environmentOf(application(), "spark-kubernetes-driver", machine),
  });
  return JSON.parse(said.trim().split("\n").at(-1) ?? "");
}

withS3A("an application writes to a bucket and logs its events there, through a CA of its own, by properties that Spark knows", () => {
  for (const step of ["trust-store", "event-logs"]) runContainer(application(), step, machine);

  // The last one has no entry: Spark reads it by its name. Source: Spark 4.0, Utils.scala, portMaxRetries.
  expect(submit()).toEqual({ sum: 45, metrics: true, unknown: ["spark.port.maxRetries"] });
  expect(s3.keys("logs")).toContainEqual(expect.stringMatching(/^team\/spark-events\/eventlog_v2_.*\/events_1_/));
});

withS3A("the history server shows the application, and ends when it is asked to", async () => {
  for (const step of ["trust-store", "event-logs"]) runContainer(object("apps/Deployment"), step, machine);
  server = startContainer(object("apps/Deployment"), "main", machine);
  const ended = once(server, "exit");
  const shown = await answering(async () => {
    const applications = await (await fetch(`http://127.0.0.1:${port}/api/v1/applications`)).json();
    if (!Array.isArray(applications) || applications.length === 0) throw new Error("no application yet");
    return applications;
  }, 1200);

  expect(shown).toMatchObject([{ attempts: [{ completed: true }] }]);
  expect((await fetch(`http://127.0.0.1:${port}/api/v1/version`)).status).toBe(200);
  const jobs = await (await fetch(`http://127.0.0.1:${port}/api/v1/applications/${shown[0].id}/jobs`)).json();
  expect(jobs).toContainEqual(expect.objectContaining({ status: "SUCCEEDED" }));
  server.kill("SIGTERM");
  expect((await ended)[0]).toBe(143);
});
