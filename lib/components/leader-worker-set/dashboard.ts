/** Dashboard of LeaderWorkerSet. Source: kube-state-metrics. */

import type { DashboardContent } from "#lib/kube/monitoring";
import { AVAILABLE } from "./alerts";

/** Whether the controller answers. */
export const leaderWorkerSetDashboard: DashboardContent = {
  uid: "beamstack-leader-worker-set",
  title: "LeaderWorkerSet",
  variables: [],
  rows: [
    {
      title: "Controller",
      panels: [
        {
          title: "Pods that answer",
          type: "series",
          unit: "short",
          description: "Pods of the controller that are available.",
          queries: { "{{namespace}}": `sum by (namespace) (${AVAILABLE})` },
        },
      ],
    },
  ],
};
