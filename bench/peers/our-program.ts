/** Our program, as in the component `Beamstack`, with the benchmark's release instead of an environment's. */

import { Provider } from "@pulumi/kubernetes/provider";
import { ComponentResource } from "@pulumi/pulumi";
import { applyRelease } from "#stacks/apply";
import { clusterOf } from "#stacks/program/cluster";
import { refuseForeignObjects } from "#stacks/program/preflight";
import { benchRelease, ENVIRONMENT } from "../release";

async function main(): Promise<void> {
  const release = benchRelease(Number(process.env["BENCH_COUNT"]));
  const cluster = clusterOf({ name: ENVIRONMENT, cluster: { type: "embedded" } });
  const parent = new ComponentResource("beamstack-iac:index:Bench", ENVIRONMENT);
  await refuseForeignObjects(release, cluster);
  const settings = { kubeconfig: cluster.kubeconfig, clusterIdentifier: cluster.identifier, upsertExistingObjects: true };
  applyRelease(release, { provider: new Provider("cluster", settings, { parent }), parent });
}

void main();
