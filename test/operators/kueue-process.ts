/** Kueue as a plain process, with the configuration, CRDs and webhooks that its chart makes of our values. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { pause } from "#stacks/cluster/retry";
import { applyStrictly } from "../fixtures/apply-release";
import { chartObjects } from "./module-files";
import type { RealOperator } from "./real-operator";
import { calledLocally, freePort, type WebhookServer, webhookServer } from "./webhooks";

/** How it is built. */
export const KUEUE = { name: "kueue", goPackage: "sigs.k8s.io/kueue/cmd/kueue", module: "kueue" } as const;

const CHART = { module: "kueue", goModule: "sigs.k8s.io/kueue", path: "charts/kueue" } as const;
const NAMESPACE = "kueue-system";

/** Starts it, and returns when its webhooks answer; the release is that of a real cluster. */
export async function startKueue(operators: RealOperator, release: Release): Promise<void> {
  const chart = release.helmReleases.find(({ name }) => name === "kueue");
  if (!chart) throw new Error("the release has no chart of Kueue");
  const client = operators.client();
  const server = await webhookServer(operators.folder, { service: `kueue-webhook-service.${NAMESPACE}.svc`, authority: "kueue-ca" });
  const objects = chartObjects(CHART, chart, operators.helm);
  const installed = calledLocally(objects, server);
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, { fieldManager: "test" });
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "kueue-webhook-server-cert", namespace: NAMESPACE } };
  await client.apply({ ...secret, stringData: { ...server.secret } }, { fieldManager: "test" });
  for (const object of installed.filter(({ kind }) => kind === "CustomResourceDefinition")) await applyStrictly(client, object);
  for (const object of installed.filter(({ kind }) => kind.endsWith("WebhookConfiguration")))
    await client.apply(object, { fieldManager: "test" });
  const config = join(operators.folder, "kueue.yaml");
  writeFileSync(config, await configuration(objects, server));
  operators.start({ name: KUEUE.name, args: () => ["--config", config], env: () => ({ POD_NAMESPACE: NAMESPACE }) });
  await serves(operators);
}

/** The configuration of the chart, with ports and certificates of this machine. */
async function configuration(objects: readonly KubeObject[], { port, certificates }: WebhookServer): Promise<string> {
  const text = objects.map((object) => valueAt(object, ["data", "controller_manager_config.yaml"])).find((found) => found !== undefined);
  const ours: unknown = parse(String(text));
  if (!isJsonObject(ours)) throw new Error("the chart makes no configuration");
  return stringify({
    ...ours,
    health: { healthProbeBindAddress: `127.0.0.1:${await freePort()}` },
    metrics: { bindAddress: "127.0.0.1:0" },
    webhook: { port, certDir: certificates },
    leaderElection: { leaderElect: false },
    // Its server of positions in a queue wants the token of a pod.
    featureGates: { ...(isJsonObject(ours["featureGates"]) ? ours["featureGates"] : {}), VisibilityOnDemand: false },
  });
}

/** Its webhooks refuse everything before it answers. */
async function serves(operators: RealOperator): Promise<void> {
  const flavor = { apiVersion: "kueue.x-k8s.io/v1beta2", kind: "ResourceFlavor", metadata: { name: "probe" }, spec: {} };
  for (let left = 120; ; left--) {
    try {
      await operators.client().create(flavor, { dryRun: true });
      return;
    } catch (thrown) {
      if (left === 0) throw new Error(`Kueue does not answer: ${operators.log()}`, { cause: thrown });
      await pause(500);
    }
  }
}
