/** A Flink session cluster on this machine: one JobManager, one TaskManager, loopback only. */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalError } from "../local/local-error";
import type { Progress } from "../local/progress";
import { onPath } from "../local/toolchain/offered";
import { runToEnd } from "./commands";
import { freePort } from "./free-port";
import { installed } from "./installed";
import { answers, Service, type StartService } from "./service";
import { obtainFlink } from "./tools";

/** A running session cluster. */
export interface LocalFlink {
  readonly restPort: number;
  stop(): Promise<void>;
}

/** Folder and environment variables of a cluster. */
export interface LocalFlinkProps {
  /** Folder for configuration, logs, checkpoints and savepoints; the caller removes it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  /** Starts the programs. @default the caller stops them */
  readonly start?: StartService;
}

/** Task slots. */
const SLOTS = 2;

/** Starts the cluster; returns when its slots are registered. */
export async function startLocalFlink({
  folder,
  env,
  progress,
  start: startService = Service.start,
}: LocalFlinkProps): Promise<LocalFlink> {
  if (onPath("java") === undefined)
    throw new LocalError("there is no java on PATH; Flink needs it", "install Java 17, or run without --on flink");
  const flink = await obtainFlink(progress);
  const [restPort, rpcPort, blobPort] = [await freePort(), await freePort(), await freePort()];
  writeConfiguration(flink, folder, { restPort, rpcPort, blobPort });
  const own = { ...env, FLINK_HOME: flink, FLINK_CONF_DIR: join(folder, "conf"), FLINK_LOG_DIR: join(folder, "log") };
  const start = (name: string) =>
    // start-foreground execs java: the process group has no shell that would swallow a signal.
    startService({
      name,
      program: join(flink, "bin", `${name}.sh`),
      arguments: ["start-foreground"],
      env: own,
      log: join(folder, `${name}.out`),
    });
  const jobManager = start("jobmanager");
  const services = [jobManager];
  const stop = async (): Promise<void> => {
    for (const service of [...services].reverse()) await service.stop();
  };
  try {
    await jobManager.until(() => answers(restPort));
    // A TaskManager that starts first registers too early and retries only after ten seconds.
    const taskManager = start("taskmanager");
    services.push(taskManager);
    await taskManager.until(async () => (await slots(restPort)) === SLOTS);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { restPort, stop };
}

/** Flink's job server: the class and arguments of the sidecar, with loopback addresses. */
export function startFlinkJobServer(
  command: readonly string[],
  {
    ports,
    restPort,
    folder,
    env,
    start = Service.start,
  }: { readonly ports: JobServerPorts; readonly restPort: number } & Omit<LocalFlinkProps, "progress">,
): Service {
  const [program = "", ...first] = command;
  const own = [
    "--job-host=localhost",
    `--job-port=${ports.job}`,
    `--artifact-port=${ports.artifact}`,
    `--expansion-port=${ports.expansion}`,
    `--artifacts-dir=${join(folder, "artifacts")}`,
    `--flink-master=localhost:${restPort}`,
  ];
  return start({ name: "job server", program, arguments: [...first, ...own], env, log: join(folder, "job-server.log") });
}

/** Address of a job server. */
export interface JobServerPorts {
  readonly job: number;
  readonly artifact: number;
  readonly expansion: number;
}

/** Free ports for a job server. */
export async function jobServerPorts(): Promise<JobServerPorts> {
  return { job: await freePort(), artifact: await freePort(), expansion: await freePort() };
}

/** The command that starts Flink's job server: the jar that BEAMSTACK_IAC_FLINK_JOB_SERVER names, else one that Maven downloads. */
export async function jobServerCommand(progress: Progress): Promise<string[]> {
  const given = process.env["BEAMSTACK_IAC_FLINK_JOB_SERVER"];
  if (given && !existsSync(given))
    throw new LocalError(`BEAMSTACK_IAC_FLINK_JOB_SERVER names ${given}, which is not there`, "correct its path, or unset it");
  const jar = given ? resolve(given) : await fetchJobServer(progress);
  return ["java", "-cp", jar, "org.apache.beam.runners.flink.FlinkJobServerDriver"];
}

const JOB_SERVER = "org.apache.beam:beam-runners-flink-2.2-job-server:2.77.0";

async function fetchJobServer(progress: Progress): Promise<string> {
  const maven = onPath("mvn");
  const next = `download ${JOB_SERVER} and set BEAMSTACK_IAC_FLINK_JOB_SERVER to its path, or run without --on flink`;
  if (maven === undefined) throw new LocalError("Beam's job server for Flink must be downloaded, and there is no mvn on PATH", next);
  const folder = await installed(
    {
      name: "flink-job-server",
      inputs: [JOB_SERVER],
      fill: (target, tell) =>
        runToEnd({
          program: maven,
          arguments: ["-B", "-q", "dependency:copy", `-Dartifact=${JOB_SERVER}`, `-DoutputDirectory=${target}`],
          cwd: target,
          tell,
          next,
        }),
    },
    progress,
  );
  const jar = readdirSync(folder).find((name) => name.endsWith(".jar"));
  if (jar === undefined) throw new LocalError(`Maven copied no jar into ${folder}`, next);
  return join(folder, jar);
}

function writeConfiguration(flink: string, folder: string, ports: { restPort: number; rpcPort: number; blobPort: number }): void {
  mkdirSync(join(folder, "conf"), { recursive: true });
  mkdirSync(join(folder, "log"), { recursive: true });
  for (const name of readdirSync(join(flink, "conf")).filter((file) => file.startsWith("log4j"))) {
    cpSync(join(flink, "conf", name), join(folder, "conf", name));
  }
  writeFileSync(join(folder, "conf", "config.yaml"), `${moduleOpenings(flink)}\n${configuration(folder, ports)}`);
}

/** The `env` block of the distribution: the modules that Java 17 must open for Flink. */
function moduleOpenings(flink: string): string {
  const shipped = readFileSync(join(flink, "conf", "config.yaml"), "utf8");
  return /^env:\n(?:[ #].*\n)+/m.exec(shipped)?.[0].replace(/^ *#.*\n/gm, "") ?? "";
}

function configuration(folder: string, { restPort, rpcPort, blobPort }: { restPort: number; rpcPort: number; blobPort: number }): string {
  const settings = {
    blob: { server: { port: String(blobPort) } },
    jobmanager: { "bind-host": "127.0.0.1", rpc: { address: "127.0.0.1", port: rpcPort }, memory: { process: { size: "1024m" } } },
    taskmanager: {
      "bind-host": "127.0.0.1",
      host: "127.0.0.1",
      numberOfTaskSlots: SLOTS,
      memory: { process: { size: "1024m" }, managed: { fraction: 0.1 } },
    },
    rest: { address: "127.0.0.1", "bind-address": "127.0.0.1", port: restPort },
    "restart-strategy": { type: "none" },
    io: { tmp: { dirs: folder } },
    execution: { checkpointing: { dir: `file://${folder}/checkpoints`, "savepoint-dir": `file://${folder}/savepoints` } },
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

async function slots(restPort: number): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${restPort}/overview`);
  const body: unknown = await answer.json();
  return typeof body === "object" && body !== null && "slots-total" in body ? Number(body["slots-total"]) : undefined;
}
