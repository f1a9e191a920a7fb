/** Checks of the cluster as a whole: reachability, identity, version, clock, nodes. */

import { catalog } from "#lib/components/registry";
import { healthOf } from "#lib/kube/health";
import type { Readiness } from "#lib/kube/readiness";
import type { Release } from "#lib/release/release";
import { compareVersions, parseVersion } from "../../../local/toolchain/versions";
import { failed, ok, type Question, warning } from "./finding";
import type { ClusterReader } from "./reader";

/** Certificates and tokens are rejected beyond about five minutes of clock skew; this is half of it. */
const MOST_SKEW_SECONDS = 150;

const NODE_READY: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [],
  source: "Kubernetes documentation, Node conditions",
};

/** Whether the cluster is the intended one, and new enough. */
export function reachQuestions(client: ClusterReader, release: Release): Question[] {
  return [
    {
      id: "cluster.identity",
      why: "a kubeconfig may point to another cluster than you expect",
      fix: "choose another context in the environment file",
      ask: async () => ok(`context ${client.access.context}, ${client.access.server}, uid ${await client.clusterUid()}`),
    },
    {
      id: "cluster.version",
      why: "operators refuse to run, or misbehave, on versions they do not support",
      fix: "upgrade the cluster",
      ask: async () => versionAnswer(await client.version(), release),
    },
    {
      id: "cluster.clock",
      why: "certificates and tokens fail when clocks differ",
      fix: "set the clock of this machine, for instance with timedatectl set-ntp true",
      ask: async () => {
        const skew = Math.round((await serverTime(client)) - Date.now() / 1000);
        const said = `the cluster's clock is ${Math.abs(skew)} s ${skew < 0 ? "behind" : "ahead of"} ours`;
        return Math.abs(skew) > MOST_SKEW_SECONDS ? failed(said) : ok(said);
      },
    },
    {
      id: "cluster.nodes",
      why: "no pod runs without a ready node",
      fix: "see kubectl get nodes",
      ask: async () => {
        const nodes = await client.list({ apiVersion: "v1", kind: "Node" });
        const ready = nodes.filter((node) => healthOf(node, NODE_READY).state === "ready");
        const said = `${ready.length} of ${nodes.length} nodes ready`;
        if (ready.length === 0) return failed(said);
        return ready.length < nodes.length ? warning(said) : ok(said);
      },
    },
  ];
}

function versionAnswer(version: string, release: Release) {
  const used = new Set([...release.objects, ...release.helmReleases].map(({ component }) => component));
  const pins = catalog.map(({ pin }) => pin).filter(({ name }) => used.has(name));
  const have = parseVersion(version) ?? "0.0.0";
  const tooOld = pins.filter(({ kubernetes: { min } }) => compareVersions(have, `${min}.0`) < 0);
  const tooNew = pins.filter(({ kubernetes: { max } }) => max !== undefined && compareVersions(have, `${max}.999`) > 0);
  if (tooOld.length > 0)
    return failed(`Kubernetes ${version}: ${tooOld.map(({ name, kubernetes }) => `${name} needs ${kubernetes.min}`).join(", ")}`);
  if (tooNew.length > 0)
    return warning(`Kubernetes ${version}: newer than ${tooNew.map(({ name }) => name).join(", ")} is known to work with`);
  return ok(`Kubernetes ${version}`);
}

/** A server-side dry run: the server stamps the object with its time and stores nothing. */
async function serverTime(client: ClusterReader): Promise<number> {
  const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "beamstack-iac-clock", namespace: "default" } };
  const { metadata } = await client.create(probe, { dryRun: true });
  return Date.parse(String(metadata["creationTimestamp"])) / 1000;
}
