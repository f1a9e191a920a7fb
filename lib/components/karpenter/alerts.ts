/** Alert rules on Karpenter's metrics. Source: Karpenter v1.14.1, pkg/controllers/metrics/nodepool, provisioning/scheduling/metrics.go and pkg/cloudprovider/metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert about nodes on demand. */
export const karpenterAlerts: AlertGroup = {
  name: "karpenter",
  alerts: [
    {
      name: "KarpenterPoolFull",
      expression:
        "max by (nodepool, resource_type) (karpenter_nodepools_usage) >= 0.95 * max by (nodepool, resource_type) (karpenter_nodepools_limit > 0)",
      lasting: Duration.minutes(30),
      severity: "warning",
      summary: "pool {{ $labels.nodepool }} has used its limit of {{ $labels.resource_type }}: it gets no further nodes",
      runbook: "raise limits of the pool in the environment file, or look for nodes that pods keep although they are almost empty",
    },
    {
      name: "KarpenterPodsUnschedulable",
      expression: "max by (controller) (karpenter_scheduler_unschedulable_pods_count) > 0",
      lasting: Duration.minutes(30),
      severity: "warning",
      summary: "pods wait for nodes that {{ $labels.controller }} cannot make",
      runbook: "read the events of the Pending pods: no pool has such a machine, its limits are used, or the cloud has none left",
    },
    {
      name: "KarpenterCloudErrors",
      expression: "sum by (method, error) (increase(karpenter_cloudprovider_errors_total[30m])) > 5",
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: "the cloud refuses {{ $labels.method }}: {{ $labels.error }}",
      runbook: "read the log of Deployment karpenter: permissions of its role, quotas of the account, capacity of the zone",
    },
  ],
};
