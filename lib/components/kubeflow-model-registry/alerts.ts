/** Alert rules on what Kubernetes tells of the pods: the server has no metrics of its own. Source: Kubeflow Model Registry 0.3.8, cmd/proxy.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";
import { SERVER } from "./labels";

/** Pods of a Deployment are called `<name>-<digest>-<suffix>`. */
const byServer = (values: string) => `sum by (namespace, server) (label_replace(${values}, "server", "$1", "pod", "(.+)-[^-]+-[^-]+"))`;

const OWN = `{container="${SERVER}"}`;

/** Every alert about Kubeflow Model Registry. */
export const kubeflowModelRegistryAlerts: AlertGroup = {
  name: "kubeflow-model-registry",
  alerts: [
    {
      name: "KubeflowModelRegistryDown",
      expression: `${byServer(`kube_pod_container_status_ready${OWN}`)} == 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "no pod of the model registry {{ $labels.server }} in {{ $labels.namespace }} is ready",
      runbook: "read the log of its pods: a database that is not reached, or a schema that a newer version has migrated",
    },
    {
      name: "KubeflowModelRegistryRestarting",
      expression: `${byServer(`increase(kube_pod_container_status_restarts_total${OWN}[30m])`)} > 3`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: "the model registry {{ $labels.server }} in {{ $labels.namespace }} restarts again and again",
      runbook: "read the log of the last container: memory, or a database that closes connections",
    },
  ],
};
