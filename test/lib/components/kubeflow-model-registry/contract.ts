/** Kubeflow Model Registry in the contract suite. */

import { App, Chart } from "cdk8s";
import {
  KubeflowModelRegistry,
  type KubeflowModelRegistryProps,
  kubeflowModelRegistryPin,
  kubeflowModelRegistrySchema,
} from "#lib/components/kubeflow-model-registry/index";
import { NodePool } from "#lib/components/node-pools/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { kubeflowModelRegistryAlertCases } from "./alert-cases";
import { databaseIn } from "./places";

const node = { cpu: 4, memory: Size.gibibytes(16) };
const pool = new NodePool(new Chart(new App(), "pools"), "Pool", { name: "cpu", type: "static", nodes: 2, node });

const server = contractEntry<KubeflowModelRegistryProps>({
  title: "KubeflowModelRegistry",
  pin: kubeflowModelRegistryPin,
  schema: kubeflowModelRegistrySchema,
  build: (scope, props) => new KubeflowModelRegistry(scope, "Subject", { ...props, name: "subject" }),
  smallest: { database: databaseIn("models") },
  variants: {
    namespace: { namespace: "models" },
    database: { database: databaseIn("mysql", { engine: "mysql", tls: { mode: "verify-full", ca: secretRef("db-ca", "ca.crt") } }) },
    replicas: { replicas: 2 },
    cpu: { cpu: 1 },
    memory: { memory: Size.gibibytes(1) },
    ui: { ui: { groups: ["ml"] } },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "kubeflow-model-registry.ui-for-nobody": { ui: {} },
    "pods.fit-no-machine": { pool, cpu: 8 },
  },
  alerts: kubeflowModelRegistryAlertCases,
});

/** What the contract suite tries. */
export const entries = [server];
