/** Milvus in the contract suite. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import {
  Milvus,
  type MilvusClusterProps,
  MilvusOperator,
  type MilvusOperatorProps,
  milvusClusterSchema,
  milvusOperatorSchema,
  milvusPin,
} from "#lib/components/milvus/index";
import { NodePool } from "#lib/components/node-pools/index";
import { ExternalBucket, type ExternalBucketProps } from "#lib/components/object-storage/index";
import { ExistingTopic } from "#lib/components/topics/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { contractEntry } from "../../../contract/entry";
import { milvusAlertCases } from "./alert-cases";

const operator = contractEntry<MilvusOperatorProps>({
  title: "MilvusOperator",
  pin: milvusPin,
  schema: milvusOperatorSchema,
  build: (scope, props) => new MilvusOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: milvusAlertCases,
});

const elsewhere = new Chart(new App(), "elsewhere");
const pool = new NodePool(elsewhere, "Pool", {
  name: "cpu",
  type: "static",
  nodes: 2,
  node: { cpu: 16, memory: Size.gibibytes(64) },
});
const bucket = (name: string, props: ExternalBucketProps) => new ExternalBucket(elsewhere, name, { ...props, name });
const keys = { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") };
const vectors = bucket("vectors", {
  type: "s3-compatible",
  bucket: "vectors",
  endpoint: "https://s3.example.com:8333",
  credentials: { type: "access-key", ...keys },
  ca: secretRef("s3-ca", "ca.crt"),
  namespaces: ["milvus", "search"],
});
const topic = (name: string, bootstrapServers = "kafka.example.com:9093") =>
  new ExistingTopic(elsewhere, name, {
    name,
    type: "existing",
    bootstrapServers,
    credentials: { type: "scram-sha-512", user: "milvus", password: secretRef("kafka", "password") },
    ca: secretRef("kafka-ca", "ca.crt"),
    namespaces: ["milvus"],
  });
const [first, second, clock, far] = [topic("first"), topic("second"), topic("clock"), topic("far", "other.example.com:9093")];

const cluster = contractEntry<MilvusClusterProps>({
  title: "Milvus",
  pin: milvusPin,
  schema: milvusClusterSchema,
  build: (scope: Construct, props) =>
    new Milvus(scope, "Subject", { ...props, name: "subject", operator: { pods: pods("milvus-operator") } }),
  smallest: { bucket: vectors },
  variants: {
    bucket: {
      bucket: bucket("azure", {
        type: "azure-blob",
        account: "account1",
        container: "vectors",
        credentials: { type: "account-key", accountKey: secretRef("azure", "key") },
        namespaces: ["milvus"],
      }),
    },
    path: { path: "vectors/main" },
    namespace: { namespace: "search" },
    mode: { mode: { type: "cluster", queryNode: { replicas: 2, memory: Size.gibibytes(8) } } },
    queue: { queue: { type: "kafka", topics: [first, second], timeTicks: clock } },
    etcd: { etcd: { members: 3, storageClass: "fast" } },
    rootPassword: { rootPassword: secretRef("milvus-root", "password") },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { etcd: { cpu: 0 } },
    "milvus.read-only-bucket": {
      bucket: bucket("public", {
        type: "s3-compatible",
        bucket: "open",
        endpoint: "https://s3.example.com",
        credentials: { type: "public" },
      }),
    },
    "milvus.ca-key": {
      bucket: bucket("ca", {
        type: "s3-compatible",
        bucket: "vectors",
        endpoint: "https://s3.example.com",
        credentials: { type: "access-key", ...keys },
        ca: secretRef("s3-ca", "tls.crt"),
        namespaces: ["milvus"],
      }),
    },
    "milvus.several-brokers": { queue: { type: "kafka", topics: [first, far], timeTicks: clock } },
    "milvus.topic-twice": { queue: { type: "kafka", topics: [first], timeTicks: first } },
    "milvus.fits-no-machine": { pool, mode: { type: "standalone", cpu: 100 } },
  },
});

/** What the contract suite tries. */
export const entries = [operator, cluster];
