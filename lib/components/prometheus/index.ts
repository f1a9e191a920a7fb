/** Prometheus: metrics, alerts and dashboards. */

export { AlertRules, type AlertRulesProps } from "./alert-rules";
export { Dashboard, type DashboardProps } from "./dashboard";
export { HomeDashboard, type HomeDashboardProps } from "./home-dashboard";
export { Monitor, type MonitorProps } from "./monitor";
export { prometheusPin } from "./pin";
export { Prometheus, type PrometheusPartProps } from "./prometheus";
export { type PrometheusProps, prometheusSchema } from "./schema";
export { prometheus } from "./section";
