/** Section `monitoring` of the environment file. */

import { Construct } from "constructs";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/prometheus-operator/index";
import { installedIn, isForeign } from "#lib/kube/existing";
import { isMonitored, type Monitoring } from "#lib/kube/monitoring";
import { webhookNeed } from "#lib/kube/network-settings";
import { ownerOf, setPlace } from "#lib/kube/ownership";
import { STAGES, type Stage, stageOf } from "#lib/kube/stage";
import { AlertRules } from "./alert-rules";
import { Dashboard } from "./dashboard";
import { HomeDashboard } from "./home-dashboard";
import { Monitor } from "./monitor";
import { prometheusPin } from "./pin";
import { Prometheus } from "./prometheus";
import { prometheusSchema } from "./schema";
import { NODE_EXPORTER_NAMESPACE } from "./values";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Prometheus with monitors, alerts and dashboards of everything that the environment has. @default not installed */
    monitoring: typeof prometheusSchema;
  }
}

/** Namespace of the stack. */
const NAMESPACE = "monitoring";

/** Why node-exporter needs the level "privileged". */
const NODE_EXPORTER = {
  level: "privileged",
  reason: "node-exporter reads /proc, /sys and the network of its node: host paths, host network, host processes",
} as const;

/** Prometheus. It finds monitored constructs in the tree after all sections were built. */
export const prometheus = section({
  key: "monitoring",
  stage: "monitoring",
  pin: prometheusPin,
  crds: definitions,
  schema: prometheusSchema,
  chartExample: { grafana: { adminSecret: "any" }, controlPlane: true },
  gives: ["monitoring"],
  foreign: ({ existing }) => (existing ? [{ namespace: installedIn(existing, NAMESPACE), path: [] }] : []),
  build(settings, site) {
    const isOurs = !isForeign(site.chart, settings.existing);
    const namespace = isOurs ? NAMESPACE : installedIn(settings.existing, NAMESPACE);
    site.namespace(namespace, [], webhookNeed(site.chart));
    const stack = new Prometheus(site.part([], { namespace, priority: "beamstack-system" }), "Prometheus", settings);
    stack.operator.node.addDependency(site.priorityClasses);
    if (isOurs && settings.nodeExporter)
      stack.operator.node.addDependency(
        site.namespace(NODE_EXPORTER_NAMESPACE, ["nodeExporter"], { podSecurity: NODE_EXPORTER, podsPerNode: 1 }),
      );
    site.give("monitoring", "prometheus", stack);
  },
  finish(_settings, site) {
    const stack = site.all("monitoring").get("prometheus");
    if (!(stack instanceof Prometheus)) return;
    const isFirst = firstOnly();
    const stages = new Map<Stage, string[]>();
    for (const monitored of site.tree.node.findAll().filter(isMonitored)) {
      const scope = new Construct(site.chart, `Monitoring-${monitored.node.addr}`);
      setPlace(scope, { source: ownerOf(monitored).source });
      const stage = stageOf(monitored);
      const { targets = [], alerts = [], dashboards = [] } = monitored.monitoring;
      const own = { targets, alerts: alerts.filter(isFirst), dashboards: dashboards.filter(isFirst) };
      addMonitoring(scope, { prometheus: stack, stage }, own);
      if (stage) stages.set(stage, [...(stages.get(stage) ?? []), ...own.alerts.flatMap((group) => group.alerts.map(({ name }) => name))]);
    }
    const known = STAGES.flatMap((stage) => (stages.has(stage) ? [{ stage, alerts: stages.get(stage) ?? [] }] : []));
    new HomeDashboard(stack, "Home", { prometheus: stack, stages: known });
  },
});

/** Several servers of a product bring the same alerts and dashboards. */
function firstOnly(): (content: object) => boolean {
  const known = new Set<object>();
  return (content) => {
    const isFirst = !known.has(content);
    known.add(content);
    return isFirst;
  };
}

/** Where monitoring of a construct goes. */
interface MonitoringPlace {
  readonly prometheus: Prometheus;
  readonly stage: Stage | undefined;
}

function addMonitoring(
  scope: Construct,
  { prometheus, stage }: MonitoringPlace,
  { targets, alerts, dashboards }: Required<Monitoring>,
): void {
  for (const target of targets) new Monitor(scope, `Monitor-${target.name}`, { prometheus, target });
  for (const group of alerts) new AlertRules(scope, `Alerts-${group.name}`, { prometheus, group });
  for (const content of dashboards) new Dashboard(scope, `Dashboard-${content.uid}`, { prometheus, content, stage });
}
