/** Alert rules on the metrics of Jupyter's server. Source: Jupyter Server 2.21, prometheus/metrics.py. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Labels that tell workspaces apart. */
const WORKSPACE = "namespace, beamstack_iac_workspace";

/** Every alert about workspaces. */
export const workspaceAlerts: AlertGroup = {
  name: "workspaces",
  alerts: [
    {
      name: "WorkspacesServerDown",
      expression: `max by (${WORKSPACE}) (up{beamstack_iac_workspace!=""}) == 0`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "workspace {{ $labels.beamstack_iac_workspace }} in {{ $labels.namespace }} does not answer",
      runbook: "read the status and log of its pod: a full home volume, or kernels that use up the memory",
    },
    {
      name: "WorkspacesServerIdle",
      // Kernels that compute keep a server alive, whether anybody waits for them or not.
      expression: `time() - max by (${WORKSPACE}) (jupyter_server_last_activity_timestamp_seconds{beamstack_iac_workspace!=""}) > 86400`,
      lasting: Duration.hours(1),
      severity: "warning",
      summary: "workspace {{ $labels.beamstack_iac_workspace }} in {{ $labels.namespace }} runs, and nobody has used it for a day",
      runbook: "ask its members; kubectl scale statefulset <name> --replicas=0 stops it and keeps its home",
    },
  ],
};
