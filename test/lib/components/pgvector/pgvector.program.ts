/**
 * The Job of an index on a real PostgreSQL with pgvector, from PyPI (pgvector 0.6: it has no halfvec yet).
 *
 * @exercises pgvector
 */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Testing } from "cdk8s";
import { PgvectorStore } from "#lib/components/pgvector/index";
import { VectorIndex, type VectorIndexProps } from "#lib/components/vector-indexes/index";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { runContainer } from "../../../fixtures/pod-process";
import { type Postgres, startPostgres } from "../../../fixtures/postgres";
import { databaseIn } from "../mlflow/places";

/** With every character that breaks URIs and shells. */
const PASSWORD = "p@s/s:w%41 #'$(x)";
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-pgvector-"));
let postgres: Postgres;
let programs: string;

beforeAll(async () => {
  // PostgreSQL runs as another user.
  chmodSync(folder, 0o755);
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "pgserver==0.1.4"];
  execFileSync(join(folder, "venv/bin/python"), pip);
  const [version = ""] = readdirSync(join(folder, "venv/lib"));
  programs = join(folder, "venv/lib", version, "site-packages/pgserver/pginstall/bin");
  postgres = await startPostgres(programs);
  postgres.query(`create user owner password '${PASSWORD.replaceAll("'", "''")}'`);
  postgres.query("create database documents owner owner");
  postgres.query("create extension vector", "documents");
});

afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the rendered Job. */
function make(props: Omit<VectorIndexProps, "store">, graph = {}): void {
  const chart = Testing.chart();
  const database = databaseIn(chart, "documents", {
    host: "127.0.0.1",
    port: postgres.port,
    tls: { mode: "disable" },
    extensions: ["vector"],
    namespaces: ["databases"],
  });
  const store = new PgvectorStore(chart, "Store", { name: "articles", database, ...graph });
  new VectorIndex(chart, "Index", { ...props, store, name: "faq-texts" });
  const objects = chart.toJson() as KubeObject[];
  const found = (kind: string) => objects.find((one) => groupKind(one) === kind);
  const [files, job] = [found("core/ConfigMap"), found("batch/Job")];
  if (!files || !job) throw new Error("no Job");
  for (const [name, text] of Object.entries(files["data"] as Record<string, string>)) writeFileSync(join(folder, name), text);
  const secrets = { "db/user": "owner", "db/password": PASSWORD };
  runContainer(job, "main", { path: programs, secrets, replaced: { "/beamstack": folder }, variables: { PAUSE: "0.1" } });
}

const ask = (statement: string) => postgres.query(statement, "documents");
const vectorOf = (first: number) => `'[${[first, ...Array(383).fill(0.5)].join(",")}]'`;

test("makes a table with an HNSW index that readers find by the view, and changes nothing when it runs again", () => {
  make({ dimensions: 384 });
  ask(`insert into faq_texts_v1 (id, content, embedding) values ('a', 'A', ${vectorOf(1)}), ('b', 'B', ${vectorOf(-9)})`);
  const shape = () => ask("select oid, relname from pg_class where relname like 'faq_texts%' order by relname");
  const before = shape();

  make({ dimensions: 384 });

  expect(shape()).toBe(before);
  expect(ask(`select id from faq_texts order by embedding <=> ${vectorOf(0.9)} limit 1`)).toBe("a");
  const plan = ask(`set enable_seqscan = off; explain select id from faq_texts order by embedding <=> ${vectorOf(0.9)} limit 1`);
  expect(plan).toContain("Index Scan using faq_texts_v1_hnsw");
});

test.each([
  ["dimensions", { dimensions: 768 }, {}, /vector\(384\), and not vector\(768\)/],
  ["operators", { dimensions: 384, similarity: "euclidean" as const }, {}, /vector_cosine_ops .*and not vector_l2_ops/],
  ["graph", { dimensions: 384 }, { m: 24 }, /m=16,.* and not .*m=24/],
])("refuses a table with other %s, and leaves it", (_what, props, graph, message) => {
  expect(() => make(props, graph)).toThrow(message);

  expect(ask("select count(*) from faq_texts")).toBe("2");
});

test("readers stay with the served version until it changes, and old versions go when they are not kept", () => {
  make({ dimensions: 3, similarity: "dot-product", version: 2, served: 1 });
  expect(ask("select count(*) from faq_texts")).toBe("2");

  make({ dimensions: 3, similarity: "dot-product", version: 2, keep: 0 });

  expect(ask("select count(*) from faq_texts")).toBe("0");
  expect(ask("select to_regclass('faq_texts_v1') is null")).toBe("t");
});
