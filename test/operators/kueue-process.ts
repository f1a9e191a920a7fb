/** Kueue as a plain process, as its chart starts it with our values. */

import { isJsonObject } from "#lib/core/json";
import type { Release } from "#lib/release/release";
import { type ChartOperator, startFromChart } from "./chart-operator";
import type { RealOperator } from "./real-operator";

/** How it is built. */
export const KUEUE = { name: "kueue", goPackage: "sigs.k8s.io/kueue/cmd/kueue", module: "kueue" } as const;

const OPERATOR: ChartOperator = {
  name: KUEUE.name,
  release: "kueue",
  chart: { module: "kueue", goModule: "sigs.k8s.io/kueue", path: "charts/kueue" },
  service: "kueue-webhook-service",
  authority: "kueue-ca",
  configuration: ({ port, certificates }, ours) => ({
    webhook: { port, certDir: certificates },
    // Its server of positions in a queue wants the token of a pod.
    featureGates: { ...(isJsonObject(ours["featureGates"]) ? ours["featureGates"] : {}), VisibilityOnDemand: false },
  }),
  env: () => ({ POD_NAMESPACE: "kueue-system" }),
  objects: ({ secret }, namespace) => [
    { apiVersion: "v1", kind: "Secret", metadata: { name: "kueue-webhook-server-cert", namespace }, stringData: { ...secret } },
  ],
  admitted: { apiVersion: "kueue.x-k8s.io/v1beta2", kind: "ResourceFlavor", metadata: { name: "probe" }, spec: {} },
};

/** Starts it, and returns when its webhooks answer; the release is that of a real cluster. */
export function startKueue(operators: RealOperator, release: Release): Promise<void> {
  return startFromChart(operators, OPERATOR, release);
}
