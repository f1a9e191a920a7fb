/** MLflow in the contract suite. */

import type { Construct } from "constructs";
import { MlflowServer, type MlflowServerProps, mlflowPin, mlflowServerSchema } from "#lib/components/mlflow/index";
import { NodePool } from "#lib/components/node-pools/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { mlflowAlertCases } from "./alert-cases";
import { databaseIn, elsewhere, storageIn } from "./places";

const runs = databaseIn(elsewhere, "runs");
const users = databaseIn(elsewhere, "users", { tls: { mode: "verify-full", ca: secretRef("db-ca", "ca.crt") } });
const basic = {
  type: "basic",
  database: users,
  adminPassword: secretRef("mlflow-admin", "password"),
  sessionKey: secretRef("mlflow-admin", "session-key"),
} as const;
const artifacts = storageIn(elsewhere, "artifacts");
const node = { cpu: 16, memory: Size.gibibytes(64) };
const pool = new NodePool(elsewhere, "Pool", { name: "cpu", type: "static", nodes: 2, node });

const server = contractEntry<MlflowServerProps>({
  title: "MlflowServer",
  pin: mlflowPin,
  schema: mlflowServerSchema,
  build: (scope: Construct, props) => new MlflowServer(scope, "Subject", { ...props, name: "subject" }),
  smallest: { database: runs, artifacts, authentication: { type: "none" } },
  variants: {
    namespace: { namespace: "tracking" },
    database: { database: databaseIn(elsewhere, "others") },
    artifacts: {
      artifacts: storageIn(elsewhere, "azure", {
        type: "azure-blob",
        account: "account1",
        container: "models",
        credentials: { type: "account-key", accountKey: secretRef("azure", "key") },
        namespaces: ["mlflow"],
      }),
    },
    authentication: { authentication: basic },
    replicas: { replicas: 2 },
    workers: { workers: 4 },
    cpu: { cpu: 1 },
    memory: { memory: Size.gibibytes(4) },
    scratch: { scratch: Size.gibibytes(20) },
    allowedHosts: { allowedHosts: ["mlflow.example.com"] },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { workers: 0 },
    "mlflow.database-engine": { database: databaseIn(elsewhere, "mysql", { engine: "mysql" }) },
    "mlflow.one-database-for-both": { authentication: { ...basic, database: runs } },
    "pods.fit-no-machine": { pool, cpu: 32 },
  },
  alerts: mlflowAlertCases,
});

/** What the contract suite tries. */
export const entries = [server];
