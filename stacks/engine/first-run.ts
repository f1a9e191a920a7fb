/** What the engine needs before its first run for a real cluster: a place for the state, and how secrets in it are encrypted. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import { accountHome } from "../local/files";
import { projectFile, projectOf } from "../project";

/** Environment variables. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Address of the state's place; `undefined` if nobody has chosen one. Source: pulumi/pkg cmd/pulumi/backend and workspace credentials. */
export function chosenBackend(env: Variables = process.env): string | undefined {
  const chosen = env["PULUMI_BACKEND_URL"] || projectFile()?.backend || loggedInTo(env);
  return chosen ?? (env["PULUMI_ACCESS_TOKEN"] ? "https://api.pulumi.com" : undefined);
}

/** The backend of `pulumi login`. */
function loggedInTo(env: Variables): string | undefined {
  const path = join(env["PULUMI_HOME"] || join(accountHome(), ".pulumi"), "credentials.json");
  const current = existsSync(path) ? /"current":\s*"([^"]+)"/.exec(readFileSync(path, "utf8"))?.[1] : undefined;
  return current;
}

/** Problems of the engine's settings; an embedded environment brings its own. */
export function engineProblems({ name, cluster }: Pick<Core, "name" | "cluster">, env: Variables = process.env): Problem[] {
  if (cluster.type === "embedded") return [];
  const backend = chosenBackend(env);
  if (backend === undefined) return [noBackend()];
  return encrypts(backend, name, env) ? [] : [noPassphrase(name, backend)];
}

/** Pulumi Cloud has keys of its own; other backends need a passphrase, or a provider that `pulumi stack init` recorded for the stack. */
function encrypts(backend: string, stack: string, env: Variables): boolean {
  if (/^https?:/.test(backend)) return true;
  if (env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || env["PULUMI_CONFIG_PASSPHRASE_FILE"]) return true;
  const path = env["PULUMI_OPTION_CONFIG_FILE"] || join(projectOf().root, `Pulumi.${stack}.yaml`);
  const provider = existsSync(path) ? /^secretsprovider:\s*(\S+)/m.exec(readFileSync(path, "utf8"))?.[1] : undefined;
  return provider !== undefined && provider !== "passphrase";
}

function noBackend(): Problem {
  return {
    id: "engine.no-backend",
    path: "PULUMI_BACKEND_URL",
    got: "no place for the state: no variable, no backend in Pulumi.yaml, no pulumi login",
    allowed: "a folder (file:///srv/state), a bucket (s3://..., gs://..., azblob://...) or Pulumi Cloud (https://api.pulumi.com)",
    fix: "run export PULUMI_BACKEND_URL=s3://<bucket>, or set backend.url in Pulumi.yaml; keep it for every run",
  };
}

function noPassphrase(stack: string, backend: string): Problem {
  return {
    id: "engine.no-passphrase",
    path: "PULUMI_CONFIG_PASSPHRASE_FILE",
    got: `no passphrase and no secrets provider for a state in ${backend.replace(/\/\/[^/@]*@/, "//")}`,
    allowed: "a passphrase, or a key of AWS, Google Cloud, Azure or Vault",
    fix: `set PULUMI_CONFIG_PASSPHRASE_FILE to a file with a passphrase that you keep, or run pulumi stack init ${stack} --secrets-provider awskms://<key>`,
  };
}
