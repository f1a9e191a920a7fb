/**
 * The very commands, arguments and variables of our pods with the official MLflow, PostgreSQL and an S3 server on loopback.
 *
 * @exercises mlflow
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chart, Testing } from "cdk8s";
import { MlflowServer } from "#lib/components/mlflow/index";
import { secretRef } from "#lib/core/secret-ref";
import { registryEnvironment } from "#lib/kube/model-registry";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { type Machine, runContainer, startContainer } from "../../../fixtures/pod-process";
import { answering, type Postgres, postgresPrograms, startPostgres } from "../../../fixtures/postgres";
import { databaseIn, storageIn } from "./places";

const FIXTURES = join(__dirname, "../../../fixtures");
/** With every character that breaks URIs, INI files and shells. */
const PASSWORD = "p@s/s:w%41 #'$(x)";
const ADMIN = "planted-admin-password";
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-mlflow-"));
const python = join(folder, "venv/bin/python");
const older = join(folder, "older");

const programs = postgresPrograms();

function withPostgres(name: string, work: jest.ProvidesCallback): void {
  if (programs === undefined) test.skip(`${name} (no PostgreSQL on PATH or in /usr/lib/postgresql)`, work);
  else test(name, work);
}

let postgres: Postgres;
let objects: readonly KubeObject[];
let machine: Machine;
const started: ChildProcess[] = [];

beforeAll(async () => {
  if (programs === undefined) return;
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  execFileSync(python, [...pip, "-r", join(FIXTURES, "mlflow/requirements.txt")]);
  const old = ["mlflow", "mlflow-skinny", "mlflow-tracing"].map((name) => `${name}==3.16.0`);
  execFileSync(python, [...pip, "--no-deps", "--target", older, ...old]);
  postgres = await startPostgres(programs);
  for (const statement of [
    `create user mlflow password '${PASSWORD.replaceAll("'", "''")}'`,
    "create database runs owner mlflow",
    "create database users owner mlflow",
  ]) {
    postgres.query(statement);
  }
  const s3 = spawn(python, [join(FIXTURES, "s3/server.py"), folder], { stdio: ["pipe", "pipe", "ignore"] });
  started.push(s3);
  const [port] = await once(s3.stdout, "data");
  const endpoint = `https://127.0.0.1:${String(port).trim()}`;
  const keys = { AWS_ACCESS_KEY_ID: "access", AWS_SECRET_ACCESS_KEY: "secret", AWS_CA_BUNDLE: join(folder, "ca.crt") };
  const create = "import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1').create_bucket(Bucket='models')";
  execFileSync(python, ["-c", create, endpoint], { stdio: "pipe", env: { HOME: folder, ...keys } });
  objects = synthesized(postgres.port, Number(String(port).trim()));
  machine = await machineOf();
});

afterAll(async () => {
  for (const process of started.filter(({ exitCode }) => exitCode === null)) {
    process.kill("SIGTERM");
    await once(process, "exit");
  }
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function synthesized(database: number, s3: number): KubeObject[] {
  const chart: Chart = Testing.chart();
  const at = { host: "127.0.0.1", port: database, tls: { mode: "disable" } } as const;
  const keys = { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") };
  const artifacts = storageIn(chart, "artifacts", {
    type: "s3-compatible",
    bucket: "models",
    endpoint: `https://127.0.0.1:${s3}`,
    credentials: { type: "access-key", ...keys },
    ca: secretRef("s3-ca", "ca.crt"),
    namespaces: ["mlflow"],
  });
  new MlflowServer(chart, "Server", {
    name: "main",
    database: databaseIn(chart, "runs", { ...at, database: "runs" }),
    artifacts,
    authentication: {
      type: "basic",
      database: databaseIn(chart, "users", { ...at, database: "users" }),
      adminPassword: secretRef("admin", "password"),
      sessionKey: secretRef("admin", "session"),
    },
  });
  return chart.toJson();
}

async function machineOf(): Promise<Machine> {
  const [port, metrics] = [await freePort(), await freePort()];
  for (const name of ["run", "metrics", "tmp"]) mkdirSync(join(folder, name));
  return {
    path: join(folder, "venv/bin"),
    secrets: {
      "db/user": "mlflow",
      "db/password": PASSWORD,
      "s3/id": "access",
      "s3/secret": "secret",
      "admin/password": ADMIN,
      "admin/session": "planted-session-key",
    },
    replaced: {
      "/run/mlflow": join(folder, "run"),
      "/run/metrics": join(folder, "metrics"),
      "/etc/beamstack/bucket-ca": folder,
      "0.0.0.0": "127.0.0.1",
      "--port=5000": `--port=${port}`,
      "main.mlflow.svc:5000": `127.0.0.1:${port}`,
      "9090": String(metrics),
    },
  };
}

const object = (kind: string): KubeObject => {
  const found = objects.find((each) => groupKind(each) === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};

/** The Job as its pod runs it: the configuration first. */
function migrate(on: Machine = machine): void {
  runContainer(object("batch/Job"), "auth-config", on);
  for (const name of ["runs", "users"]) runContainer(object("batch/Job"), name, on);
}

const url = () => `http://${machine.replaced["main.mlflow.svc:5000"]}`;

/** Starts a server and waits until it answers, or ends. */
async function serve(): Promise<ChildProcess> {
  runContainer(object("apps/Deployment"), "auth-config", machine);
  const server = startContainer(object("apps/Deployment"), "main", machine);
  started.push(server);
  await answering(async () => server.exitCode !== null || (await fetch(`${url()}/health`)).ok);
  return server;
}

/** A client with the variables of pods that name the registry. */
function client(password: string): string {
  const login = { MLFLOW_TRACKING_USERNAME: "admin", MLFLOW_TRACKING_PASSWORD: password, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" };
  const env = { ...registryEnvironment({ api: "mlflow", url: url() }), ...login, HOME: folder };
  const said = execFileSync(python, [join(FIXTURES, "mlflow/client.py")], { encoding: "utf8", stdio: "pipe", env });
  // After links of MLflow.
  return said.trim().split("\n").at(-1) ?? "";
}

const arguments_ = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });

withPostgres("the Job brings the databases of an older version to the pinned one, and never back", () => {
  const before: Machine = { ...machine, variables: { PYTHONPATH: older } };
  runContainer(object("batch/Job"), "runs", before);
  const revision = () => postgres.query("select version_num from alembic_version", "runs");
  const old = revision();

  migrate();

  expect(revision()).not.toBe(old);
  expect(postgres.query("select count(*) from alembic_version_auth", "users")).toBe("1");
  expect(() => runContainer(object("batch/Job"), "runs", before)).toThrow(/Can't locate revision/);
});

withPostgres("a model is logged, registered and read back through the server, without access to the bucket", async () => {
  await serve();

  expect(JSON.parse(client(ADMIN))).toEqual({ artifacts: "mlflow-artifacts", file: "weights", loss: 0.25, version: "1" });
  expect(() => client("wrong")).toThrow(/401|not authenticated/i);
});

withPostgres("requests by another host name are refused, and metrics need no user", async () => {
  const metrics = startContainer(object("apps/Deployment"), "metrics", machine);
  started.push(metrics);
  const text = await answering(async () => (await fetch(`http://127.0.0.1:${machine.replaced["9090"]}/metrics`)).text());

  expect(text).toMatch(/^mlflow_http_request_total\{method="POST",status="200"\} [1-9]/m);
  expect(text).toContain("mlflow_http_request_duration_seconds_bucket");
  const elsewhere = execFileSync(
    "curl",
    ["-s", "-o", "-", "-w", "%{http_code}", "-H", "Host: evil.example", `${url()}/api/2.0/mlflow/experiments/search`],
    {
      encoding: "utf8",
    },
  );
  expect(elsewhere).toMatch(/403$/);
});

withPostgres("no process has a password among its arguments", () => {
  const all = arguments_().join("\n");

  expect(all).toContain("--app-name=basic-auth");
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), ADMIN, "planted-session-key"]) expect(all).not.toContain(secret);
});
