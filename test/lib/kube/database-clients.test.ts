/** Databases as their clients take them. */

import { Construct } from "constructs";
import fc from "fast-check";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import { secretForm } from "#lib/core/secret-text";
import type { DatabaseAccess, DatabaseLocation, DatabaseTls } from "#lib/kube/database";
import {
  type DatabaseScheme,
  databaseEnvironment,
  databaseFlows,
  databaseTrust,
  databaseUri,
  libpqEnvironment,
  sslOptions,
} from "#lib/kube/database-clients";
import { endOfHost, OUTSIDE, pods } from "#lib/kube/network";

const location: DatabaseLocation = { engine: "postgres", host: "db.example.com", port: 5432, database: "tracking" };
const dependency = new Construct(undefined as never, "");
const ca = secretRef("db-ca", "bundle.pem");
const accessWith = (tls: DatabaseTls): DatabaseAccess => ({
  username: secretRef("db", "username"),
  password: secretRef("db", "password"),
  tls,
  dependency,
});
const verified = accessWith({ mode: "verify-full", ca });
const word = fc.stringMatching(/^[a-z0-9]{3,20}$/);
const scheme = fc.constantFrom<DatabaseScheme>("postgresql", "postgresql+psycopg2", "postgresql+psycopg", "mysql+pymysql");
const tls = fc.constantFrom<DatabaseTls>({ mode: "disable" }, { mode: "require" }, { mode: "verify-full" }, { mode: "verify-full", ca });

/** Replaces `$(NAME)` as Kubernetes does. */
function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\((\w+)\)/g, (whole, name: string) => values[name] ?? whole);
}

test("a URI reads back as host, port, database and user, and holds no secret before Kubernetes expands it", () => {
  fc.assert(
    fc.property(scheme, tls, word, word, (each, mode, user, password) => {
      const uri = databaseUri(location, accessWith(mode), { scheme: each, prefix: "REGISTRY" });
      const url = new URL(expand(uri, { REGISTRY_USER: user, REGISTRY_PASSWORD: password }).replace(each, "http"));

      expect(secretForm(uri)).toBeUndefined();
      expect({ host: url.host, path: url.pathname, user: url.username, password: url.password }).toEqual({
        host: "db.example.com:5432",
        path: "/tracking",
        user,
        password,
      });
    }),
  );
});

test("a CA gets into libpq and PyMySQL as the file that is mounted", () => {
  const trust = databaseTrust(verified);
  const caFile = trust?.file ?? "";

  expect(libpqEnvironment(location, verified, caFile)).toMatchObject({ PGSSLMODE: "verify-full", PGSSLROOTCERT: caFile });
  expect(databaseUri(location, verified, { scheme: "postgresql", caFile })).toContain(
    "sslrootcert=%2Fetc%2Fbeamstack%2Fdatabase-ca%2Fca.crt",
  );
  expect(databaseUri(location, verified, { scheme: "mysql+pymysql", caFile })).toContain("ssl_ca=%2Fetc");
  expect(trust?.volume).toEqual({ name: "database-ca", secret: { secretName: "db-ca", items: [{ key: "bundle.pem", path: "ca.crt" }] } });
});

test("without a CA the system's are used, and nothing is mounted", () => {
  const system = accessWith({ mode: "verify-full" });

  expect(libpqEnvironment(location, system)).toMatchObject({ PGSSLMODE: "verify-full", PGSSLROOTCERT: "system" });
  expect(sslOptions(system.tls)).toEqual({ mode: "verify-full", root: "system" });
  expect(databaseTrust(system)).toBeUndefined();
});

test("user and password are keys of Secrets, never text", () => {
  fc.assert(
    fc.property(tls, (mode) => {
      const access = accessWith(mode);
      const env = { ...libpqEnvironment(location, access), ...databaseEnvironment(location, access) };
      const secrets = Object.entries(env).filter((entry): entry is [string, SecretRef] => typeof entry[1] !== "string");

      expect(secrets.map(([name]) => name).sort()).toEqual(["DATABASE_PASSWORD", "DATABASE_USER", "PGPASSWORD", "PGUSER"]);
    }),
  );
});

test("flows of a client are named after it and the database", () => {
  const flows = [{ name: "server", to: OUTSIDE, ports: [{ port: 5432 }] }];

  expect(databaseFlows({ name: "tracking", flows }, "mlflow", pods("mlflow"))).toEqual([
    { name: "mlflow-to-database.tracking.server", from: pods("mlflow"), to: OUTSIDE, ports: [{ port: 5432 }] },
  ]);
  expect(endOfHost("db.example.com")).toBe(OUTSIDE);
  expect(endOfHost("db.databases.svc").type).toBe("anywhere");
});
