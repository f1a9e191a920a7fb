/** Alerts of workspaces: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const POD = 'job="monitoring/workspace.alice", namespace="alice", beamstack_iac_workspace="alice", pod="alice-0"';
const activity = `jupyter_server_last_activity_timestamp_seconds{${POD}}`;

/** Every alert with series that raise it and series that do not. */
export const workspaceAlertCases: readonly AlertCase[] = [
  { alert: "WorkspacesServerDown", series: { [`up{${POD}}`]: "0x20" }, at: "11m", raised: true },
  { alert: "WorkspacesServerDown", series: { [`up{${POD}}`]: "0x8 1x20" }, at: "15m", raised: false },
  // Time begins at 0 in these tests: the last activity is that of the start.
  { alert: "WorkspacesServerIdle", series: { [activity]: "0x2000" }, at: "26h", raised: true },
  { alert: "WorkspacesServerIdle", series: { [activity]: "0x2000" }, at: "24h", raised: false },
  // Used an hour before.
  { alert: "WorkspacesServerIdle", series: { [activity]: "0+60x2000" }, at: "26h", raised: false },
];
