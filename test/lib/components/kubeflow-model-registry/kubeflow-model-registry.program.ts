/**
 * Arguments and variables of our pods with the libraries by which the server of Kubeflow Model Registry reads them and connects, on a real PostgreSQL.
 * The server itself cannot be built: the Go proxy refuses its module (403), and there is no other registry.
 *
 * @exercises kubeflow-model-registry
 */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import type { ExistingDatabase } from "#lib/components/databases/index";
import { KubeflowModelRegistry } from "#lib/components/kubeflow-model-registry/index";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { withGoProgram } from "../../../fixtures/go-program";
import { runContainer } from "../../../fixtures/pod-process";
import { type Postgres, postgresPrograms, startPostgres } from "../../../fixtures/postgres";
import { databaseIn } from "./places";

/** With every character that breaks URIs and shells. */
const PASSWORD = "p@s/s:w%41 #'$(x)";
const MODULE = "model-registry-database";
const program = withGoProgram({ name: MODULE, module: MODULE, goPackage: "." });
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-model-registry-"));
const programs = postgresPrograms();
let postgres: Postgres | undefined;

afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the program says of the database that it was given. */
function said(database: ExistingDatabase, password: string): unknown {
  const chart = Testing.chart();
  new KubeflowModelRegistry(chart, "Registry", { name: "main", database });
  const deployment = (chart.toJson() as KubeObject[]).find((each) => groupKind(each) === "apps/Deployment");
  if (!deployment) throw new Error("no Deployment");
  mkdirSync(join(folder, "bin"), { recursive: true });
  symlinkSync(program, join(folder, "bin/model-registry"));
  const secrets = { "db/user": "registry", "db/password": password };
  // What Kubernetes puts into a variable that names others.
  const replaced = {
    "/model-registry": join(folder, "bin/model-registry"),
    "$(DATABASE_USER)": "registry",
    "$(DATABASE_PASSWORD)": password,
  };
  try {
    return JSON.parse(runContainer(deployment, "model-registry", { secrets, replaced, path: folder }));
  } finally {
    rmSync(join(folder, "bin"), { recursive: true });
  }
}

(programs === undefined ? test.skip : test)(
  "connects to PostgreSQL by variables alone, whatever the password has (skipped without PostgreSQL)",
  async () => {
    postgres = await startPostgres(programs ?? "");
    postgres.query(`create user registry password '${PASSWORD.replaceAll("'", "''")}'`);
    postgres.query("create database models owner registry");
    const { port } = postgres;

    const database = databaseIn("models", { host: "127.0.0.1", port, tls: { mode: "disable" } });
    expect(said(database, PASSWORD)).toEqual({ user: "registry", database: "models" });
  },
);

test("reads the URI of MySQL from its variable, whatever the password has", () => {
  expect(said(databaseIn("mysql", { engine: "mysql", database: "models" }), PASSWORD)).toEqual({
    user: "registry",
    password: PASSWORD,
    address: "db.example.com:3306",
    database: "models",
  });
});
