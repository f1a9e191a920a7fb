/** The Spark operator as plain processes, as its chart starts it with our values. */

import type { Release } from "#lib/release/release";
import { accountConfig } from "./account-config";
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
  // `spark-submit` takes no client key on an elliptic curve.
  const KUBECONFIG = await accountConfig(operators, { name: "spark-operator-controller", namespace: NAMESPACE });
  const args = await flags({});
  operators.start({
    name: SPARK_OPERATOR.name,
    args: () => ["controller", "start", ...args],
    env: () => {
      const { hostname, port } = new URL(operators.server());
      return { KUBECONFIG, SPARK_HOME: sparkHome, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    },
  });
}

async function flags(own: Readonly<Record<string, string | number | boolean>>): Promise<string[]> {
  const settings = { ...COMMON, "health-probe-bind-address": `127.0.0.1:${await freePort()}`, ...own };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
