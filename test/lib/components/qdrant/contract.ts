/** Qdrant in the contract suite. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { NodePool } from "#lib/components/node-pools/index";
import { Qdrant, type QdrantProps, qdrantPin, qdrantSchema } from "#lib/components/qdrant/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { type AlertCase, contractEntry } from "../../../contract/entry";

const pool = (scope: Construct) =>
  new NodePool(scope, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });

/** In place of it, the tree under test gets a pool of its own. */
const elsewhere = pool(new Chart(new App(), "pools"));

const JOB = 'job="monitoring/qdrant-qdrant.main", namespace="qdrant", app_kubernetes_io_instance="main", pod="a"';

const alerts: readonly AlertCase[] = [
  { alert: "QdrantNodeDown", series: { [`up{${JOB}}`]: "0x20" }, at: "8m", raised: true },
  { alert: "QdrantNodeDown", series: { [`up{${JOB}}`]: "0 0 1x20" }, at: "10m", raised: false },
  { alert: "QdrantUpdatesPending", series: { [`cluster_pending_operations_total{${JOB}}`]: "3x40" }, at: "20m", raised: true },
  { alert: "QdrantUpdatesPending", series: { [`cluster_pending_operations_total{${JOB}}`]: "3x5 0x40" }, at: "30m", raised: false },
  {
    alert: "QdrantRequestsFailing",
    series: { [`rest_responses_total{${JOB}, status="500"}`]: "0+6x40", [`rest_responses_total{${JOB}, status="200"}`]: "0+94x40" },
    at: "30m",
    raised: true,
  },
  {
    alert: "QdrantRequestsFailing",
    series: { [`rest_responses_total{${JOB}, status="500"}`]: "0+4x40", [`rest_responses_total{${JOB}, status="200"}`]: "0+96x40" },
    at: "30m",
    raised: false,
  },
];

const qdrant = contractEntry<QdrantProps>({
  title: "Qdrant",
  pin: qdrantPin,
  schema: qdrantSchema,
  build: (scope, props) => {
    new Qdrant(scope, "Subject", { ...props, ...(props.pool && { pool: pool(scope) }), name: "subject" });
  },
  smallest: { storage: Size.gibibytes(10) },
  variants: {
    storage: { storage: Size.gibibytes(20) },
    storageClass: { storageClass: "fast" },
    namespace: { namespace: "vectors" },
    replicas: { replicas: 3 },
    cpu: { cpu: 2 },
    memory: { memory: Size.gibibytes(4) },
    apiKey: { apiKey: secretRef("qdrant", "api-key") },
    pool: { pool: elsewhere },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "qdrant.fits-no-machine": { pool: elsewhere, cpu: 100 } },
  alerts,
});

/** What the contract suite tries. */
export const entries = [qdrant];
