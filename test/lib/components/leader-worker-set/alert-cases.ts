/** Alerts of LeaderWorkerSet: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const AVAILABLE = 'kube_deployment_status_replicas_available{deployment="lws-controller-manager", namespace="lws-system"}';

/** Every alert with series that raise it and series that do not. */
export const leaderWorkerSetAlertCases: readonly AlertCase[] = [
  { alert: "LeaderWorkerSetDown", series: { [AVAILABLE]: "1 0x20" }, at: "10m", raised: true },
  // A new pod takes over before five minutes are over.
  { alert: "LeaderWorkerSetDown", series: { [AVAILABLE]: "1 0 0 0 1x20" }, at: "10m", raised: false },
];
