/** Dashboard of Dask. */

import type { DashboardContent, Panel } from "#lib/kube/monitoring";

const CLUSTER = 'beamstack_iac_dask=~"$cluster"';

/** Workers, tasks and memory of clusters and jobs. */
export function daskDashboard(): DashboardContent {
  return {
    uid: "beamstack-dask",
    title: "Dask",
    variables: [{ name: "cluster", metric: "dask_scheduler_workers", label: "beamstack_iac_dask" }],
    rows: [
      {
        title: "Scheduler",
        panels: [
          series("Workers", "short", "Workers by state.", { "{{state}}": `sum by (state) (dask_scheduler_workers{${CLUSTER}})` }),
          series("Tasks", "short", "Tasks by state.", { "{{state}}": `sum by (state) (dask_scheduler_tasks{${CLUSTER}})` }),
          series("Wanted workers", "short", "Workers that the scheduler would use.", {
            wanted: `sum(dask_scheduler_desired_workers{${CLUSTER}})`,
          }),
        ],
      },
      {
        title: "Workers",
        panels: [
          series("Memory", "bytes", "Memory of workers by use; spilled is on disk.", {
            "{{type}}": `sum by (type) (dask_worker_memory_bytes{${CLUSTER}})`,
          }),
          series("Transfers", "Bps", "Bytes that workers send each other.", {
            sent: `sum(rate(dask_worker_transfer_outgoing_bytes_total{${CLUSTER}}[5m]))`,
          }),
        ],
      },
    ],
  };
}

function series(title: string, unit: Panel["unit"], description: string, queries: Panel["queries"]): Panel {
  return { title, type: "series", unit, description, queries };
}
