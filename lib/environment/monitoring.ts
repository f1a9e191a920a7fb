/** Section `monitoring` of the environment file: Prometheus, and from where on something counts as wrong. */

import type { z } from "zod";
import type { FlinkAlertThresholds } from "#lib/components/flink/props";
import { flinkAlertSchema } from "#lib/components/flink/schema";
import { prometheusProblems } from "#lib/components/prometheus/checks";
import type { PrometheusProps } from "#lib/components/prometheus/props";
import { prometheusSchema } from "#lib/components/prometheus/schema";
import type { Problem } from "#lib/core/problem";

/** Monitoring of an environment: what is watched follows from what the environment has. */
export interface MonitoringSpec extends PrometheusProps {
  /** Thresholds of the alerts about Flink; only in an environment with Flink. @default see {@link FlinkAlertThresholds} */
  readonly flinkAlerts?: FlinkAlertThresholds;
}

/** Schema of the section. */
export const monitoringSchema = prometheusSchema.extend({ flinkAlerts: flinkAlertSchema.optional() }) satisfies z.ZodType<MonitoringSpec>;

/** Everything that is wrong with the section beyond its shape. */
export function monitoringProblems({ flinkAlerts, ...props }: MonitoringSpec, hasFlink: boolean): Problem[] {
  return [...prometheusProblems(props, "monitoring"), ...(flinkAlerts && !hasFlink ? [alertsWithoutFlink()] : [])];
}

function alertsWithoutFlink(): Problem {
  return {
    id: "monitoring.flink-alerts-without-flink",
    path: "monitoring.flinkAlerts",
    got: "thresholds of alerts about Flink in an environment without Flink",
    allowed: "flinkAlerts together with flink",
    fix: "remove flinkAlerts, or declare flink",
  };
}
