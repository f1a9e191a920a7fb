/** Dashboard of Spark. */

import type { DashboardContent } from "#lib/kube/monitoring";

const APPLICATION = 'beamstack_iac_spark=~"$application"';

/** Applications, and the work of their executors. */
export function sparkDashboard(): DashboardContent {
  return {
    uid: "beamstack-spark",
    title: "Spark",
    variables: [{ name: "application", metric: "metrics_executor_totalTasks_total", label: "beamstack_iac_spark" }],
    rows: [
      {
        title: "Applications",
        panels: [
          {
            title: "Running applications",
            type: "series",
            unit: "short",
            description: "Applications whose driver runs.",
            queries: { running: "sum(spark_application_running_count)" },
          },
          {
            title: "Ended applications",
            type: "series",
            unit: "short",
            description: "Applications that ended, by result, in an hour.",
            queries: {
              succeeded: "sum(increase(spark_application_success_count[1h]))",
              failed: "sum(increase(spark_application_failure_count[1h]))",
            },
          },
        ],
      },
      {
        title: "Executors",
        panels: [
          {
            title: "Active tasks",
            type: "series",
            unit: "short",
            description: "Tasks that run.",
            queries: { "{{beamstack_iac_spark}}": `sum by (beamstack_iac_spark) (metrics_executor_activeTasks{${APPLICATION}})` },
          },
          {
            title: "Failed tasks",
            type: "series",
            unit: "ops",
            description: "Tasks that failed, for each second.",
            queries: {
              "{{beamstack_iac_spark}}": `sum by (beamstack_iac_spark) (rate(metrics_executor_failedTasks_total{${APPLICATION}}[5m]))`,
            },
          },
          {
            title: "Shuffle",
            type: "series",
            unit: "Bps",
            description: "Bytes that executors write for each other.",
            queries: {
              "{{beamstack_iac_spark}}": `sum by (beamstack_iac_spark) (rate(metrics_executor_totalShuffleWrite_bytes_total{${APPLICATION}}[5m]))`,
            },
          },
        ],
      },
    ],
  };
}
