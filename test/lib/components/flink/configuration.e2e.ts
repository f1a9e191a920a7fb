/**
 * A real Flink takes the configuration that we write, and offers every series that alerts and dashboards speak of.
 *
 * @exercises flink
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flinkAlerts } from "#lib/components/flink/alerts";
import { beamOnFlinkDashboard, flinkDashboard } from "#lib/components/flink/dashboards";
import { flinkAlertSchema } from "#lib/components/flink/schema";
import { Duration } from "#lib/core/duration";
import { freePort } from "#stacks/beam/free-port";
import { answers, Service } from "#stacks/beam/service";
import { obtainFlink } from "#stacks/beam/tools";
import { silent } from "#stacks/local/progress";
import { configurationOf } from "./cluster";

const folder = mkdtempSync(join(tmpdir(), "flink-configuration-"));
const services: Service[] = [];
let home: string;
let rest: string;
let firstMetricsPort: number;

beforeAll(async () => {
  home = await obtainFlink(silent);
  const restPort = await freePort();
  rest = `http://127.0.0.1:${restPort}`;
  firstMetricsPort = await freePort();
  writeConfiguration(restPort, await freePort());
  await start("jobmanager", () => answers(restPort));
  await start("taskmanager", async () => Number((await get("/overview"))["slots-total"]) === 2);
  await runJob();
});

afterAll(async () => {
  for (const service of services.reverse()) await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Our own configuration, with addresses and memory of this machine instead of those of a cluster. */
function writeConfiguration(restPort: number, rpcPort: number): void {
  const storage = { type: "claim", claimName: "state" } as const;
  const ours = configurationOf({ storage, checkpoints: { interval: Duration.seconds(1) }, taskManager: { slots: 2 } });
  const theirs = Object.entries(ours).map(([key, value]) => [key, String(value).replace("/opt/flink/state", folder)] as const);
  const local = {
    ...Object.fromEntries(theirs),
    "metrics.reporter.prom.port": `${firstMetricsPort}-${firstMetricsPort + 20}`,
    "jobmanager.bind-host": "127.0.0.1",
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.rpc.port": rpcPort,
    "jobmanager.memory.process.size": "1024m",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.memory.process.size": "1024m",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": restPort,
    "io.tmp.dirs": folder,
  };
  mkdirSync(join(folder, "conf"));
  mkdirSync(join(folder, "log"));
  for (const name of readdirSync(join(home, "conf")).filter((file) => file.startsWith("log4j"))) {
    cpSync(join(home, "conf", name), join(folder, "conf", name));
  }
  // What Java 17 must open for Flink, as the distribution has it.
  const opened = /^env:\n(?:[ #].*\n)+/m.exec(readFileSync(join(home, "conf", "config.yaml"), "utf8"))?.[0].replace(/^ *#.*\n/gm, "") ?? "";
  const lines = Object.entries(local).map(([key, value]) => `${key}: ${JSON.stringify(String(value))}\n`);
  writeFileSync(join(folder, "conf", "config.yaml"), `${opened}\n${lines.join("")}`);
}

async function start(name: "jobmanager" | "taskmanager", ready: () => Promise<boolean>): Promise<void> {
  const service = Service.start({
    name,
    program: join(home, "bin", `${name}.sh`),
    arguments: ["start-foreground"],
    env: { ...process.env, FLINK_HOME: home, FLINK_CONF_DIR: join(folder, "conf"), FLINK_LOG_DIR: join(folder, "log") },
    log: join(folder, `${name}.out`),
  });
  services.push(service);
  // On a machine that is busy with other tests a JVM may need longer than one wait.
  await service.until(ready).catch(() => service.until(ready));
}

/** Compiles the job against the Flink it runs on, and submits it as Beam does: over REST. */
async function runJob(): Promise<void> {
  const [classes, jar] = [join(folder, "classes"), join(folder, "clicks.jar")];
  const source = join(__dirname, "../../../fixtures/flink-job/Clicks.java");
  execFileSync("javac", ["--release", "17", "-cp", join(home, "lib", "*"), "-d", classes, source]);
  execFileSync("jar", ["cf", jar, "-C", classes, "."]);
  const form = new FormData();
  form.append("jarfile", new Blob([readFileSync(jar)], { type: "application/x-java-archive" }), "clicks.jar");
  const uploaded = await fetch(`${rest}/jars/upload`, { method: "POST", body: form });
  const id = String(JSON.parse(await uploaded.text()).filename)
    .split("/")
    .at(-1);
  const run = await fetch(`${rest}/jars/${id}/run`, { method: "POST", body: JSON.stringify({ entryClass: "Clicks", parallelism: 2 }) });
  expect({ status: run.status, body: run.ok ? "" : await run.text() }).toEqual({ status: 200, body: "" });
}

async function get(path: string): Promise<ReturnType<typeof JSON.parse>> {
  return (await fetch(`${rest}${path}`)).json();
}

/** Names of all series of both processes. */
async function seriesNames(): Promise<Set<string>> {
  const pages = await Promise.all(
    Array.from({ length: 21 }, async (_, i) => {
      // Others may listen in the range too, and need not speak HTTP.
      const page = fetch(`http://127.0.0.1:${firstMetricsPort + i}/`).then((answer) => answer.text());
      return page.catch(() => "");
    }),
  );
  return new Set([...pages.join("\n").matchAll(/^(flink_\w+)\{/gm)].map(([, name = ""]) => name));
}

test("both processes offer every series that alerts and dashboards speak of", async () => {
  const spoken = JSON.stringify([flinkAlerts(flinkAlertSchema.parse({})), flinkDashboard, beamOnFlinkDashboard]).match(
    /flink_(job|task)manager_\w+/g,
  );
  const wanted = [...new Set(spoken)].sort();

  // A series shows when what it counts has begun: the first checkpoint, the first record behind an exchange.
  let missing = wanted;
  await services[1]?.until(async () => {
    const names = await seriesNames();
    missing = wanted.filter((name) => !names.has(name));
    return missing.length === 0;
  });

  expect(wanted.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});

test("the web configuration shows our keys as they were written", async () => {
  const shown = new Map((await get("/jobmanager/config")).map(({ key, value }: { key: string; value: string }) => [key, value]));

  expect(shown.get("restart-strategy.type")).toBe("exponential-delay");
  expect(shown.get("slotmanager.number-of-slots.max")).toBe("8");
});

test("jobs checkpoint as often as the cluster says, into the cluster's folder", async () => {
  const [job] = (await get("/jobs/overview")).jobs;
  const completed = async () => (await get(`/jobs/${job.jid}/checkpoints`)).latest.completed;
  await services[1]?.until(async () => (await completed()) !== null);

  const config = await get(`/jobs/${job.jid}/checkpoints/config`);

  expect(config).toMatchObject({ interval: 1000, timeout: 600_000, externalization: { enabled: true, delete_on_cancellation: false } });
  expect(String((await completed()).external_path)).toContain(`${folder}/main/checkpoints/`);
});
