/**
 * The Dask operator 2026.3.0, from PyPI, on our cluster and job. Containers do not run: no scheduler answers, so that an autoscaler asks for no workers, and the
 * pods of workers stay as they are.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { daskPin } from "#lib/components/dask/index";
import { type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/dask/index";
import { healthOf } from "#lib/kube/health";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";

const parts = {
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  dask: {
    clusters: { main: { scheduler: { pool: "cpu" }, workers: { replicas: 2, pool: "cpu" }, workerGroups: { large: { pool: "cpu" } } } },
    jobs: { sum: { command: ["python", "-c", "print(1)"], scheduler: { pool: "cpu" }, workers: { pool: "cpu" }, runner: { pool: "cpu" } } },
  },
} as const;

const operator = withRealOperators([], { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) });
const release = released({ ...EMBEDDED, ...parts });
const [cluster, job, group] = [ofKind("DaskCluster"), ofKind("DaskJob"), ofKind("DaskWorkerGroup")];

function ofKind(kind: string): KubeObject {
  const found = release.objects.map(({ manifest }) => manifest).find((one) => one.kind === kind);
  if (!found) throw new Error(`the release has no ${kind}`);
  return found;
}

beforeAll(async () => {
  const venv = join(operator.folder, "venv");
  execFileSync("python3", ["-m", "venv", venv]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "dask-kubernetes==2026.3.0"];
  execFileSync(join(venv, "bin/python"), pip);
  for (const definition of definitions()) await applyStrictly(operator.client(), definition);
  operator.applyTree(release, { withoutDefinitions: true });
  // As the chart starts it.
  operator.start({ name: join(venv, "bin/kopf"), args: () => ["run", "-m", "dask_kubernetes.operator", "--all-namespaces"] });
}, STARTED_WITHIN_MS);

test.each([cluster, job])(
  "$kind becomes ready, with the status that the simulator writes",
  async (object) => {
    const row = rowOf(object);

    const live = await operator.until(object, (seen) => healthOf(seen, row).state === "ready");

    const states = (row.simulated ?? []).map(({ status }) => read(status, row));
    expect(states).toContainEqual(read(live["status"], row));
  },
  WITHIN_MS,
);

test.each([cluster, group])(
  "the pods of a $kind have the labels that the pin tells, on nodes of the pool",
  async (object) => {
    const kind = daskPin.kinds.find((each) => each.kind === groupKind(object));
    const sets = kind && "podLabels" in kind ? kind.podLabels(object) : [];
    expect(sets).not.toEqual([]);
    for (const labels of sets) {
      const labelSelector = Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
      const pods = await podsOf(labelSelector);
      expect(pods.map((pod) => valueAt(pod, ["spec", "nodeName"]))).toEqual(pods.map(() => expect.stringMatching(/^cpu-/)));
    }
  },
  WITHIN_MS,
);

/** Pods that the operator has made, once there is one. */
async function podsOf(labelSelector: string): Promise<readonly KubeObject[]> {
  for (let tries = 150; tries > 0; tries--) {
    const pods = await operator
      .client()
      .list({ apiVersion: "v1", kind: "Pod", namespace: cluster.metadata.namespace ?? "", labelSelector });
    if (pods.length > 0 && pods.every((pod) => valueAt(pod, ["spec", "nodeName"]) !== undefined)) return pods;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`no pods with ${labelSelector}:\n${operator.log()}`);
}

test(
  "apply.sh runs again after the operator has written, and changes nothing",
  async () => {
    const before = await specsOf();

    operator.applyTree(release, { withoutDefinitions: true });

    expect(await specsOf()).toEqual(before);
  },
  WITHIN_MS,
);

test(
  "a cluster that the operator refuses has failed, and was not ready for a moment",
  async () => {
    const refused: KubeObject = { ...cluster, metadata: { ...cluster.metadata, name: "x".repeat(63) } };
    await operator.client().apply(refused, { fieldManager: "test" });

    const healths = await operator.healthsOf(refused, 8);

    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
    expect(healths.at(-1)?.state).toBe("failed");
  },
  WITHIN_MS,
);

async function specsOf(): Promise<JsonValue[]> {
  const lives = await Promise.all([cluster, group, job].map((object) => operator.client().get(refOf(object))));
  return lives.map(({ metadata, spec = null }) => ({ name: metadata.name, generation: metadata["generation"] ?? null, spec }));
}
