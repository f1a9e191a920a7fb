/** The etcd of a cluster: a StatefulSet with a static list of members. Source: etcd 3.5, "Configuration options" and "Clustering Guide". */

import { JsonPatch } from "cdk8s";
import { Probe } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import type { MetricsTarget } from "#lib/kube/monitoring";
import { allow, type PodsEnd } from "#lib/kube/network";
import type { INodePool } from "#lib/kube/node-pool";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { ETCD_PORTS, etcdOf } from "./labels";
import { milvusPin } from "./pin";
import type { MilvusClusterSettings } from "./schema";

/** Bytes that the metadata may have; etcd then refuses writes. Source: Milvus 2.6, deployments/docker/standalone/docker-compose.yml. */
const QUOTA_BYTES = 4_294_967_296;

/** Whose etcd it is. */
export interface EtcdPlace {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly settings: Pick<MilvusClusterSettings, "etcd" | "namespace">;
  /** Who reads and writes it, by the name of the flow. */
  readonly callers: Readonly<Record<string, PodsEnd>>;
  readonly pool?: INodePool | undefined;
}

/** The metadata of a cluster. */
export class Etcd extends Construct {
  /** Addresses of the members: `host:port`. */
  public readonly endpoints: readonly string[];
  public readonly target: MetricsTarget;

  public constructor(scope: Construct, id: string, { cluster, settings, callers, pool }: EtcdPlace) {
    super(scope, id);
    const { namespace, etcd } = settings;
    const name = etcdOf(cluster);
    const hosts = Array.from({ length: etcd.members }, (_, at) => `${name}-${at}.${name}.${namespace}.svc`);
    this.endpoints = hosts.map((host) => `${host}:${ETCD_PORTS.client}`);
    const workload = new HardenedWorkload(this, "Members", {
      name,
      namespace,
      kind: {
        type: "stateful-set",
        replicas: etcd.members,
        peers: true,
        claims: {
          data: { path: "/data", size: etcd.storage, ...(etcd.storageClass !== undefined && { storageClass: etcd.storageClass }) },
        },
      },
      containers: [
        {
          image: milvusPin.images.etcd,
          command: ["/usr/local/bin/etcd"],
          env: environment(name, namespace, hosts),
          ports: ETCD_PORTS,
          requests: { cpu: etcd.cpu, memory: etcd.memory },
          limits: { memory: etcd.memory },
          readiness: Probe.fromHttpGet("/readyz", { port: ETCD_PORTS.metrics }),
          liveness: Probe.fromHttpGet("/livez", { port: ETCD_PORTS.metrics, failureThreshold: 6 }),
        },
      ],
      ...(pool && { pool }),
      imagePullSecrets: pullSecretsOf(this),
    });
    // Before the variables that name it.
    const podName = { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } };
    workload.workload.addJsonPatch(JsonPatch.add("/spec/template/spec/containers/0/env/0", podName));
    const { pods } = workload;
    allow(this, [
      ...Object.entries(callers).map(([caller, from]) => ({
        name: `${caller}-to-${name}`,
        from,
        to: pods,
        ports: [{ port: ETCD_PORTS.client }],
      })),
      ...(etcd.members > 1 ? [{ name: `${name}-members`, from: pods, to: pods, ports: [{ port: ETCD_PORTS.peer }] }] : []),
    ]);
    this.target = { name: `milvus-etcd-${namespace}.${cluster}`, pods, port: ETCD_PORTS.metrics, podLabels: ["app.kubernetes.io/name"] };
  }
}

function environment(name: string, namespace: string, hosts: readonly string[]): Record<string, string> {
  const own = `http://$(POD_NAME).${name}.${namespace}.svc`;
  const members = hosts.map((host) => `${host.slice(0, host.indexOf("."))}=http://${host}:${ETCD_PORTS.peer}`);
  return {
    ETCD_NAME: "$(POD_NAME)",
    ETCD_DATA_DIR: "/data/etcd",
    ETCD_LISTEN_CLIENT_URLS: `http://0.0.0.0:${ETCD_PORTS.client}`,
    ETCD_ADVERTISE_CLIENT_URLS: `${own}:${ETCD_PORTS.client}`,
    ETCD_LISTEN_PEER_URLS: `http://0.0.0.0:${ETCD_PORTS.peer}`,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: `${own}:${ETCD_PORTS.peer}`,
    ETCD_LISTEN_METRICS_URLS: `http://0.0.0.0:${ETCD_PORTS.metrics}`,
    ETCD_INITIAL_CLUSTER: members.join(","),
    ETCD_INITIAL_CLUSTER_STATE: "new",
    // Old revisions of keys are not needed; without compaction the quota is used up.
    ETCD_AUTO_COMPACTION_MODE: "revision",
    ETCD_AUTO_COMPACTION_RETENTION: "1000",
    ETCD_QUOTA_BACKEND_BYTES: String(QUOTA_BYTES),
  };
}
