/** Katib as plain processes: its controller, its server of metrics on a real PostgreSQL, and a service of suggestions for each search. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { isJsonObject, valueAt } from "#lib/core/json";
import { definitions } from "#lib/imports/katib/index";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { applyStrictly } from "../fixtures/apply-release";
import { environmentOf, type Machine } from "../fixtures/pod-process";
import type { Postgres } from "../fixtures/postgres";
import { accountConfig } from "./account-config";
import { answers } from "./chart-operator";
import type { RealOperator } from "./real-operator";
import { calledLocally, freePort, type WebhookServer, webhookServer } from "./webhooks";

const MODULE = "katib";
const UPSTREAM = "github.com/kubeflow/katib/cmd";

/** How its programs are built: in one module, so that what they are made of is compiled once. */
export const KATIB = [
  { name: "katib", goPackage: ".", module: MODULE },
  { name: "katib-db-manager", goPackage: `${UPSTREAM}/db-manager/v1beta1`, module: MODULE },
] as const;

/** The sidecar that reads metrics. */
export const COLLECTOR = {
  name: "file-metricscollector",
  goPackage: `${UPSTREAM}/metricscollector/v1beta1/file-metricscollector`,
  module: MODULE,
} as const;

/** Has every character that the server's connection string can hold: neither spaces nor quotes. */
const PASSWORD = "p@s/s:w%41#$(x)";

/** What it runs with. */
export interface KatibPlace {
  /** The release of a real cluster. */
  readonly release: Release;
  readonly postgres: Postgres;
  /** The searches of the release. */
  readonly searches: readonly KubeObject[];
}

/** Starts it, and returns the address of the server of metrics when the webhooks answer. */
export async function startKatib(operators: RealOperator, { release, postgres, searches }: KatibPlace): Promise<string> {
  const objects = release.objects.map(({ manifest }) => manifest);
  const metrics = await startServer(operators, deploymentOf(objects, "katib-db-manager"), postgres);
  const services = [`katib-db-manager.katib:6789=${metrics}`];
  for (const search of searches) services.push(`${serviceOf(search)}=${await startSuggestions(operators)}`);
  await startController(operators, objects, services);
  const [admitted] = searches;
  if (admitted) await answers(operators, { name: MODULE, admitted });
  return metrics;
}

/** Applies a release up to its searches, which come after the webhooks; pods of trials then do not end by themselves. */
export async function applyWithoutSearches(operators: RealOperator, release: Release): Promise<void> {
  const client = operators.client();
  await client.delete({ apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "Stage", name: "pod-complete" });
  for (const definition of definitions()) await applyStrictly(client, definition);
  const objects = release.objects.filter(({ manifest }) => manifest.kind !== "Experiment");
  operators.applyTree({ ...release, objects }, { withoutDefinitions: true });
}

/** Name and port by which the controller calls the service of suggestions. */
function serviceOf({ metadata: { name, namespace }, spec }: KubeObject): string {
  return `${name}-${valueAt(spec, ["algorithm", "algorithmName"])}.${namespace}:6789`;
}

async function startServer(operators: RealOperator, deployment: KubeObject, postgres: Postgres): Promise<string> {
  postgres.query(`create user trials password '${PASSWORD}'`);
  postgres.query("create database trials owner trials");
  const address = `127.0.0.1:${await freePort()}`;
  const machine: Machine = {
    secrets: { "db/user": "trials", "db/password": PASSWORD },
    replaced: { "db.example.com": "127.0.0.1", "5432": `${postgres.port}` },
    path: "",
  };
  operators.start({
    name: "katib-db-manager",
    args: () => ["-listen-address", address],
    env: () => environmentOf(deployment, "main", machine),
  });
  return address;
}

async function startSuggestions(operators: RealOperator): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  operators.start({ name: MODULE, args: () => ["-suggestions", address] });
  return address;
}

async function startController(operators: RealOperator, objects: readonly KubeObject[], services: readonly string[]): Promise<void> {
  const deployment = deploymentOf(objects, "katib-controller");
  const server = await webhookServer(operators.folder, { service: "katib-controller.katib.svc", authority: "katib-ca" });
  const own = objects.filter(({ kind, metadata }) => kind.endsWith("WebhookConfiguration") && metadata.name === "katib.kubeflow.org");
  for (const object of calledLocally(own, server)) await operators.client().apply(object, { fieldManager: "test" });
  const config = join(operators.folder, "katib-config.yaml");
  writeFileSync(config, await configurationOf(objects, server));
  const KUBECONFIG = await accountConfig(operators, { name: "katib-controller", namespace: "katib" });
  const flags = { "katib-config": config, "cert-dir": server.certificates, services: services.join(",") };
  operators.start({
    name: MODULE,
    args: () => Object.entries(flags).map(([name, value]) => `-${name}=${value}`),
    env: () => ({ ...environmentOf(deployment, "main", { secrets: {}, replaced: {}, path: "" }), KUBECONFIG }),
  });
}

/** The configuration of the release, with ports of this machine. */
async function configurationOf(objects: readonly KubeObject[], { port }: WebhookServer): Promise<string> {
  const text = objects.map((one) => valueAt(one, ["data", "katib-config.yaml"])).find((found) => found !== undefined);
  const ours: unknown = parse(String(text));
  const controller = isJsonObject(ours) ? valueAt(ours, ["init", "controller"]) : undefined;
  if (!isJsonObject(ours) || !isJsonObject(controller)) throw new Error("the release has no configuration of Katib");
  const here = { webhookPort: port, metricsAddr: "127.0.0.1:0", healthzAddr: `127.0.0.1:${await freePort()}` };
  return stringify({ ...ours, init: { controller: { ...controller, ...here } } });
}

function deploymentOf(objects: readonly KubeObject[], name: string): KubeObject {
  const found = objects.find((one) => one.kind === "Deployment" && one.metadata.name === name);
  if (!found) throw new Error(`the release has no Deployment ${name}`);
  return found;
}
