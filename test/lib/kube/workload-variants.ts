/** Hardened workloads of every kind, and with every prop. */

import type { Chart } from "cdk8s";
import { Probe } from "cdk8s-plus-28";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload, type HardenedWorkloadProps } from "#lib/kube/hardened-workload";
import { OUTSIDE, pods } from "#lib/kube/network";
import type { INodePool } from "#lib/kube/node-pool";

/** Namespace of every variant. */
export const NAMESPACE = "app";

const gi = Size.gibibytes;
const deadline = Duration.minutes(10);

/** A container that serves. */
export const server: HardenedContainer = {
  image: "registry.example.com/team/app:1.0",
  ports: { http: 8080 },
  requests: { cpu: 0.1, memory: gi(1) },
  readiness: Probe.fromHttpGet("/healthz", { port: 8080 }),
};

/** A container that runs to its end. */
const task: HardenedContainer = { name: "task", image: server.image, requests: server.requests, limits: { memory: gi(2) } };

const runs = { deadline, tries: 2 } as const;

/** By a word for what is special: its props without name and namespace. */
export const variants: Readonly<Record<string, Omit<HardenedWorkloadProps, "name" | "namespace">>> = {
  deployment: { kind: { type: "deployment", replicas: 2 }, containers: [server] },
  service: { kind: { type: "deployment", replicas: 2 }, containers: [server], service: { ports: { http: 80 } } },
  "stateful-set": {
    kind: { type: "stateful-set", replicas: 3, claims: { data: { path: "/data", size: gi(1) } } },
    containers: [{ ...server, scratch: { "/tmp": gi(1) } }],
  },
  job: { kind: { type: "job", ...runs }, containers: [task] },
  "cron-job": { kind: { type: "cron-job", schedule: "@daily", timeZone: "Etc/UTC", ...runs }, containers: [task] },
  container: {
    kind: { type: "deployment", replicas: 2 },
    containers: [
      {
        ...server,
        name: "app",
        command: ["serve"],
        args: ["--port=8080"],
        workingDir: "/srv",
        env: { MODE: "fast", PASSWORD: secretRef("login", "password") },
        requests: { cpu: 0.1, memory: gi(1), ephemeralStorage: gi(1) },
        liveness: Probe.fromTcpSocket({ port: 8080 }),
        startup: Probe.fromTcpSocket({ port: 8080 }),
        scratch: { "/tmp": gi(1), "/var/cache/app": gi(1) },
      },
    ],
    initContainers: [{ ...task, scratch: { "/tmp": gi(1) } }],
  },
  pod: {
    kind: { type: "deployment", replicas: 2 },
    containers: [server],
    userId: 12_345,
    account: {
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
      annotations: { "azure.workload.identity/client-id": "1" },
    },
    priority: "beamstack-serving",
    labels: { team: "search" },
    imagePullSecrets: ["registry"],
    callers: { gateway: pods("gateway") },
    calls: { internet: { to: OUTSIDE, ports: [{ port: 443 }] } },
  },
};

/** The facts of a pool that a workload reads. */
export const pool = {
  name: "gpu",
  nodeSelector: { "beamstack-iac/node-pool": "gpu" },
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
  shapes: [{ cpu: 16, memory: gi(64), accelerators: 4, scratch: gi(100), pods: 110 }],
  capacity: { nodes: 2, cpu: 32, memory: gi(128), accelerators: 8, resource: "nvidia.com/gpu" },
  simulatedNodes: [],
} as const satisfies Omit<INodePool, "node" | "with">;

/** Adds one variant to a chart. */
export function addVariant(chart: Chart, name: string): HardenedWorkload {
  const props = variants[name];
  if (!props) throw new Error(`no variant ${name}`);
  return new HardenedWorkload(chart, name, { ...props, name, namespace: NAMESPACE });
}
