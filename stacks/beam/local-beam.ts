/** Runs the services that a submitter needs on this machine: a job server, and the worker pool that is a sidecar on a cluster. */

import { delimiter, join } from "node:path";
import { packageRoot } from "../local/files";
import type { Progress } from "../local/progress";
import { freePort } from "./free-port";
import { pythonPathWith } from "./python-path";
import { answers, Service, type StartService } from "./service";
import { type BeamPython, obtainBeam, obtainBoot, obtainPrism } from "./tools";

/** Running programs and where they listen. */
export interface LocalBeam {
  readonly beam: BeamPython;
  /** Environment in which Beam's programs run here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workerPoolPort: number;
  readonly workerPool: Service;
}

/** Where to run. */
export interface LocalBeamProps {
  /** Folder for logs and staged files; the caller removes it. */
  readonly folder: string;
  readonly progress: Progress;
  /** Folders whose Python modules the submitter and the workers can import. @default none */
  readonly pythonPath?: readonly string[];
  /** Folder from which workers resolve relative paths. @default that of the logs */
  readonly cwd?: string;
  /** Starts the programs. @default the caller stops them */
  readonly start?: StartService;
}

/** A running job server. */
export interface JobServer {
  readonly port: number;
  readonly server: Service;
}

/** Arguments of Python that run a module of Beam on loopback. */
const onLoopback = (module: string): string[] => [join(packageRoot(), "stacks", "beam", "loopback.py"), module];

/** Starts a worker pool with `boot`, as the SDK image does. */
export async function startWorkerPool({
  folder,
  progress,
  pythonPath = [],
  cwd,
  start = Service.start,
}: LocalBeamProps): Promise<LocalBeam> {
  const [beam, boot, port] = [await obtainBeam(progress), await obtainBoot(progress), await freePort()];
  const env = {
    ...process.env,
    PATH: [beam.bin, process.env["PATH"]].join(delimiter),
    PYTHONPATH: pythonPathWith(pythonPath),
    // Without it boot creates a virtual environment without Beam, and the job hangs.
    RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT: "1",
    TMPDIR: folder,
  };
  const pool = onLoopback("apache_beam.runners.worker.worker_pool_main");
  const workerPool = start({
    name: "worker pool",
    program: beam.python,
    arguments: [...pool, `--service_port=${port}`, `--container_executable=${boot}`],
    env,
    log: join(folder, "worker-pool.log"),
    cwd,
  });
  await workerPool.until(() => answers(port));
  return { beam, env, workerPoolPort: port, workerPool };
}

/** Starts Beam's own portable job server, which runs pipelines without Flink. */
export async function startLocalJobServer(
  { beam, env }: LocalBeam,
  folder: string,
  start: StartService = Service.start,
): Promise<JobServer> {
  const port = await freePort();
  const server = start({
    name: "job server",
    program: beam.python,
    arguments: [...onLoopback("apache_beam.runners.portability.local_job_service_main"), "--port", String(port)],
    env,
    log: join(folder, "job-server.log"),
  });
  await server.until(() => answers(port));
  return { port, server };
}

/** Starts Prism, which runs pipelines as clusters do: bundles, watermarks, state and timers, in external workers. It has no option for the address it listens on. */
export async function startPrism({ env }: LocalBeam, { folder, progress, start = Service.start }: LocalBeamProps): Promise<JobServer> {
  const [program, port] = [await obtainPrism(progress), await freePort()];
  // Only with this level it tells where a message of a worker comes from.
  const log = ["-log_kind=json", "-log_level=debug"];
  const server = start({
    name: "Prism",
    program,
    arguments: [`-job_port=${port}`, "-serve_http=false", ...log],
    env,
    log: join(folder, "job-server.log"),
  });
  await server.until(() => answers(port));
  return { port, server };
}
