/** Health of an environment's Helm releases, from Helm's own records in the cluster. */

import type { Health } from "#lib/kube/health";
import type { Release, ReleaseChart } from "#lib/release/release";
import type { KubeClient } from "../../../cluster/client";

/** A Helm release and its health. */
export interface ChartHealth {
  readonly chart: ReleaseChart;
  readonly state: Health["state"] | "missing";
  readonly message: string;
}

/** The newest record of each Helm release. Source: Helm 3's storage driver for Secrets, with labels owner, name, version, status. */
export async function chartHealths(client: KubeClient, { helmReleases }: Release): Promise<ChartHealth[]> {
  return Promise.all(helmReleases.map(async (chart) => chartHealth(chart, await newestStatus(client, chart))));
}

async function newestStatus(client: KubeClient, { name, namespace }: ReleaseChart): Promise<string | undefined> {
  const labelSelector = `owner=helm,name=${name}`;
  const records = await client.list({ apiVersion: "v1", kind: "Secret", namespace, labelSelector, metadataOnly: true });
  const labels = records.map(({ metadata }) => metadata.labels ?? {});
  return labels.sort((a, b) => Number(b["version"]) - Number(a["version"]))[0]?.["status"];
}

function chartHealth(chart: ReleaseChart, status: string | undefined): ChartHealth {
  if (status === undefined || status === "uninstalled") return { chart, state: "missing", message: "not installed" };
  if (status === "deployed") return { chart, state: "ready", message: "deployed" };
  return { chart, state: status === "failed" ? "failed" : "waiting", message: `Helm status ${status}` };
}
