/** `up` killed with its whole process group at ten moments: each time one plain rerun converges and a further one changes nothing. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ownerLabels } from "#lib/kube/labels";
import { connect } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { projectCopy, type Result, withCommand } from "../fixtures/command";

/** Moments of a kill, as the share of the time that a whole `up` took. */
const MOMENTS = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95];

/** Two environments take turns of the moments at the same time: much of a `destroy` is Kubernetes' own wait of five seconds for namespaces. */
const LANES = ["small", "other"] as const;
type Lane = (typeof LANES)[number];

/** An environment with definitions, operators, custom resources and data, small enough to be made ten times. */
const environment = (name: Lane): string => `
import { defineEnvironment, Size } from "beamstack-iac";
export default defineEnvironment({
  name: "${name}",
  cluster: { type: "embedded" },
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  certManager: {},
  elasticsearch: { clusters: { "demo-01": { nodeSets: { all: { count: 1, storage: Size.gibibytes(10), pool: "cpu" } } } } },
});
`;

const project = projectCopy();
for (const name of LANES) writeFileSync(join(project, "stacks/env", `${name}.ts`), environment(name));

const { start, run, read, home } = withCommand(LANES, project);

/** Kills `up` after a time. */
async function killUp(name: Lane, afterMs: number): Promise<void> {
  const { pid, ended } = start("up", name, "--yes");
  await Promise.race([pause(afterMs), ended]);
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It was done before its moment came: the rerun has nothing to repair.
  }
  await ended;
}

/** Milliseconds that a whole `up` takes while the other lane works, too. */
async function usualTime(name: Lane): Promise<number> {
  // The first start makes certificates and namespaces of the cluster itself, which no later one does.
  await run("up", name, "--yes");
  await run("destroy", name, "--yes");
  const began = Date.now();
  expect(await run("up", name, "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  return Date.now() - began;
}

/** What the runs around a kill said. */
type Runs = Readonly<Record<"destroyed" | "rerun" | "further", Result>>;

async function play(name: Lane, afterMs: number): Promise<Runs> {
  const destroyed = await run("destroy", name, "--yes");
  await killUp(name, afterMs);
  return { destroyed, rerun: await run("up", name, "--yes"), further: await run("up", name, "--yes", "--expect-no-changes") };
}

let took = 0;
const played = new Map<number, Promise<Runs>>();

beforeAll(async () => {
  const times = await Promise.all(LANES.map(usualTime));
  took = Math.max(...times);
  for (const [lane, name] of LANES.entries()) {
    let before: Promise<unknown> = Promise.resolve();
    for (const moment of MOMENTS.filter((_, at) => at % LANES.length === lane)) {
      const next = before.then(() => play(name, (times[lane] ?? took) * moment));
      played.set(moment, next);
      // The test of the moment says what was wrong.
      before = next.catch(() => undefined);
    }
  }
});

test.each(MOMENTS)("killed after %d of its time", async (moment) => {
  const runs = await played.get(moment);

  expect(runs?.destroyed).toMatchObject({ exitCode: 0, errors: [] });
  expect(runs?.rerun).toMatchObject({ exitCode: 0, errors: [] });
  expect(runs?.further).toMatchObject({ exitCode: 0, changes: {}, leftovers: [] });
});

test("an engine that was killed leaves no provider behind, which would go on writing", async () => {
  const providers = () =>
    execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.startsWith(home));
  const { pid, ended } = start("up", "small", "--yes", "--refresh");
  while (providers().every((line) => !line.includes("pulumi-resource-kubernetes"))) await pause(100);

  process.kill(-pid, "SIGKILL");
  await ended;

  for (let round = 0; round < 50 && providers().length > 0; round++) await pause(100);
  expect(providers()).toEqual([]);
  expect(await run("up", "small", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
});

test("the next up prunes objects that a killed run created and the environment no longer declares", async () => {
  const client = connect(loadKubeconfig(join(home, "instances/small/kubeconfig")));
  const labels = ownerLabels({ component: "foundation", environment: "small", stage: "foundation" });
  await client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "dropped", namespace: "default", labels } });
  client.close();

  expect(await run("up", "small", "--yes")).toMatchObject({ exitCode: 0, leftovers: ["core/ConfigMap/default/dropped"] });
  expect(await run("up", "small", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, leftovers: [] });
});

test("destroy after a kill leaves what policy retains", async () => {
  await run("destroy", "small", "--yes");
  await killUp("small", took * 0.6);

  expect(await run("destroy", "small", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  const { objects, retained } = await read("inventory", "small");
  expect(objects).toHaveLength(Number(retained));
});
