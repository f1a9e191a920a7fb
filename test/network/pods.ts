/** The pods of a release: those of the charts as their templates make them, those of operators, and our own Jobs. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type JsonObject, valueAt } from "#lib/core/json";
import type { Release, ReleaseChart } from "#lib/release/release";
import type { Rendered } from "#stacks/import/chart-pods";
import type { Endpoint } from "./evaluator";
import type { NetworkFacts, PodFacts } from "./facts";
import { products } from "./products";

/** A pod with its place in the network. */
export interface NamedPod extends PodFacts {
  readonly endpoint: Endpoint;
}

type Webhooks = "pods" | "host";

/** What a chart makes, with webhooks in this network; `undefined` where nobody has rendered it. */
export function renderedChart(chart: string, webhooks: Webhooks): Rendered | undefined {
  const file = join(__dirname, "../../lib/imports/pods", `${chart}.json`);
  return existsSync(file) ? (require(file) as Readonly<Record<string, Rendered | undefined>>)[webhooks] : undefined;
}

const NONE: NetworkFacts = { needed: [], closed: [] };

const makers = [...products.values()].flatMap(({ pods = {} }) => Object.entries(pods));

/** Every pod of a release whose operators are installed by Helm. */
export function podsOf({ helmReleases, objects }: Release, webhooks: Webhooks): NamedPod[] {
  const ofCharts = helmReleases.flatMap((release) => chartPods(release, webhooks));
  const others = objects.flatMap(({ manifest }) =>
    makers.flatMap(([kind, podsOfObject]) => (kind === manifest.kind ? podsOfObject(manifest) : [])),
  );
  return [...ofCharts, ...others].map((pod, position) => ({ ...pod, endpoint: endpointOf(pod, position) }));
}

function chartPods({ chart, values, component, namespace }: ReleaseChart & { readonly component: string }, webhooks: Webhooks): PodFacts[] {
  // Only CRDs.
  if (chart.imagePullSecretsAt === undefined) return [];
  const rendered = renderedChart(chart.facts ?? chart.name, webhooks);
  if (!rendered) throw new Error(`no pods known of chart ${chart.name}: npm run import -- pods --from DIR`);
  const { optional = {}, besideChart } = products.get(component) ?? NONE;
  const pods = rendered.pods.filter(({ workload }) => isThere(optional[workload], values));
  return [...pods.map(({ workload, ...pod }) => ({ kind: workload, instance: chart.name, ...pod })), ...(besideChart?.(namespace) ?? [])];
}

/** Pods in the host's network have the address of their node. */
function endpointOf({ namespace, labels, ports, hostNetwork }: PodFacts, position: number): Endpoint {
  if (hostNetwork) return { type: "address", ip: "10.0.0.4", identity: "cluster" };
  return { type: "pod", namespace, labels, ports, ip: `10.1.1.${position + 1}` };
}

function isThere(path: readonly string[] | undefined, values: JsonObject): boolean {
  return path === undefined || valueAt(values, path) === true;
}
