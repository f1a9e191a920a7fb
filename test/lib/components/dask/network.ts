/** Network flows of Dask and of its operator. */

import { type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const OPERATOR = "dask-kubernetes-operator";
const PODS = ["dask-scheduler", "dask-worker"];
const EVERYBODY = [...PODS, "dask-job-runner"];

const PORTS = {
  scheduler: tcp({ "tcp-comm": 8786, "http-dashboard": 8787 }),
  worker: tcp({ "http-dashboard": 8788, "tcp-worker": 8789, "tcp-nanny": 8790 }),
  "job-runner": [],
};

/** Source: dask-kubernetes 2026.3.0, controller.py: labels of the object, of the template, and its own. */
function pod(component: keyof typeof PORTS, cluster: string, { metadata }: KubeObject, labels: JsonValue | undefined): PodFacts {
  const own = labels as Readonly<Record<string, string>>;
  return {
    kind: `dask-${component}`,
    instance: own["beamstack-iac/dask"] ?? "",
    namespace: metadata.namespace ?? "",
    labels: { ...metadata.labels, ...own, "dask.org/cluster-name": cluster, "dask.org/component": component },
    ports: PORTS[component],
    hostNetwork: false,
  };
}

function labelsAt(object: KubeObject, ...path: string[]): JsonValue | undefined {
  return valueAt(object, ["spec", ...path, "metadata", "labels"]);
}

function clusterPods(object: KubeObject): PodFacts[] {
  const { name } = object.metadata;
  return (["scheduler", "worker"] as const).map((component) => pod(component, name, object, labelsAt(object, component)));
}

function jobPods(object: KubeObject): PodFacts[] {
  const { name } = object.metadata;
  return [
    ...(["scheduler", "worker"] as const).map((component) => pod(component, name, object, labelsAt(object, "cluster", "spec", component))),
    pod("job-runner", name, object, labelsAt(object, "job")),
  ];
}

/** What the tests of network policies know of Dask. */
export const network: NetworkFacts = {
  everything: {
    dask: {
      clusters: { main: { clients: ["strangers"], outsidePorts: [443] }, other: {} },
      jobs: { one: { command: ["python", "main.py"] } },
    },
  },
  pods: {
    DaskCluster: clusterPods,
    DaskWorkerGroup: (object) => [pod("worker", String(valueAt(object, ["spec", "cluster"])), object, labelsAt(object, "worker"))],
    DaskJob: jobPods,
  },
  needed: [
    watches(OPERATOR),
    { from: EVERYBODY, to: ["dask-scheduler"], ports: [8786], within: "instance", reason: "workers and programs find the scheduler" },
    { from: EVERYBODY, to: ["dask-worker"], ports: [8789], within: "instance", reason: "results between workers" },
    { from: ["dask-scheduler"], to: ["dask-worker"], ports: [8790], within: "instance", reason: "restarts" },
    { from: [OPERATOR], to: ["dask-scheduler"], ports: [8786, 8787], reason: "the number of workers" },
    scraped(8787, "dask-scheduler"),
    scraped(8788, "dask-worker"),
    {
      from: ["stranger"],
      to: ["dask-scheduler"],
      ports: [8786],
      within: (_from, to) => to === "daskcluster-main",
      when: ({ dask }) => dask?.clusters?.["main"]?.clients !== undefined,
      reason: "clients of a cluster",
    },
  ],
  closed: [
    callsNobody(OPERATOR),
    {
      from: EVERYBODY,
      to: PODS,
      ports: [8786, 8787, 8788, 8789, 8790],
      within: (from, to) => from !== to,
      reason: "another cluster's scheduler runs whatever it is sent",
    },
    { from: ["stranger"], to: ["dask-worker"], ports: [8788, 8789, 8790], reason: "clients talk to schedulers" },
  ],
};
