/**
 * The budgets of GPUs against the real scheduler, Kueue v0.19.2, Kubeflow Trainer v2.3.0 with JobSet, and KubeRay: what they allow runs, and of what they refuse something stays Pending or is never
 * admitted. Namespaces have no quotas here, as all cases share them. Trials and the Deployments of models are made of our objects as Katib and KServe make them.
 *
 * @exercises kueue, ray, trainer, jobset
 */

import { createPlatform } from "#charts/platform";
import { type Problem, unwrap } from "#lib/core/problem";
import { definitions as rayDefinitions } from "#lib/imports/kuberay/index";
import type { Release, ReleaseObject } from "#lib/release/release";
import { applyStrictly } from "../fixtures/apply-release";
import { simulatedNodes } from "../fixtures/platform";
import { type Case, casesOf, environmentOf, named, THINGS, type Unit, unitsOf, withRoom } from "./gpu-cases";
import { GpuWorld, type UnitState } from "./gpu-world";
import { KUEUE, startKueue } from "./kueue-process";
import { STARTED_WITHIN_MS, withRealOperators } from "./real-operator";
import { startTraining, TRAINING } from "./trainer-process";

const COUNT = 36;
const SEED = 18;
const AT_ONCE = 6;
const DONE_WITHIN_MS = 1_500_000;

/** What the release of a real cluster has that units need. */
const NEEDED = ["Namespace", "ServiceAccount", "PriorityClass", "ResourceFlavor", "Cohort", "ClusterQueue", "LocalQueue"];

const platform = createPlatform();

/** A case, and what the checks say of it. */
interface Judged {
  readonly one: Case;
  /** Problems, if it is refused; warnings otherwise. */
  readonly problems: readonly Problem[];
  readonly verdict: "allowed" | "scattered" | "refused";
}

function judged(one: Case): Judged {
  const result = platform.resolve(environmentOf(one));
  if (!result.ok) return { one, problems: result.problems, verdict: "refused" };
  const isScattered = result.warnings.some(({ id }) => id === "checks.gpu-fragmentation");
  return { one, problems: result.warnings, verdict: isScattered ? "scattered" : "allowed" };
}

/** Small pods on both nodes, and a large one that then finds none. */
const SCATTERED = named(
  {
    nodes: 2,
    perNode: 4,
    queues: [{ name: "0", quota: 8, borrowing: 0 }],
    things: [
      { name: "s0", letter: "s", each: 1, pods: 2 },
      { name: "t1", letter: "t", each: 4, pods: 1 },
    ],
  },
  "scattered",
);

const cases = casesOf(COUNT, SEED).map(judged);
const scattered = judged(SCATTERED);
const of = (verdict: Judged["verdict"]) => cases.filter((each) => each.verdict === verdict);
const nodes = [...cases, scattered].flatMap(({ one }) => simulatedNodes(environmentOf({ ...one, things: [] })));
const operators = withRealOperators(
  [KUEUE, ...TRAINING, { name: "kuberay", goPackage: "github.com/ray-project/kuberay/ray-operator", module: "ray" }],
  // Every environment has a node without taints.
  { nodes: [...new Map(nodes.map((node) => [node.name, node])).values()] },
);
const world = new GpuWorld(operators.client);
const KUBERAY = ["--metrics-addr=127.0.0.1:0", "--health-probe-bind-address=127.0.0.1:0", "--enable-leader-election=false"];

beforeAll(async () => {
  const release = releaseOf(SCATTERED);
  const client = operators.client();
  // Pods of jobs would end at once.
  await client.delete({ apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "Stage", name: "pod-complete" });
  await startTraining(operators, release);
  for (const definition of rayDefinitions()) await applyStrictly(client, definition);
  operators.start({ name: "kuberay", args: () => KUBERAY });
  await startKueue(operators, release);
}, STARTED_WITHIN_MS);

test("there are cases of every kind", () => {
  const letters = (verdict: Judged["verdict"]) => new Set(of(verdict).flatMap(({ one }) => one.things.map(({ letter }) => letter)));

  expect(of("allowed").length).toBeGreaterThan(COUNT / 4);
  expect(of("refused").length).toBeGreaterThan(COUNT / 4);
  for (const verdict of ["allowed", "refused"] as const) expect([...letters(verdict)].sort()).toEqual([...THINGS].sort());
  expect(of("refused").flatMap(({ problems }) => problems.map(({ id }) => id))).toEqual(
    expect.arrayContaining(["checks.gpu-budget", "checks.queue-budget"]),
  );
});

test(
  "what the budgets allow runs: no admitted pod stays Pending, and everything gets its turn",
  async () => {
    const stuck = await forEach(of("allowed"), async ({ one }) => {
      const units = await unitsOn(one);
      return (await world.neverRun(units)).map((states) => `${JSON.stringify(one)}: ${states}`);
    });

    expect(stuck).toEqual([]);
  },
  DONE_WITHIN_MS,
);

test(
  "of what they refuse, something stays Pending or is never admitted",
  async () => {
    const runs = await forEach(of("refused"), async ({ one, problems }) => {
      const turns = turnsOf(one, await unitsOn(one), problems);
      const states = await world.inTurn(turns.units);
      return turns.isStuck(states) ? [] : [`${JSON.stringify(one)}: ${JSON.stringify(states)}, refused for ${turns.reason}`];
    });

    expect(runs).toEqual([]);
  },
  DONE_WITHIN_MS,
);

test(
  "a large pod stays Pending beside small ones on every node, of which the checks warn",
  async () => {
    const units = await unitsOn(SCATTERED);

    expect(scattered.verdict).toBe("scattered");
    expect(await world.inTurn(units)).toEqual(["runs", "pending"]);
  },
  DONE_WITHIN_MS,
);

function releaseOf(one: Case): Release {
  return unwrap(platform.resolve(environmentOf(one))).release;
}

/** Applies pool, queues and what units need; the units are those of an environment with room, in which nothing is refused. */
async function unitsOn(one: Case): Promise<Unit[]> {
  const wide = releaseOf(withRoom(one));
  const own = releaseOf({ ...one, things: [] });
  const chosen = new Map([...wide.objects, ...own.objects].map((object) => [object.id, object]));
  const needed = [...chosen.values()].filter(({ manifest: { kind } }) => NEEDED.includes(kind)).sort((a, b) => a.level - b.level);
  for (const object of needed) await once(object);
  return unitsOf(one, wide);
}

const applied = new Map<string, Promise<unknown>>();

/** Cases share namespaces and accounts. */
function once({ id, manifest }: ReleaseObject): Promise<unknown> {
  const before = applied.get(id);
  const applying = before ?? operators.client().apply(manifest, { fieldManager: "test" });
  applied.set(id, applying);
  return applying;
}

/** Units in the order that shows why a case is refused. */
interface Turns {
  readonly units: readonly Unit[];
  readonly reason: string;
  readonly isStuck: (states: readonly UnitState[]) => boolean;
}

/** A pool that is asked for too much has a Pending pod in some order of admission; else the thing of the problem never runs as a whole beside what lasts. */
function turnsOf(one: Case, units: readonly Unit[], problems: readonly Problem[]): Turns {
  const first = problems.find(({ id, got }) => !(id === "checks.gpu-budget" && got.includes("asked for by")));
  if (!first) return { units: worstOrder(one, units), reason: "the pool", isStuck: (states) => states.includes("pending") };
  const owner = one.things.find(({ name }) => first.path.split(/[.[\]]/).includes(name))?.name;
  if (owner === undefined) throw new Error(`no thing of ${JSON.stringify(problems)}`);
  const lasting = units.filter(({ thing, ends }) => thing !== owner && !ends);
  return {
    units: [...lasting, ...units.filter(({ thing }) => thing === owner)],
    reason: `${first.id} ${first.got}`,
    isStuck: (states) => states.some((state) => state !== "runs"),
  };
}

/** What starts at once, then units of queues in an order in which more is admitted than the pool has. */
function worstOrder(one: Case, units: readonly Unit[]): Unit[] {
  const atOnce = units.filter(({ queue }) => queue === undefined);
  for (const order of orders(units.filter(({ queue }) => queue !== undefined)))
    if (total([...atOnce, ...admitted(one, order)]) > one.nodes * one.perNode) return [...atOnce, ...order];
  throw new Error(`no order of ${JSON.stringify(one)} is too much`);
}

/** What queues admit of units that come in this order. */
function admitted({ queues }: Case, units: readonly Unit[]): Unit[] {
  const running: Unit[] = [];
  const all = queues.reduce((sum, { quota }) => sum + quota, 0);
  for (const unit of units) {
    const own = queues.find(({ name }) => name === unit.queue);
    const most = (own?.quota ?? 0) + (own?.borrowing ?? 0);
    const used = total(running.filter(({ queue }) => queue === unit.queue));
    if (used + unit.gpus <= most && total(running) + unit.gpus <= all) running.push(unit);
  }
  return running;
}

function total(units: readonly Unit[]): number {
  return units.reduce((sum, { gpus }) => sum + gpus, 0);
}

/** Every order of units; trials of one search are the same to a queue. */
function* orders(units: readonly Unit[]): Generator<readonly Unit[]> {
  if (units.length === 0) yield [];
  for (const thing of new Set(units.map((unit) => unit.thing))) {
    const next = units.find((unit) => unit.thing === thing);
    if (next) for (const rest of orders(units.filter((unit) => unit !== next))) yield [next, ...rest];
  }
}

/** Some cases at the same time; what all of them find. */
async function forEach(given: readonly Judged[], find: (one: Judged) => Promise<readonly string[]>): Promise<string[]> {
  const left = [...given];
  const found: string[] = [];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) found.push(...(await find(next)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}
