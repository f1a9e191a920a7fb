/** The Spark operator as plain processes, as its chart starts it with our values. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "#lib/core/json";
import type { Release } from "#lib/release/release";
import { chartObjects } from "./module-files";
import type { RealOperator } from "./real-operator";
import { calledLocally, freePort, webhookServer } from "./webhooks";

const CHART = {
  module: "spark",
  goModule: "github.com/kubeflow/spark-operator/v2",
  path: "charts/spark-operator-chart",
} as const;
const NAMESPACE = "spark-operator";
const COMMON = { namespaces: "spark", "leader-election": false } as const;

/** How it is built. */
export const SPARK_OPERATOR = { name: "spark-operator", goPackage: `${CHART.goModule}/cmd/operator`, module: CHART.module } as const;

/** Starts its webhook, with accounts and roles of the chart; the release is that of a real cluster. Its CRDs must be there. */
export async function startSparkWebhook(operators: RealOperator, release: Release): Promise<void> {
  const chart = release.helmReleases.find(({ name }) => name === "spark-operator");
  if (!chart) throw new Error("the release has no chart of the Spark operator");
  const client = operators.client();
  const server = await webhookServer(operators.folder, {
    service: `spark-operator-webhook-svc.${NAMESPACE}.svc`,
    authority: "spark-operator-ca",
  });
  const { "ca.crt": authority, "tls.crt": certificate, "tls.key": key } = server.secret;
  for (const name of [NAMESPACE, COMMON.namespaces])
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager: "test" });
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "spark-operator-webhook-certs", namespace: NAMESPACE } };
  await client.apply({ ...secret, stringData: { "ca.crt": authority, "tls.crt": certificate, "tls.key": key } }, { fieldManager: "test" });
  const objects = calledLocally(chartObjects(CHART, chart, operators.helm), server);
  for (const object of objects.filter(({ kind }) => /^(ServiceAccount|(Cluster)?Role(Binding)?|\w+WebhookConfiguration)$/.test(kind)))
    await client.apply(object, { fieldManager: "test" });
  const own = { "enable-cert-manager": true, "webhook-cert-dir": server.certificates, "webhook-port": server.port };
  const args = await flags(own);
  operators.start({ name: SPARK_OPERATOR.name, args: () => ["webhook", "start", ...args] });
}

/** Starts its controller, which submits with the Spark of a folder. */
export async function startSparkController(operators: RealOperator, sparkHome: string): Promise<void> {
  const [KUBECONFIG, args] = [await accountConfig(operators, "spark-operator-controller"), await flags({})];
  operators.start({
    name: SPARK_OPERATOR.name,
    args: () => ["controller", "start", ...args],
    env: () => {
      const { hostname, port } = new URL(operators.server());
      return { KUBECONFIG, SPARK_HOME: sparkHome, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    },
  });
}

/** A kubeconfig with the token of an account of the chart: `spark-submit` takes no client key on an elliptic curve. */
async function accountConfig(operators: RealOperator, name: string): Promise<string> {
  const metadata = { name: `${name}-token`, namespace: NAMESPACE, annotations: { "kubernetes.io/service-account.name": name } };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/service-account-token" };
  await operators.client().apply(secret, { fieldManager: "test" });
  const live = await operators.until(secret, (seen) => valueAt(seen, ["data", "token"]) !== undefined);
  const [token, authority] = ["token", "ca.crt"].map((key) => String(valueAt(live, ["data", key])));
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: operators.server(), "certificate-authority-data": authority } }],
    users: [{ name, user: { token: Buffer.from(token ?? "", "base64").toString() } }],
  };
  const path = join(operators.folder, `${name}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

async function flags(own: Readonly<Record<string, string | number | boolean>>): Promise<string[]> {
  const settings = { ...COMMON, "health-probe-bind-address": `127.0.0.1:${await freePort()}`, ...own };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
