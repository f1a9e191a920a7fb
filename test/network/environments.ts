/** Environments whose policies are evaluated: those of this package, and those of clusters that differ. */

import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import dev from "../../stacks/env/dev";
import local from "../../stacks/env/local";
import prod from "../../stacks/env/prod";
import staging from "../../stacks/env/staging";

const BASE = { name: "case", cluster: { type: "context", context: "any" } } as const;
const KARPENTER = {
  clusterName: "any",
  interruptionQueue: "any",
  nodes: { image: "bottlerocket@v1.63.0", identity: { type: "role", role: "any" } },
} as const;
const S3 = { type: "s3", uri: "s3://any/flink" } as const;
const everything = {
  certManager: {},
  karpenter: KARPENTER,
  kueue: { queues: {} },
  ray: {
    clusters: { main: { autoscaling: {}, workers: { cpu: { replicas: 1, maxReplicas: 2 } } } },
    jobs: { one: { entrypoint: "python main.py", workers: { cpu: {} } } },
  },
  seaweedfs: { clusters: { objects: { volume: { storage: Size.gibibytes(10) } } } },
  spark: {
    applications: { pi: { main: { type: "python", file: "s3a://any/pi.py" }, outsidePorts: [443] } },
    connect: { sessions: { clients: ["strangers"] } },
  },
  flink: { clusters: { main: { storage: S3 }, other: { namespace: "streams", storage: S3 } } },
  elasticsearch: { clusters: { docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(1) } } } } },
  monitoring: { grafana: { adminSecret: "any" }, controlPlane: true },
} as const;

/** Spark's webhook is in the pod network only. */
const { spark: _spark, ...withoutSpark } = everything;

/** A file that installs a package. */
export const PACKAGES = `pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }, { type: Mine }] }
providers: [{ type: pythonPackage, config: { packages: ["any-package==1.0"] }, transforms: { Mine: any_package.Mine } }]
`;

const submitter = {
  flink: {
    clusters: {
      main: { worker: { env: { HTTPS_PROXY: "http://proxy.example.com:3128", PIP_INDEX_URL: "http://pypi.example.com:8081/simple" } } },
    },
  },
  pipelines: {
    packages: {
      file: "pipelines/packages.yaml",
      runner: "main",
      artifacts: "s3://any/artifacts",
      options: { s3_endpoint_url: "http://store.example.com:9000" },
      secretEnv: { AWS_SECRET_ACCESS_KEY: secretRef("store", "key") },
    },
  },
} as const;

/** Environments by name. */
export const ENVIRONMENTS: Readonly<Record<string, EnvironmentSpec>> = {
  local: { ...local, operators: "helm" },
  dev,
  staging,
  prod,
  "everything, on any network": { ...BASE, ...everything },
  "everything, on Cilium": { ...BASE, ...everything, network: { policies: "cilium" } },
  "everything, webhooks in the host's network": { ...BASE, ...withoutSpark, network: { webhooks: "host" } },
  "kubespray and OpenShift": {
    ...BASE,
    ...everything,
    network: {
      policies: "cilium",
      dns: [
        { type: "address", address: "169.254.25.10" },
        { type: "pods", namespace: "openshift-dns", port: 5353 },
      ],
    },
  },
  "monitoring of a control plane": {
    ...BASE,
    monitoring: { nodeExporter: false, controlPlane: true, grafana: { adminSecret: "any" } },
  },
  "GKE Autopilot": { ...BASE, certManager: {}, monitoring: { nodeExporter: false, coreDns: false } },
  "a submitter behind a proxy": { ...BASE, ...submitter },
};
