/**
 * ECK v3.5.0 on our clusters. It asks Elasticsearch itself for its health, and no container runs here: the phase Ready cannot be reached.
 *
 * @exercises elasticsearch
 */

import { valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { healthOf } from "#lib/kube/health";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { EMBEDDED, released } from "../fixtures/platform";
import { moduleObjects } from "./module-files";
import { read, rowOf, WITHIN_MS, withRealOperator } from "./real-operator";

const DEFINITIONS = { module: "eck", goModule: "github.com/elastic/cloud-on-k8s/v3", path: "config/crds/v1/all-crds.yaml" };
const operator = withRealOperator({ name: "elastic-operator", goPackage: "github.com/elastic/cloud-on-k8s/v3/cmd", module: "eck" });
const release = released({
  ...EMBEDDED,
  elasticsearch: {
    clusters: { search: { nodeSets: { all: { count: 3, storage: Size.gibibytes(1) } }, highAvailability: true, maxUnavailable: 1 } },
  },
});
const [cluster] = release.objects.map(({ manifest }) => manifest).filter(({ kind }) => kind === "Elasticsearch");
if (!cluster) throw new Error("the release has no Elasticsearch");
const namespace = cluster.metadata.namespace ?? "default";
const row = rowOf(cluster);

beforeAll(async () => {
  // As its chart does. The tree has the definitions of our own kinds only; ECK waits for all of its kinds.
  for (const definition of moduleObjects(DEFINITIONS)) await applyStrictly(operator.client(), definition);
  operator.applyTree(release, { withoutDefinitions: true });
  const settings = {
    "metrics-port": 0,
    "operator-namespace": "elastic-system",
    "enable-leader-election": false,
    "disable-telemetry": true,
  };
  operator.start({
    args: () => ["manager", ...Object.entries(settings).map(([key, value]) => `--${key}=${value}`)],
    env: () => ({ POD_NAME: "elastic-operator-0" }),
  });
}, WITHIN_MS);

test(
  "a new cluster is applied, as the simulator says, and is not ready",
  async () => {
    const live = await operator.until(cluster, (seen) => valueAt(seen, ["status", "phase"]) !== undefined);

    expect(read(live["status"], row)).toEqual(read(row.simulated?.[0]?.status, row));
    expect(valueAt(live, ["status", "observedGeneration"])).toBe(live.metadata["generation"]);
    expect(healthOf(live, row).state).toBe("waiting");
  },
  WITHIN_MS,
);

test(
  "the disruption budget selects the pods of the cluster",
  async () => {
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "search-es-default", namespace } };
    const pods = { apiVersion: "v1", kind: "Pod", namespace, labelSelector: "elasticsearch.k8s.elastic.co/cluster-name=search" };

    await operator.until(budget, (seen) => valueAt(seen, ["status", "expectedPods"]) === 3);

    expect(await operator.client().list(pods)).toHaveLength(3);
  },
  WITHIN_MS,
);

test(
  "apply.sh runs again after ECK has written the node sets back",
  async () => {
    await operator.until(cluster, (seen) => JSON.stringify(seen.metadata["managedFields"] ?? null).includes("elastic-operator"));

    operator.applyTree(release, { withoutDefinitions: true });
  },
  WITHIN_MS,
);

test(
  "a change that ECK refuses has failed, with the simulated status, and was not ready for a moment",
  async () => {
    await operator.client().patch(refOf(cluster), { type: "merge", body: { spec: { version: "6.0.0" } } });

    const healths = await operator.healthsOf(cluster, 15);

    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
    expect(healths.at(-1)?.state).toBe("failed");
    const live = await operator.client().get(refOf(cluster));
    expect(read(live["status"], row)).toEqual(read(row.simulatedFailure?.status, row));
  },
  WITHIN_MS,
);
