/** Dashboard of workspaces. */

import type { DashboardContent } from "#lib/kube/monitoring";

const WORKSPACE = 'beamstack_iac_workspace=~"$workspace"';

/** Use of the workspaces. */
export const workspaceDashboard: DashboardContent = {
  uid: "beamstack-workspaces",
  title: "Workspaces",
  variables: [{ name: "workspace", metric: "jupyter_server_started_timestamp_seconds", label: "beamstack_iac_workspace" }],
  rows: [
    {
      title: "Use",
      panels: [
        {
          title: "Time without activity",
          type: "series",
          unit: "s",
          description: "Time since somebody used the workspace, or a kernel computed.",
          queries: {
            "{{beamstack_iac_workspace}}": `time() - max by (beamstack_iac_workspace) (jupyter_server_last_activity_timestamp_seconds{${WORKSPACE}})`,
          },
        },
        {
          title: "Kernels",
          type: "series",
          unit: "short",
          description: "Kernels that run; each may hold memory of a GPU.",
          queries: { "{{beamstack_iac_workspace}}": `sum by (beamstack_iac_workspace) (kernel_currently_running_total{${WORKSPACE}})` },
        },
      ],
    },
  ],
};
