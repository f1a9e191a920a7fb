/** The pods that charts make, from the charts' own templates: what network policies select. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { type Problem, unwrap } from "#lib/core/problem";
import type { AnySection } from "#lib/environment/section";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { Release, ReleaseChart } from "#lib/release/release";
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

/** Files with the facts of every chart in the folder, for webhooks in the host's network and in the pod network. */
export function chartPods(folder: string, helm: string): Map<string, string> {
  const facts = (["host", "pods"] as const).flatMap((webhooks) =>
    factsOf(webhooks, folder, helm).map(({ chart, text }) => ({ chart, line: `${JSON.stringify(webhooks)}:${text}` })),
  );
  const charts = [...new Set(facts.map(({ chart }) => chart))];
  const linesOf = (name: string) => facts.filter(({ chart }) => chart === name).map(({ line }) => line);
  return new Map(charts.map((name) => [`${name}.json`, `{\n${linesOf(name).join(",\n")}\n}\n`]));
}

function factsOf(webhooks: "pods" | "host", folder: string, helm: string): { readonly chart: string; readonly text: string }[] {
  return [...referenceRelease(webhooks).helmReleases, ...otherReleases(webhooks)]
    .filter(({ chart }) => existsSync(join(folder, chart.facts ?? chart.name, "templates")))
    .map((one) => ({ chart: one.chart.facts ?? one.chart.name, text: canonicalJson(renderChart(one, folder, helm)) }));
}

/** Every section that has a chart, without those that this network refuses. */
function referenceRelease(webhooks: "pods" | "host"): Release {
  const all = catalog.filter(({ pin }) => pin.chart !== undefined);
  const refused = problemsOf(all, webhooks).map(({ path }) => path.split(".")[0]);
  return unwrap(
    createPlatform().resolve(
      reference(
        all.filter(({ key }) => !refused.includes(key)),
        webhooks,
      ),
    ),
  ).release;
}

/** Charts that a section installs instead of its usual one. */
function otherReleases(webhooks: "pods" | "host"): ReleaseChart[] {
  const examples = catalog.flatMap((section) => (section.otherChartExamples ?? []).map((chartExample) => ({ ...section, chartExample })));
  return examples.flatMap((section) => {
    const { helmReleases } = unwrap(createPlatform().resolve(reference([section], webhooks))).release;
    return helmReleases.filter(({ chart }) => chart.name !== section.pin.chart?.name);
  });
}

function problemsOf(sections: readonly AnySection[], webhooks: "pods" | "host"): readonly Problem[] {
  const result = createPlatform().resolve(reference(sections, webhooks));
  return result.ok ? [] : result.problems;
}

function reference(sections: readonly AnySection[], webhooks: "pods" | "host"): EnvironmentSpec {
  const examples = Object.fromEntries(sections.map(({ key, chartExample = {} }) => [key, chartExample]));
  return { name: "reference", cluster: { type: "context", context: "any" }, network: { webhooks }, ...examples };
}

/** Pods and foreign namespaces of a release, as Helm renders it. */
export function renderChart({ name, namespace, chart, values }: ReleaseChart, folder: string, helm: string): Rendered {
  const scratch = mkdtempSync(join(tmpdir(), "beamstack-iac-import-"));
  try {
    const file = join(scratch, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const args = [
      "template",
      name,
      join(folder, chart.facts ?? chart.name),
      "--namespace",
      namespace,
      "--values",
      file,
      "--kube-version",
      "1.34.0",
    ];
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
