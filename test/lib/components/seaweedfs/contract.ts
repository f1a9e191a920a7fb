/** SeaweedFS in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import { NodePool } from "#lib/components/node-pools/index";
import {
  Seaweedfs,
  type SeaweedfsProps,
  SeaweedOperator,
  type SeaweedOperatorProps,
  seaweedfsPin,
  seaweedfsSchema,
  seaweedOperatorSchema,
} from "#lib/components/seaweedfs/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { contractEntry } from "../../../contract/entry";
import { seaweedfsAlertCases } from "./alert-cases";

const seaweedOperator = contractEntry<SeaweedOperatorProps>({
  title: "SeaweedOperator",
  pin: seaweedfsPin,
  schema: seaweedOperatorSchema,
  build: (scope, props) => new SeaweedOperator(scope, "Subject", { ...props, certificateIssuer: new Construct(scope, "Issuer") }),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    webhook: { webhook: false },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: seaweedfsAlertCases,
});

const volume = { storage: Size.gibibytes(10) };

const pool = (scope: Construct) =>
  new NodePool(scope, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });

/** In place of it, the tree under test gets a pool of its own. */
const elsewhere = pool(new Chart(new App(), "pools"));

/** With a bucket and a client of it in another namespace. */
const seaweedfs = contractEntry<SeaweedfsProps>({
  title: "Seaweedfs",
  pin: seaweedfsPin,
  schema: seaweedfsSchema,
  build: (scope: Construct, props) => {
    const operator = { pods: pods("seaweedfs") };
    const store = new Seaweedfs(scope, "Subject", {
      ...props,
      ...(props.pool && { pool: pool(scope) }),
      name: "subject",
      operator,
    });
    const bucket = store.addBucket(new Construct(scope, "State"), {
      name: "state",
      bucket: "flink-state",
      quota: Size.gibibytes(5),
      versioning: true,
    });
    bucket.enter("flink");
    bucket.enter(store.namespace);
  },
  smallest: { volume },
  variants: {
    volume: { volume: { storage: Size.gibibytes(20) } },
    namespace: { namespace: "objects" },
    master: { master: { replicas: 3 } },
    filer: { filer: { storage: Size.gibibytes(10) } },
    s3: { s3: { replicas: 2 } },
    copies: { copies: 2, volume: { ...volume, replicas: 2 } },
    storageClass: { storageClass: "fast" },
    pool: { pool: elsewhere },
    tls: { tls: { secretName: "s3-tls", ca: secretRef("s3-ca", "ca.crt") } },
  },
  refused: {
    "spec.wrong-value": { copies: 0 },
    "seaweedfs.too-few-volume-servers": { copies: 2 },
    "seaweedfs.fits-no-machine": { pool: elsewhere, volume: { ...volume, cpu: 100 } },
  },
});

/** What the contract suite tries. */
export const entries = [seaweedOperator, seaweedfs];
