/** `up`, `up` again and `destroy` of the same objects on a real control plane: ours, plain Pulumi, `kubectl`. */

import { join } from "node:path";
import type { KubeObject } from "#lib/kube/object";
import { engineSettings } from "#stacks/engine/settings";
import { silent } from "#stacks/local/progress";
import { runOnce, type Sample } from "../measure";
import { benchRelease } from "../release";
import { type Assignment, type Findings, type Row, rowsOf } from "../rows";
import { peerProgram, versionOf } from "../tools";
import { watchTree } from "../usage";
import { BenchCluster, type Counters } from "./cluster";
import { benchEnvironment } from "./environment";
import { type Peer, peerNotes, peersFor, STEPS, type Step } from "./peers";

const SIZES = [200, 1_000];
/** A round of 1,000 takes minutes, most of them for the default checkpoints. */
const RUNS = 3;
/** Every peer first creates this many objects uncounted, so that programs and discovery come from the disk cache afterwards. */
const WARM_UP = 20;

/** Every peer at every size. */
export async function benchLifecycle({ scratch, sizes = SIZES, runs = RUNS }: Assignment): Promise<Findings> {
  process.env["BEAMSTACK_IAC_HOME"] = join(scratch, "home");
  const kubectl = peerProgram("kubectl", scratch);
  const rows: Row[] = [];
  const notes = await BenchCluster.with(async (cluster) => {
    const settings = await engineSettings(benchEnvironment, silent);
    const samplesOf = async (objects: number, { times, folder }: { readonly times: number; readonly folder: string }): Promise<Samples> => {
      const release = benchRelease(objects);
      const peers = await peersFor({ folder: join(scratch, folder), release, settings, kubeconfig: cluster.kubeconfig, kubectl });
      return rounds(cluster, { peers, manifests: release.objects.map(({ manifest }) => manifest), times });
    };
    process.stderr.write(`${WARM_UP} objects to warm up\n`);
    await samplesOf(WARM_UP, { times: 1, folder: "warm-up" });
    for (const objects of sizes) {
      process.stderr.write(`${objects} objects\n`);
      rows.push(...rowsAt(objects, await samplesOf(objects, { times: runs, folder: `objects-${objects}` })));
    }
    return peerNotes(settings, versionOf(kubectl, ["version", "--client"]));
  });
  return { rows, notes };
}

type Samples = ReadonlyMap<Step, ReadonlyMap<string, readonly Sample[]>>;

interface Round {
  readonly peers: readonly Peer[];
  readonly manifests: readonly KubeObject[];
  readonly times: number;
}

/** In each round every peer runs once, so that a machine that slows down affects all. */
async function rounds(cluster: BenchCluster, { peers, manifests, times }: Round): Promise<Samples> {
  const samples = new Map(STEPS.map((step) => [step, new Map(peers.map(({ name }): [string, Sample[]] => [name, []]))]));
  for (let round = 1; round <= times; round++) {
    for (const { name, runs } of peers) {
      for (const step of STEPS) {
        process.stderr.write(`  round ${round} of ${times}: ${name}, ${step} ...\n`);
        const before = await cluster.counters();
        const sample = await runOnce(runs[step], watchTree);
        samples
          .get(step)
          ?.get(name)
          ?.push(withCounters(sample, before, await cluster.counters()));
        await cluster.settled(step === "destroy" ? [] : manifests);
      }
    }
  }
  return samples;
}

function withCounters(sample: Sample, before: Counters, after: Counters): Sample {
  const since = (then: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(now).map(([key, value]) => [key, value - (then[key] ?? 0)]));
  return {
    ...sample,
    requests: since(before.requests, after.requests),
    cpuSeconds: { ...sample.cpuSeconds, ...since(before.cpuSeconds, after.cpuSeconds) },
  };
}

function rowsAt(objects: number, samples: Samples): Row[] {
  return [...samples].flatMap(([what, byPeer]) => {
    const { ours, ...peers } = Object.fromEntries(byPeer);
    return ours ? rowsOf({ what, objects }, ours, peers) : [];
  });
}
