/** Environments at random in which training, trials, workspaces, serving and Ray share the GPUs of one pool and the quotas of two queues. */

import fc from "fast-check";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";

/** What asks for GPUs, by the first letter of its name. */
const KINDS = { w: "StatefulSet", s: "InferenceService", c: "RayCluster", j: "RayJob", t: "TrainJob", e: "Experiment" } as const;

type Letter = keyof typeof KINDS;

/** All kinds, in names of their objects. */
export const THINGS = Object.keys(KINDS) as readonly Letter[];

/** Things that end by themselves. */
const ENDS: readonly Letter[] = ["j", "t", "e"];

/** Something that asks for GPUs. */
interface Thing {
  readonly name: string;
  readonly letter: Letter;
  /** GPUs of each pod. */
  readonly each: number;
  /** Pods with GPUs. */
  readonly pods: number;
  /** @default it starts at once */
  readonly queue?: string;
}

/** A pool, queues and things; names begin with that of the case. */
export interface Case {
  readonly name: string;
  readonly nodes: number;
  readonly perNode: number;
  /** GPUs of each queue, and what it may borrow of the other one's. */
  readonly queues: readonly { readonly name: string; readonly quota: number; readonly borrowing: number }[];
  readonly things: readonly Thing[];
}

/** Pods of one size, which is the rule on GPU nodes, or of any sizes. */
const cases: fc.Arbitrary<Omit<Case, "name">> = fc
  .record({ unit: fc.integer({ min: 1, max: 3 }), perUnit: fc.integer({ min: 1, max: 3 }), nodes: fc.integer({ min: 1, max: 3 }) })
  .chain(({ unit, perUnit, nodes }) => {
    const perNode = unit * perUnit;
    const all = nodes * perNode;
    const each = fc.oneof({ weight: 9, arbitrary: fc.constant(unit) }, fc.integer({ min: 1, max: perNode + 1 }));
    const thing = fc.record({
      letter: fc.constantFrom(...THINGS),
      each,
      pods: fc.integer({ min: 1, max: 3 }),
      queue: fc.option(fc.constantFrom(0, 1), { nil: undefined }),
    });
    return fc.record({
      nodes: fc.constant(nodes),
      perNode: fc.constant(perNode),
      first: fc.integer({ min: 0, max: all }),
      borrowing: fc.tuple(fc.integer({ min: 0, max: all }), fc.integer({ min: 0, max: all })),
      things: fc.array(thing, { minLength: 1, maxLength: 4 }),
    });
  })
  .map(({ nodes, perNode, first, borrowing, things }) => ({
    nodes,
    perNode,
    queues: [first, nodes * perNode - first].map((quota, at) => ({ name: `${at}`, quota, borrowing: borrowing[at] ?? 0 })),
    things: things.map(({ letter, each, pods, queue }, at) => ({
      name: `${letter}${at}`,
      letter,
      each,
      pods: letter === "w" ? 1 : pods,
      // Models are served outside of queues.
      ...(queue !== undefined && letter !== "s" && { queue: `${queue}` }),
    })),
  }));

/** The cases of a seed. */
export function casesOf(count: number, seed: number): Case[] {
  return fc.sample(cases, { numRuns: count, seed }).map((one, at) => named(one, `g${at}`));
}

/** The case with its name before every other one. */
export function named({ nodes, perNode, queues, things }: Omit<Case, "name">, name: string): Case {
  const own = (text: string) => `${name}-${text}`;
  return {
    name,
    nodes,
    perNode,
    queues: queues.map((queue) => ({ ...queue, name: own(queue.name) })),
    things: things.map((thing) => ({ ...thing, name: own(thing.name), ...(thing.queue !== undefined && { queue: own(thing.queue) }) })),
  };
}

/** GPUs for every case: so much that no check refuses anything. */
const ROOM = { nodes: 64, perNode: 64 } as const;

/** The same things in an environment that has room for all of them. */
export function withRoom(one: Case): Case {
  const half = (ROOM.nodes * ROOM.perNode) / 2;
  return { ...one, ...ROOM, queues: one.queues.map((queue) => ({ ...queue, quota: half })) };
}

/** The environment of a case. */
export function environmentOf({ name, nodes, perNode, queues, things }: Case): EnvironmentSpec {
  const of = <const T extends object>(letter: Letter, props: (thing: Thing) => T): Record<string, T & { readonly queue?: string }> =>
    Object.fromEntries(
      things.filter((thing) => thing.letter === letter).map((thing) => [thing.name, { ...props(thing), ...queueOf(thing) }]),
    );
  const asks = ({ each }: Thing) => ({ accelerators: each, pool: name });
  const worker = (thing: Thing) => ({ head: { pool: name }, workers: { gpu: { ...asks(thing), replicas: thing.pods } } });
  const node = { cpu: 200, memory: Size.gibibytes(1000), scratch: Size.gibibytes(2000) };
  return {
    name: "test",
    cluster: { type: "context", context: "test" },
    nodePools: { [name]: { type: "static", nodes, node: { ...node, accelerators: { type: "nvidia-h100-80gb", count: perNode } } } },
    kueue: {
      operator: { statefulSets: true },
      cohorts: { [name]: {} },
      queues: Object.fromEntries(
        queues.map(({ name: queue, quota, borrowing }) => {
          const amounts = { cpu: nodes * 100, memory: Size.gibibytes(nodes * 500), accelerators: quota };
          return [queue, { cohort: name, quotas: [{ pool: name, ...amounts, borrowing: { accelerators: borrowing } }] }];
        }),
      ),
    },
    certManager: {},
    jobset: {},
    trainer: {
      jobs: of("t", (thing) => ({ ...asks(thing), nodes: thing.pods, framework: { type: "pytorch", program: ["/app/train.py"] } })),
    },
    katib: {
      operator: { existing: true },
      experiments: of("e", (thing) => ({
        objective: { type: "maximize", metric: "accuracy" },
        algorithm: { type: "random" },
        parameters: { rate: { type: "double", min: 0.1, max: 1 } },
        parallelTrials: thing.pods,
        trial: { ...asks(thing), program: ["/app/train.py"], image: "registry.example.com/train:1.0" },
      })),
    },
    workspaces: of("w", (thing) => ({
      ...asks(thing),
      namespace: "workspaces",
      editor: { type: "code-server" },
      token: secretRef("workspaces", "token"),
    })),
    kserve: {
      services: of("s", (thing) => ({
        ...asks(thing),
        runtime: { type: "custom", image: "registry.example.com/serve:1.0" },
        scaling: { type: "fixed", replicas: thing.pods },
      })),
    },
    ray: { clusters: of("c", worker), jobs: of("j", (thing) => ({ ...worker(thing), entrypoint: "python -c 'print(1)'" })) },
  };
}

function queueOf({ queue }: Thing): { readonly queue?: string } {
  return queue === undefined ? {} : { queue };
}

/** What a queue admits as a whole: a thing, or one trial of a search. */
export interface Unit {
  /** Names of its pods begin with this name. */
  readonly name: string;
  readonly thing: string;
  readonly pods: number;
  readonly gpus: number;
  readonly ends: boolean;
  /** @default it starts at once */
  readonly queue?: string;
  /** Its objects; the last one owns its pods. */
  readonly objects: readonly KubeObject[];
}

/** The units of a case, with objects of this release. */
export function unitsOf({ things }: Case, release: Release): Unit[] {
  const manifests = release.objects.map(({ manifest }) => manifest);
  return things.flatMap((thing) => {
    const { name, letter, each, pods } = thing;
    const isOwn = ({ metadata }: KubeObject) => metadata.name === name || metadata.name.startsWith(`${name}-`);
    const main = manifests.find((one) => one.kind === KINDS[letter] && isOwn(one));
    if (!main) throw new Error(`the release has no ${KINDS[letter]} ${name}`);
    const common = { thing: name, ends: ENDS.includes(letter), ...queueOf(thing) };
    if (letter === "e")
      return Array.from({ length: pods }, (_, at) => ({
        ...common,
        name: `${name}-${at}`,
        pods: 1,
        gpus: each,
        objects: [trialOf(main, `${name}-${at}`)],
      }));
    const runtimes = manifests.filter((one) => one.kind === "TrainingRuntime" && isOwn(one));
    return [{ ...common, name, pods, gpus: each * pods, objects: [...runtimes, letter === "s" ? deploymentOf(main) : main] }];
  });
}

/** A trial, as Katib makes it of the template. */
function trialOf(experiment: KubeObject, name: string): KubeObject {
  const text = JSON.stringify(valueAt(experiment, ["spec", "trialTemplate", "trialSpec"])).replaceAll(/\$\{trialParameters\.\w+\}/g, "1");
  const job = JSON.parse(text) as KubeObject;
  return { ...job, metadata: { ...job.metadata, name, namespace: experiment.metadata.namespace ?? "" } };
}

/** Fields of a predictor that are not those of its pods. */
const OF_PREDICTOR = ["minReplicas", "maxReplicas", "deploymentStrategy", "labels", "annotations"];

/** The Deployment of a service, as KServe makes it in mode Standard. */
function deploymentOf({ metadata, spec }: KubeObject): KubeObject {
  const predictor = valueAt(spec, ["predictor"]);
  const fields: JsonObject = isJsonObject(predictor) ? predictor : {};
  const pod: JsonObject = Object.fromEntries(Object.entries(fields).filter(([key]) => !OF_PREDICTOR.includes(key)));
  const labels = { component: "predictor", "serving.kserve.io/inferenceservice": metadata.name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `${metadata.name}-predictor`, namespace: metadata.namespace ?? "", labels },
    spec: { replicas: fields["maxReplicas"] ?? 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
  };
}
