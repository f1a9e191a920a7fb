/**
 * ECK v3.5.0 on our clusters, with Kibana beside them. It asks Elasticsearch itself for its health, and no container runs here: the phase Ready cannot be
 * reached. Of Kibana it asks for the pods alone.
 *
 * @exercises elasticsearch
 */

import { KIBANA_LABEL } from "#lib/components/elasticsearch/pin";
import { valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
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
    clusters: {
      search: {
        nodeSets: { all: { count: 3, storage: Size.gibibytes(1) } },
        highAvailability: true,
        maxUnavailable: 1,
        kibana: { replicas: 2 },
      },
    },
  },
});
const [cluster, kibana] = [objectOf("Elasticsearch"), objectOf("Kibana")];
const namespace = cluster.metadata.namespace ?? "default";
const row = rowOf(cluster);

function objectOf(wanted: string): KubeObject {
  const found = release.objects.map(({ manifest }) => manifest).find(({ kind }) => kind === wanted);
  if (!found) throw new Error(`the release has no ${wanted}`);
  return found;
}

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
    const last = { apiVersion: "v1", kind: "Pod", metadata: { name: "search-es-all-2", namespace } };

    await operator.until(last, () => true);
    await operator.until(budget, (seen) => valueAt(seen, ["status", "expectedPods"]) === 3);

    expect(await operator.client().list(pods)).toHaveLength(3);
  },
  WITHIN_MS,
);

test(
  "Kibana signs in to the cluster, and is ready with the simulated status when its pods are",
  async () => {
    const kibanaRow = rowOf(kibana);
    const simulated = kibanaRow.simulated?.at(-1)?.status;

    const live = await operator.until(kibana, (seen) => healthOf(seen, kibanaRow).state === "ready");

    expect(read(live["status"], kibanaRow)).toEqual(read(simulated, kibanaRow));
    const association = ["elasticsearchAssociationStatus"];
    expect(valueAt(live["status"], association)).toBe(valueAt(simulated, association));
    expect(valueAt(live, ["status", "availableNodes"])).toBe(2);
  },
  WITHIN_MS,
);

test(
  "the pods of Kibana and its Service are those that routes and disruption budgets are given",
  async () => {
    const of = { apiVersion: "v1", kind: "Pod", namespace, labelSelector: `${KIBANA_LABEL}=${kibana.metadata.name}` };
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "search-kb-http", namespace } };
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "search-kb", namespace } };

    const live = await operator.client().get(refOf(service));
    await operator.until(budget, (seen) => valueAt(seen, ["status", "expectedPods"]) === 2);

    expect(valueAt(live, ["spec", "ports", 0, "port"])).toBe(5601);
    expect(valueAt(live, ["spec", "ports", 0, "name"])).toBe("http");
    expect(await operator.client().list(of)).toHaveLength(2);
  },
  WITHIN_MS,
);

test(
  "apply.sh runs again after ECK has written the node sets and the template of Kibana back, and changes neither",
  async () => {
    const written = (seen: KubeObject) => JSON.stringify(seen.metadata["managedFields"] ?? null).includes("elastic-operator");
    const lives = async () => Promise.all([cluster, kibana].map((object) => operator.client().get(refOf(object))));
    const generations = async () => (await lives()).map(({ metadata }) => metadata["generation"]);
    for (const object of [cluster, kibana]) await operator.until(object, written);
    const before = await generations();

    operator.applyTree(release, { withoutDefinitions: true });

    expect(await generations()).toEqual(before);
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
