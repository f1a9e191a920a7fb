/** An operator as a plain process, with the configuration, CRDs and webhooks that its chart makes of our values. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { pause } from "#stacks/cluster/retry";
import { applyStrictly } from "../fixtures/apply-release";
import { chartObjects, type ModuleFiles } from "./module-files";
import type { RealOperator } from "./real-operator";
import { calledLocally, freePort, type WebhookServer, webhookServer } from "./webhooks";

/** An operator, and how its chart calls its parts. */
export interface ChartOperator {
  /** Name of its program, and of its Helm release. */
  readonly name: string;
  readonly release: string;
  readonly chart: ModuleFiles;
  /** Service and CA of its webhooks. */
  readonly service: string;
  readonly authority: string;
  /** Its settings on this machine besides ports and leader election. */
  readonly configuration: (server: WebhookServer, ours: JsonObject) => JsonObject;
  /** Its variables. @default none */
  readonly env?: (server: WebhookServer) => Readonly<Record<string, string>>;
  /** Objects that it needs besides those of the chart. @default none */
  readonly objects?: (server: WebhookServer, namespace: string) => readonly KubeObject[];
  /** What its webhooks admit once they answer: until then, they refuse everything. */
  readonly admitted: KubeObject;
}

/** Starts it, and returns when its webhooks answer; the release is that of a real cluster. */
export async function startFromChart(operators: RealOperator, operator: ChartOperator, release: Release): Promise<void> {
  const { name, service, authority, env, objects: needed = () => [] } = operator;
  const chart = release.helmReleases.find((each) => each.name === operator.release);
  if (!chart) throw new Error(`the release has no chart ${operator.release}`);
  const { namespace } = chart;
  const client = operators.client();
  const server = await webhookServer(operators.folder, { service: `${service}.${namespace}.svc`, authority });
  const objects = chartObjects(operator.chart, chart, operators.helm);
  const installed = calledLocally(objects, server);
  const own = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...needed(server, namespace)];
  for (const object of own) await client.apply(object, { fieldManager: "test" });
  for (const object of installed.filter(({ kind }) => kind === "CustomResourceDefinition")) await applyStrictly(client, object);
  for (const object of installed.filter(({ kind }) => kind.endsWith("WebhookConfiguration")))
    await client.apply(object, { fieldManager: "test" });
  const config = join(operators.folder, `${name}.yaml`);
  writeFileSync(config, await configurationOf(objects, operator, server));
  operators.start({ name, args: () => ["--config", config], ...(env && { env: () => env(server) }) });
  await answers(operators, operator);
}

/** The configuration of the chart, with ports and certificates of this machine. */
async function configurationOf(objects: readonly KubeObject[], operator: ChartOperator, server: WebhookServer): Promise<string> {
  const text = objects.map((object) => valueAt(object, ["data", "controller_manager_config.yaml"])).find((found) => found !== undefined);
  const ours: unknown = parse(String(text));
  if (!isJsonObject(ours)) throw new Error(`the chart ${operator.release} makes no configuration`);
  return stringify({
    ...ours,
    health: { healthProbeBindAddress: `127.0.0.1:${await freePort()}` },
    metrics: { bindAddress: "127.0.0.1:0" },
    webhook: { port: server.port },
    leaderElection: { leaderElect: false },
    ...operator.configuration(server, ours),
  });
}

/** Waits until the webhooks of an operator answer. */
export async function answers(operators: RealOperator, { name, admitted }: Pick<ChartOperator, "name" | "admitted">): Promise<void> {
  for (let left = 120; ; left--) {
    try {
      await operators.client().create(admitted, { dryRun: true });
      return;
    } catch (thrown) {
      if (left === 0) throw new Error(`${name} does not answer: ${operators.log()}`, { cause: thrown });
      await pause(500);
    }
  }
}
