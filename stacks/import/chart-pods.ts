/** The pods that charts make, from the charts' own templates: what network policies select. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { createPlatform } from "#charts/platform";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { unwrap } from "#lib/core/problem";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { ReleaseChart } from "#lib/release/release";
import { listOf, objectOf } from "./json-parts";

/** A port that a container declares. Types, not interfaces: only so does TypeScript take them for JSON. */
export type PodPort = {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
};

/** Pods of one workload of a chart. */
export type ChartPod = {
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  readonly hostNetwork: boolean;
};

/** What a chart makes of its values. */
export type Rendered = {
  readonly pods: readonly ChartPod[];
  /** Objects in namespaces other than the release's. */
  readonly elsewhere: readonly string[];
};

/** Facts of every chart, by name, for webhooks in the pod network and in the host's. */
export function chartPods(folder: string, helm: string): string {
  const facts = (["pods", "host"] as const).map((webhooks) => [webhooks, factsOf(webhooks, folder, helm)] as const);
  const lines = facts.flatMap(([webhooks, charts]) =>
    Object.entries(charts).map(([chart, rendered]) => `${JSON.stringify(`${chart} ${webhooks}`)}:${canonicalJson(rendered)}`),
  );
  return `{\n${lines.sort(compareText).join(",\n")}\n}\n`;
}

function factsOf(webhooks: "pods" | "host", folder: string, helm: string): Record<string, Rendered> {
  const { release } = unwrap(createPlatform().resolve(reference(webhooks)));
  const charts = release.helmReleases.filter(({ chart }) => existsSync(join(folder, chart.name, "templates")));
  return Object.fromEntries(charts.map((one) => [one.chart.name, renderChart(one, folder, helm)]));
}

/** Everything that changes the pods of a chart. */
function reference(webhooks: "pods" | "host"): EnvironmentSpec {
  return {
    name: "reference",
    cluster: { type: "context", context: "any" },
    network: { webhooks },
    certManager: {},
    kueue: { queues: {} },
    // Its webhook is in the pod network only.
    ...(webhooks === "pods" && { spark: {} }),
    ray: {},
    seaweedfs: { clusters: {} },
    karpenter: { clusterName: "any", nodes: { image: "al2023@v20260810", identity: { type: "role", role: "any" } } },
    flink: { clusters: {} },
    elasticsearch: { clusters: {} },
    monitoring: { grafana: { adminSecret: "any" }, controlPlane: true },
  };
}

/** Pods and foreign namespaces of a release, as Helm renders it. */
export function renderChart({ name, namespace, chart, values }: ReleaseChart, folder: string, helm: string): Rendered {
  const scratch = mkdtempSync(join(tmpdir(), "beamstack-iac-import-"));
  try {
    const file = join(scratch, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const args = ["template", name, join(folder, chart.name), "--namespace", namespace, "--values", file, "--kube-version", "1.34.0"];
    const text = execFileSync(helm, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "inherit"] });
    const objects = parseAllDocuments(text).map((document): unknown => document.toJS());
    return renderedOf(objects.filter(isJsonObject), namespace);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function renderedOf(objects: readonly JsonObject[], namespace: string): Rendered {
  const placed = objects.map((object) => ({ object, at: String(valueAt(object, ["metadata", "namespace"]) ?? namespace) }));
  const elsewhere = placed.filter(({ at }) => at !== namespace).map(({ object, at }) => `${object["kind"]} ${at}/${nameOf(object)}`);
  const pods = placed.flatMap(({ object, at }) => podOf(object, at) ?? []);
  return { pods: pods.sort((a, b) => compareText(a.workload, b.workload)), elsewhere: elsewhere.sort(compareText) };
}

function nameOf(object: JsonObject): string {
  return String(valueAt(object, ["metadata", "name"]));
}

function podOf(object: JsonObject, namespace: string): ChartPod | undefined {
  const spec = valueAt(object, ["spec", "template", "spec"]);
  if (!isJsonObject(spec) || !Array.isArray(spec["containers"])) return undefined;
  return {
    workload: nameOf(object),
    namespace,
    labels: objectOf(valueAt(object, ["spec", "template", "metadata", "labels"])) as Record<string, string>,
    ports: spec["containers"].flatMap(portsOf),
    hostNetwork: spec["hostNetwork"] === true,
  };
}

function portsOf(container: JsonValue): PodPort[] {
  return listOf(objectOf(container)["ports"]).map((each) => {
    const { name, containerPort, protocol } = objectOf(each);
    return { name: String(name ?? ""), port: Number(containerPort), protocol: String(protocol ?? "TCP") };
  });
}
