/** Monitoring of a product: targets, alerts and dashboards. No monitoring product is named here. */

import type { IConstruct } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { FlowPort, FlowProps, PodsEnd } from "./network";

/** Pods that expose metrics. */
export interface MetricsTarget {
  /** Name of the target, unique in an environment: an RFC 1123 subdomain. Names have no dots, so a dot keeps their parts apart. */
  readonly name: string;
  readonly pods: PodsEnd;
  /** Port that a container of the pods declares. */
  readonly port: number;
  /** @default "/metrics" */
  readonly path?: string;
  /** Pod labels that every series gets. @default none */
  readonly podLabels?: readonly string[];
  /** Is the port one of TLS, with a certificate of the product's own CA? Ignored with `service`. @default false */
  readonly encrypted?: boolean;
  /** The metrics need TLS and the ServiceAccount token of the caller. @default plain HTTP without authentication */
  readonly service?: MetricsService;
}

/** The Service of metrics that need TLS and a token: the port of its pods serves a certificate that no CA outside of the product has signed. */
export interface MetricsService {
  /** Labels of the Service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Service's port. */
  readonly port: string;
  /** Name of the Service, where another one of the namespace has these labels and a port of this name. @default the labels tell */
  readonly name?: string;
}

/** An alert rule. */
export interface Alert {
  /** PascalCase, with the product first: `FlinkJobRestarting`. */
  readonly name: string;
  /** PromQL that returns a series for each fault. */
  readonly expression: string;
  /** How long the expression must hold before the alert fires. */
  readonly lasting: Duration;
  readonly severity: "critical" | "warning" | "info";
  /** Further labels, also of the series `ALERTS`, by which queries select it. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** One line with the labels of the affected object, such as `job {{ $labels.job_name }} restarts again and again`. */
  readonly summary: string;
  /** What to do, or a link to it. */
  readonly runbook: string;
}

/** Alerts that are evaluated together. */
export interface AlertGroup {
  /** Kebab-case, unique in an environment. */
  readonly name: string;
  readonly alerts: readonly Alert[];
}

/** Unit of a panel's values, in Grafana's words. */
type PanelUnit = "short" | "percentunit" | "bytes" | "ms" | "s" | "ops" | "Bps";

/** A panel of a dashboard. */
export interface Panel {
  readonly title: string;
  /** `series`: values over time; `number`: the newest value. */
  readonly type: "series" | "number";
  readonly unit: PanelUnit;
  /** Help text of the panel. */
  readonly description: string;
  /** PromQL by legend; `$name` is a variable of the dashboard. */
  readonly queries: Readonly<Record<string, string>>;
}

/** A drop-down of a dashboard: the values of a label. */
export interface DashboardVariable {
  readonly name: string;
  /** Series whose label values are listed. */
  readonly metric: string;
  readonly label: string;
}

/** Panels below a heading. */
export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A dashboard. */
export interface DashboardContent {
  /** Stable id in links: kebab-case, at most 40 characters. */
  readonly uid: string;
  readonly title: string;
  readonly variables: readonly DashboardVariable[];
  readonly rows: readonly DashboardRow[];
}

/** What has the samples of every monitored construct. Readers allow the flow of {@link queryFlow}. */
export interface IMetricsStore extends IConstruct {
  /** Root of the HTTP API of Prometheus, inside the cluster. */
  readonly url: string;
  /** Pods of the URL: one end of a network flow. */
  readonly pods: PodsEnd;
  readonly ports: readonly FlowPort[];
}

/** Network flow from readers of samples; `who` is the part of the policies' names that tells readers apart. */
export function queryFlow({ pods, ports }: Pick<IMetricsStore, "pods" | "ports">, who: string, from: PodsEnd): FlowProps {
  return { name: `${who}-to-metrics`, from, to: pods, ports };
}

/** Monitoring of a construct. */
export interface Monitoring {
  readonly targets?: readonly MetricsTarget[];
  readonly alerts?: readonly AlertGroup[];
  readonly dashboards?: readonly DashboardContent[];
}

/** A construct that is monitored: monitoring finds it in the construct tree. */
export interface IMonitored extends IConstruct {
  readonly monitoring: Monitoring;
}

/** Is this construct monitored? */
export function isMonitored(construct: IConstruct): construct is IMonitored {
  return "monitoring" in construct && typeof construct.monitoring === "object" && construct.monitoring !== null;
}
