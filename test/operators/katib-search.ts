/** A search with a known best point, and the environment that it needs. */

import type { JsonValue } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { hasSandboxes } from "../fixtures/pod-sandbox";
import { postgresPrograms } from "../fixtures/postgres";
import { assignmentsOf } from "./katib-status";

/** Namespace of searches. */
export const NAMESPACE = "experiments";

/** A database of PostgreSQL without TLS. */
export const DATABASE = {
  type: "existing",
  engine: "postgres",
  host: "db.example.com",
  tls: { mode: "disable" },
  user: { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") },
} as const;

/** What a search needs: nodes, a queue for two trials of one core, and a database. */
export const PARTS = {
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } } },
  certManager: {},
  kueue: { queues: { research: { quotas: [{ pool: "cpu", cpu: 2, memory: Size.gibibytes(16) }] } } },
  databases: { trials: { ...DATABASE, namespaces: ["katib"] } },
} as const;

/** The program of a trial, and what it needs. */
export const PROGRAM = {
  image: "registry.example.com/ml/train:1.0",
  memory: Size.gibibytes(1),
  scratch: Size.gibibytes(1),
  pool: "cpu",
} as const;

/** Its command. */
export const COMMAND = ["python3", "/mnt/train.py"] as const;

/** A search for the least loss. */
export const SEARCH = {
  objective: { type: "minimize", metric: "loss", goal: 0.05 },
  algorithm: { type: "cmaes", randomState: 1 },
  parameters: { x: { type: "double", min: 0, max: 1 }, y: { type: "double", min: 0, max: 1 } },
  parallelTrials: 2,
  maxTrials: 30,
} as const;

/** What the program prints last for the parameters of a trial. */
export function lossAt(trial: JsonValue | undefined): number {
  const { x, y } = Object.fromEntries(assignmentsOf(trial));
  return (Number(x) - 0.3) ** 2 + (Number(y) - 0.7) ** 2;
}

/** The release of an embedded control plane without cert-manager and the simulator: the certificate of the webhooks is one of the test. */
export function withoutCertificates(release: Release): Release {
  const own = release.objects.filter(({ manifest }) => !/^(cert-manager|kwok\.x-k8s)\.io\//.test(manifest.apiVersion));
  return { ...release, objects: own };
}

/** The object of a release whose name is one of the environment and a digest. */
export function namedIn({ objects }: Release, kind: string, name: string): KubeObject {
  const found = objects.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name.startsWith(`${name}-`));
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found.manifest;
}

/** Runs tests where this machine has what Katib's server of metrics and its sidecar need. */
export function describeKatib(title: string, tests: () => void): void {
  const missing = [...(postgresPrograms() ? [] : ["PostgreSQL"]), ...(hasSandboxes ? [] : ["unshare as root"])];
  if (missing.length === 0) describe(title, tests);
  else describe.skip(`${title} (this machine has no ${missing.join(", no ")})`, tests);
}
