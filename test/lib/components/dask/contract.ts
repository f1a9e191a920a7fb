/** Dask in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import {
  DaskCluster,
  type DaskClusterProps,
  DaskJob,
  type DaskJobProps,
  DaskOperator,
  type DaskOperatorProps,
  daskClusterSchema,
  daskJobSchema,
  daskOperatorSchema,
  daskPin,
} from "#lib/components/dask/index";
import { NodePool } from "#lib/components/node-pools/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { OUTSIDE } from "#lib/kube/network";
import { contractEntry } from "../../../contract/entry";
import { daskAlertCases } from "./alert-cases";

const operator = contractEntry<DaskOperatorProps>({
  title: "DaskOperator",
  pin: daskPin,
  schema: daskOperatorSchema,
  build: (scope, props) => new DaskOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    existing: { existing: true },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
  },
  refused: {
    "spec.unknown-key": { replicas: 2 } as DaskOperatorProps,
    "operators.without-effect-on-existing": { existing: true, resources: { limits: { cpu: 2 } } },
  },
  alerts: daskAlertCases,
});

const elsewhere = new Chart(new App(), "elsewhere");
const pool = new NodePool(elsewhere, "Pool", {
  name: "cpu",
  type: "static",
  nodes: 2,
  node: { cpu: 16, memory: Size.gibibytes(64) },
});

/** A bucket of a cloud. */
function bucket(name: string, region: string): IBucket {
  return Object.assign(new Construct(elsewhere, name), {
    name,
    location: { api: "s3", bucket: `team-${name}`, region, pathStyle: false } as const,
    flows: [{ name: "https", to: OUTSIDE, ports: [{ port: 443 }] }],
    enter: () => ({
      credentials: { type: "identity", annotations: { "eks.amazonaws.com/role-arn": "any" } } as const,
      dependency: elsewhere,
    }),
  });
}

const data = bucket("data", "eu-central-1");
const far = bucket("far", "us-east-1");

/** Props that clusters and jobs have in common. */
const common = {
  namespace: { namespace: "analytics" },
  image: { image: "registry.example.com/team/dask:2026.3.0" },
  scheduler: { scheduler: { cpu: 2 } },
  workers: { workers: { replicas: 3, threads: 4 } },
  env: { env: { MODE: "fast", TOKEN: secretRef("api", "token") } },
  buckets: { buckets: [data] },
  outsidePorts: { outsidePorts: [443] },
  serviceAccountAnnotations: { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/dask" } },
} as const;

/** What both refuse. */
const refused = {
  "spec.wrong-value": { outsidePorts: [0] },
  "dask.fits-no-machine": { scheduler: { cpu: 64, pool } },
  "dask.no-accelerators": { workers: { accelerators: 1 } },
  "dask.buckets-differ": { buckets: [data, far] },
  "dask.identity-twice": { buckets: [data], serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "other" } },
  "dask.variable-of-bucket": { buckets: [data], env: { AWS_REGION: "us-east-1" } },
} as const;

const cluster = contractEntry<DaskClusterProps>({
  title: "DaskCluster",
  pin: daskPin,
  schema: daskClusterSchema,
  build: (scope, props) => {
    new DaskCluster(scope, "Subject", { ...props, name: "subject", operator: new DaskOperator(scope, "Operator") });
  },
  smallest: {},
  variants: {
    ...common,
    workerGroups: { workerGroups: { large: { memory: Size.gibibytes(16) } } },
    autoscaling: { autoscaling: { max: 5 } },
    clients: { clients: ["notebooks"] },
  },
  refused: {
    ...refused,
    "dask.group-name": { workerGroups: { default: {} } },
    "dask.workers-out-of-range": { workers: { replicas: 9 }, autoscaling: { max: 5 } },
  },
});

const job = contractEntry<DaskJobProps>({
  title: "DaskJob",
  pin: daskPin,
  schema: daskJobSchema,
  build: (scope, props) => {
    new DaskJob(scope, "Subject", { ...props, name: "subject", operator: new DaskOperator(scope, "Operator") });
  },
  smallest: { command: ["python", "/app/main.py"] },
  variants: {
    ...common,
    command: { command: ["python", "/app/other.py"] },
    runner: { runner: { cpu: 2 } },
    restart: { restart: "on-failure" },
    deadline: { deadline: Duration.hours(1) },
  },
  refused,
});

/** What the contract suite tries. */
export const entries = [operator, cluster, job];
