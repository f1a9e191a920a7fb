/** What a platform team may say of Prometheus, and what holds when it says nothing. */

import { Duration } from "#lib/core/duration";
import type { Size } from "#lib/core/size";

/** A volume that outlives pods. */
export interface MetricsStorage {
  readonly size: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string;
}

/** Grafana. */
export interface GrafanaProps {
  /** Name of a Secret that exists, with the keys `admin-user` and `admin-password`. */
  readonly adminSecret: string;
}

/** Props of Prometheus. */
export interface PrometheusProps {
  /** Prometheus and Alertmanager pods each. @default 1 */
  readonly replicas?: number;
  /** How long samples are kept. @default 10d */
  readonly retention?: Duration;
  /** Volume of each Prometheus pod. @default none: samples are lost with the pod */
  readonly storage?: MetricsStorage;
  /** Time between two scrapes. @default 30s */
  readonly scrapeInterval?: Duration;
  /** Grafana with the dashboards of the environment. @default not installed: a password must come from a Secret */
  readonly grafana?: GrafanaProps;
  /** Metrics of nodes; its pods see all of their node. @default true */
  readonly nodeExporter?: boolean;
  /** Scrape etcd, scheduler, controller manager and kube-proxy, which managed clusters hide. @default false */
  readonly controlPlane?: boolean;
}

/** Values that hold when a prop is not given. */
export const prometheusDefaults = {
  replicas: 1,
  retention: Duration.days(10),
  scrapeInterval: Duration.seconds(30),
  nodeExporter: true,
  controlPlane: false,
} as const satisfies Partial<PrometheusProps>;

/** Namespace that Prometheus goes to when nothing is said. */
export const PROMETHEUS_NAMESPACE = "monitoring";
