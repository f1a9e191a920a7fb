/** Prometheus: metrics, alerts and dashboards. */

export { AlertRules, type AlertRulesProps } from "./alert-rules";
export { Dashboard, type DashboardProps } from "./dashboard";
export { Monitor, type MonitorProps } from "./monitor";
export { prometheusPin } from "./pin";
export { Prometheus, type PrometheusPartProps, type PrometheusPlace } from "./prometheus";
export { type GrafanaProps, type MetricsStorage, PROMETHEUS_NAMESPACE, type PrometheusProps, prometheusDefaults } from "./props";
export { prometheusSchema } from "./schema";
