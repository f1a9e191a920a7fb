/**
 * The commands, arguments and variables of our pods with the official Dask.
 *
 * @exercises dask
 */

import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chart, Testing } from "cdk8s";
import { DaskCluster, DaskJob, DaskOperator } from "#lib/components/dask/index";
import { DEFAULT_DASK } from "#lib/components/dask/pin";
import { Size } from "#lib/core/size";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { type Machine, runContainer, startContainer } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";
import { pythonPackages } from "../../../fixtures/python-packages";

/** The last two are in Dask's image. */
const PACKAGES = [`dask[distributed]==${DEFAULT_DASK}`, `distributed==${DEFAULT_DASK}`, "bokeh==3.9.2", "prometheus-client==0.26.0"];
const PORTS = ["8786", "8787", "8788", "8789", "8790"] as const;

const folder = mkdtempSync(join(tmpdir(), "dask-pods-"));
const objects = synthesized();
const started: ChildProcess[] = [];
let machine: Machine;
let portOf: Readonly<Record<(typeof PORTS)[number], number>>;

beforeAll(async () => {
  const bin = await pythonPackages("dask", PACKAGES);
  const free: number[] = [];
  for (const _ of PORTS) free.push(await freePort());
  portOf = Object.fromEntries(PORTS.map((port, index) => [port, free[index]])) as typeof portOf;
  machine = {
    path: bin,
    secrets: {},
    // What the operator adds. Source: dask-kubernetes 2026.3.0, controller.py, build_worker_deployment_spec and build_job_pod_spec.
    variables: { DASK_WORKER_NAME: "main-default-worker-1", DASK_SCHEDULER_ADDRESS: `tcp://127.0.0.1:${free[0]}` },
    replaced: { "0.0.0.0": "127.0.0.1", "/tmp": folder, ...Object.fromEntries(PORTS.map((port, index) => [port, String(free[index])])) },
  };
  started.push(startContainer(object("DaskCluster"), "scheduler", machine));
  await answering(async () => (await fetch(at("/health"))).text());
  started.push(startContainer(object("DaskCluster"), "worker", machine));
});

afterAll(async () => {
  for (const process of started.filter(({ exitCode }) => exitCode === null).reverse()) {
    const ended = once(process, "exit");
    process.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string, port: (typeof PORTS)[number] = "8787") => `http://127.0.0.1:${portOf[port]}${path}`;

function synthesized(): KubeObject[] {
  const chart: Chart = Testing.chart();
  const operator = new DaskOperator(chart, "Operator");
  const workers = { cpu: 2, memory: Size.gibibytes(1) };
  new DaskCluster(chart, "Cluster", { name: "main", operator, workers });
  const sum = "from dask.distributed import Client; print(Client().submit(sum, [1, 2]).result())";
  new DaskJob(chart, "Job", { name: "sum", operator, workers, command: ["python", "-c", sum] });
  return chart.toJson();
}

function object(kind: string): KubeObject {
  const found = objects.find((each) => groupKind(each) === `kubernetes.dask.org/${kind}`);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

test("a worker with our arguments joins the scheduler, by its name, size and port, and computes", () => {
  const client = join(__dirname, "../../../fixtures/dask/client.py");
  const said = execFileSync(join(machine.path, "python"), [client, `tcp://127.0.0.1:${portOf["8786"]}`], {
    encoding: "utf8",
    stdio: "pipe",
  });

  expect(JSON.parse(said.trim().split("\n").at(-1) ?? "")).toEqual({
    sum: 90,
    workers: [
      {
        name: "main-default-worker-1",
        threads: 2,
        memory: Math.floor(1024 * 0.9) * 1024 ** 2,
        address: `tcp://127.0.0.1:${portOf["8789"]}`,
      },
    ],
  });
});

test("the runner of a job finds its scheduler without an address of its own", () => {
  expect(runContainer(object("DaskJob"), "runner", machine).trim()).toBe("3");
});

test("probes, metrics, the dashboard and the operator's API are open on their ports", async () => {
  const status = async (path: string) => (await fetch(at(path))).status;

  expect(await (await fetch(at("/metrics"))).text()).toMatch(/^dask_scheduler_workers\{state="(idle|running)"\} 1/m);
  expect(await (await fetch(at("/metrics", "8788"))).text()).toContain("dask_worker_threads");
  expect([await status("/health"), await status("/api/v1/adaptive_target"), await status("/status")]).toEqual([200, 200, 200]);
});
