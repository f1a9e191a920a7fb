/** Alerts of Karpenter: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const USAGE = 'karpenter_nodepools_usage{nodepool="gpu", resource_type="cpu"}';
const LIMIT = 'karpenter_nodepools_limit{nodepool="gpu", resource_type="cpu"}';
const PODS = 'karpenter_scheduler_unschedulable_pods_count{controller="provisioner"}';
const ERRORS = 'karpenter_cloudprovider_errors_total{method="Create", error="InsufficientCapacityError"}';

/** Every alert with series that raise it and series that do not. */
export const karpenterAlertCases: readonly AlertCase[] = [
  { alert: "KarpenterPoolFull", series: { [USAGE]: "190x60", [LIMIT]: "192x60" }, at: "40m", raised: true },
  { alert: "KarpenterPoolFull", series: { [USAGE]: "150x60", [LIMIT]: "192x60" }, at: "40m", raised: false },
  { alert: "KarpenterPodsUnschedulable", series: { [PODS]: "2x60" }, at: "40m", raised: true },
  { alert: "KarpenterPodsUnschedulable", series: { [PODS]: "2x20 0x40" }, at: "50m", raised: false },
  { alert: "KarpenterCloudErrors", series: { [ERRORS]: "0+1x90" }, at: "60m", raised: true },
  { alert: "KarpenterCloudErrors", series: { [ERRORS]: "0 1 2 3x90" }, at: "60m", raised: false },
];
