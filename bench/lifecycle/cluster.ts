/** The control plane that all peers of the life cycle share, and its metrics between runs. */

import { setTimeout as pause } from "node:timers/promises";
import { simulatedNodes } from "#lib/kube/node-pool";
import type { KubeObject } from "#lib/kube/object";
import { startedControlPlane } from "#stacks/cli/lifecycle";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import type { ControlPlane } from "#stacks/local/control-plane/start";
import { removeControlPlane } from "#stacks/local/control-plane/stop";
import { silent } from "#stacks/local/progress";
import { goOn } from "../measure";
import { LABEL, NAMESPACE } from "../object-set";
import { ENVIRONMENT } from "../release";
import { cpuSecondsOf } from "../usage";
import { benchEnvironment } from "./environment";

/** Kinds of the objects. */
const KINDS = [
  { apiVersion: "v1", kind: "ServiceAccount" },
  { apiVersion: "v1", kind: "ConfigMap" },
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
  { apiVersion: "apps/v1", kind: "Deployment" },
] as const;

/** Objects that controllers create, and the kind of ours that causes them. */
const MADE = [
  { apiVersion: "apps/v1", kind: "ReplicaSet", from: "Deployment" },
  { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", from: "Service" },
] as const;

/** Resources of {@link KINDS} in the API server's metrics. */
const RESOURCES = /resource="(serviceaccounts|configmaps|services|networkpolicies|deployments)"/;

/** Verbs of a client; PUT and WATCH requests for these resources come from controllers. */
const VERB = /verb="(GET|LIST|POST|APPLY|PATCH|DELETE)"/;

/** Controllers settle within seconds; a busy machine may need longer. */
const SETTLE_MS = 120_000;

/** Counters so far. */
export interface Counters {
  readonly requests: Readonly<Record<string, number>>;
  readonly cpuSeconds: Readonly<Record<string, number>>;
}

/** A control plane in the folder that `BEAMSTACK_IAC_HOME` names. */
export class BenchCluster {
  private constructor(
    private readonly controlPlane: ControlPlane,
    private readonly client: KubeClient,
  ) {}

  /** Path of a kubeconfig. */
  public get kubeconfig(): string {
    return this.controlPlane.kubeconfig;
  }

  /** Runs `work` on a running control plane, and always removes it afterwards. */
  public static async with<T>(work: (cluster: BenchCluster) => Promise<T>): Promise<T> {
    try {
      const controlPlane = await startedControlPlane({ environment: benchEnvironment, nodes: simulatedNodes([]) }, silent);
      if (!controlPlane) throw new Error("the environment of the benchmark is not embedded");
      const client = connect(loadKubeconfig(controlPlane.kubeconfig));
      try {
        await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
        return await work(new BenchCluster(controlPlane, client));
      } finally {
        client.close();
      }
    } finally {
      await removeControlPlane(ENVIRONMENT);
    }
  }

  /** Waits until exactly these objects exist and the controllers have settled: their time counts for no peer. */
  public async settled(objects: readonly KubeObject[]): Promise<void> {
    const countOf = (kind: string): number => objects.filter((object) => object.kind === kind).length;
    const wanted = [
      ...KINDS.map((query) => ({ ...query, count: countOf(query.kind) })),
      ...MADE.map(({ from, ...query }) => ({ ...query, count: countOf(from) })),
    ];
    const deadline = Date.now() + SETTLE_MS;
    for (const { count, ...query } of wanted) {
      for (let found = -1; found !== count; await pause(200)) {
        found = (await this.client.list({ ...query, namespace: NAMESPACE, labelSelector: LABEL, metadataOnly: true })).length;
        goOn();
        if (found !== count && Date.now() > deadline) throw new Error(`${found} of kind ${query.kind} instead of ${count}`);
      }
    }
  }

  /** Current counters of the whole cluster. */
  public async counters(): Promise<Counters> {
    const { pids } = this.controlPlane;
    const text = await this.client.text({ method: "GET", path: "/metrics" });
    const controllers = cpuSecondsOf(pids["kube-controller-manager"]);
    const cpuSeconds = { "API server": cpuSecondsOf(pids["kube-apiserver"]), etcd: cpuSecondsOf(pids.etcd), controllers };
    return { requests: requestsOf(text), cpuSeconds };
  }
}

/** Requests for whole objects by verb, without subresources such as `status`. Source: apiserver_request_total of Kubernetes. */
function requestsOf(metrics: string): Record<string, number> {
  const requests: Record<string, number> = {};
  for (const line of metrics.split("\n")) {
    const verb = VERB.exec(line)?.[1];
    if (!verb || !line.startsWith("apiserver_request_total{") || !RESOURCES.test(line) || !line.includes('subresource=""')) continue;
    requests[verb] = (requests[verb] ?? 0) + Number(line.slice(line.lastIndexOf(" ")));
  }
  return requests;
}
