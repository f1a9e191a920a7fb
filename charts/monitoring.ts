/** Stage `monitoring`: what is watched follows from what the environment has. */

import type { Construct } from "constructs";
import { ElasticOperator } from "#lib/components/elasticsearch/index";
import {
  beamOnFlinkDashboard,
  clusterMetrics,
  type FlinkAlertThresholds,
  flinkAlerts,
  flinkDashboard,
  operatorMetrics,
} from "#lib/components/flink/index";
import { AlertRules, Dashboard, Monitor, PROMETHEUS_NAMESPACE, Prometheus } from "#lib/components/prometheus/index";
import type { MonitoringSpec } from "#lib/environment/monitoring";
import type { Environment } from "#lib/environment/spec";
import type { MetricsTarget } from "#lib/kube/monitoring";
import { pods } from "#lib/kube/network";
import type { ComputeChart } from "./compute";
import type { DataPreparationChart } from "./data-preparation";
import { type FoundationChart, OPERATOR_PRIORITY } from "./foundation";
import { StageChart } from "./stage-chart";

/** Stages whose parts are watched. */
export interface Watched {
  readonly foundation: FoundationChart;
  readonly compute: ComputeChart;
  readonly dataPreparation: DataPreparationChart;
}

/** Prometheus, and monitors, alerts and dashboards of every product of the environment. */
export class MonitoringChart extends StageChart {
  /** Absent where the environment has no monitoring. */
  public readonly prometheus?: Prometheus;

  public constructor(scope: Construct, environment: Environment, watched: Watched) {
    super(scope, "monitoring");
    const { monitoring } = environment;
    if (!monitoring) return;
    const { flinkAlerts: thresholds, ...props } = monitoring;
    this.prometheus = this.addPrometheus(props, watched.foundation);
    for (const { target, source } of targets(watched)) {
      new Monitor(this, `Monitor-${target.name}`, { prometheus: this.prometheus, target, source });
    }
    if (environment.flink) this.addFlink(this.prometheus, thresholds);
  }

  private addPrometheus(props: MonitoringSpec, foundation: FoundationChart): Prometheus {
    const { name: namespace } = foundation.ensureNamespace({ name: PROMETHEUS_NAMESPACE, source: "monitoring" });
    const prometheus = new Prometheus(this, "Prometheus", { ...props, namespace, source: "monitoring", priority: OPERATOR_PRIORITY });
    prometheus.operator.node.addDependency(foundation.priorityClasses);
    return prometheus;
  }

  private addFlink(prometheus: Prometheus, thresholds: FlinkAlertThresholds | undefined): void {
    new AlertRules(this, "FlinkAlerts", { prometheus, group: flinkAlerts(thresholds), source: "monitoring.flinkAlerts" });
    for (const content of [flinkDashboard, beamOnFlinkDashboard]) {
      new Dashboard(this, `Dashboard-${content.uid}`, { prometheus, content, source: "flink" });
    }
  }
}

/** A target, and the line of the environment file that made it. */
interface NamedTarget {
  readonly target: MetricsTarget;
  readonly source: string;
}

/** Port of cert-manager's controller, webhook and CA injector. Source: cert-manager v1.21.1, chart value prometheus.servicemonitor.targetPort. */
const CERT_MANAGER_METRICS_PORT = 9402;

/** Port of Karpenter's controller. Source: Karpenter 1.14.1, chart value controller.metrics.port. */
const KARPENTER_METRICS_PORT = 8080;

function targets({ foundation, compute, dataPreparation }: Watched): NamedTarget[] {
  return [
    ...certManagerTargets(foundation),
    ...karpenterTargets(compute),
    ...elasticTargets(dataPreparation),
    ...flinkTargets(dataPreparation),
  ];
}

function karpenterTargets({ karpenter }: ComputeChart): NamedTarget[] {
  if (!karpenter) return [];
  const controller = pods(karpenter.namespace, { "app.kubernetes.io/name": "karpenter" });
  return [{ target: { name: "karpenter", pods: controller, port: KARPENTER_METRICS_PORT }, source: "karpenter" }];
}

function elasticTargets(dataPreparation: DataPreparationChart): NamedTarget[] {
  const operator = dataPreparation.node.children.find((child) => child instanceof ElasticOperator);
  if (!operator) return [];
  return [{ target: { name: "elastic-operator", pods: operator.pods, port: operator.metricsPort }, source: "elasticsearch.operator" }];
}

function certManagerTargets({ certManager }: FoundationChart): NamedTarget[] {
  if (!certManager) return [];
  const all = pods(certManager.namespace, { "app.kubernetes.io/instance": "cert-manager" });
  return [{ target: { name: "cert-manager", pods: all, port: CERT_MANAGER_METRICS_PORT }, source: "certManager" }];
}

function flinkTargets({ flinkOperator, flinkClusters }: DataPreparationChart): NamedTarget[] {
  return [
    ...(flinkOperator ? [{ target: operatorMetrics(flinkOperator), source: "flink.operator" }] : []),
    ...[...flinkClusters].map(([name, cluster]) => ({ target: clusterMetrics(cluster), source: `flink.clusters.${name}` })),
  ];
}
