/** Alert rules on metrics of KubeRay, Ray and kube-state-metrics. Source: KubeRay v1.7.0, controllers/ray/metrics. */

import { Duration } from "#lib/core/duration";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";

const OPERATOR = 'up{app_kubernetes_io_name="kuberay-operator"}';
const HEAD = 'up{ray_io_node_type="head"}';

/** Every alert about Ray. */
export function rayAlerts(): AlertGroup {
  return { name: "ray", alerts: [operatorDown(), ...clusterAlerts(), ...jobAlerts()] };
}

function operatorDown(): Alert {
  return {
    name: "RayOperatorDown",
    expression: `sum by (app_kubernetes_io_name) (${OPERATOR}) == 0 or absent(${OPERATOR})`,
    lasting: Duration.minutes(5),
    severity: "critical",
    summary: "{{ $labels.app_kubernetes_io_name }} does not answer: no cluster, job or service starts or is repaired",
    runbook: "read the status and log of Deployment kuberay-operator; with many clusters raise the memory of ray.operator.resources",
  };
}

/** Clusters that KubeRay knows, with the labels of their pods' series. */
const KNOWN =
  'label_replace(label_replace(group by (exported_namespace, name) (kuberay_cluster_info), "namespace", "$1", "exported_namespace", "(.+)"), ' +
  '"ray_io_cluster", "$1", "name", "(.+)")';

function clusterAlerts(): Alert[] {
  return [
    {
      name: "RayHeadDown",
      // The pod of a head that is gone has no series; a deleted cluster is none that KubeRay knows.
      expression:
        `sum by (namespace, ray_io_cluster) (${HEAD}) == 0 or group by (namespace, ray_io_cluster) (last_over_time(${HEAD}[1d])) ` +
        `and on (namespace, ray_io_cluster) ${KNOWN} unless on (namespace, ray_io_cluster) group by (namespace, ray_io_cluster) (${HEAD})`,
      lasting: Duration.minutes(3),
      severity: "critical",
      summary: "Ray cluster {{ $labels.ray_io_cluster }} in {{ $labels.namespace }} has no head that answers",
      runbook: "read the events of the head pod; without faultTolerance tasks, actors and objects are lost with it",
    },
    {
      name: "RayClusterNotProvisioned",
      expression: 'max by (exported_namespace, name) (kuberay_cluster_condition_provisioned{condition="false"}) == 1',
      lasting: Duration.minutes(30),
      severity: "warning",
      summary: "Ray cluster {{ $labels.name }} in {{ $labels.exported_namespace }} has not been complete for 30 minutes",
      runbook: "read the conditions of the RayCluster: pods that are Pending, images that cannot be pulled, or a queue without free quota",
    },
    {
      name: "RayWorkersPending",
      expression:
        'count by (namespace, owner_name) ((max by (namespace, pod) (kube_pod_status_phase{phase="Pending"}) == 1) ' +
        '* on (namespace, pod) group_left (owner_name) max by (namespace, pod, owner_name) (kube_pod_owner{owner_kind="RayCluster"})) > 0',
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: "{{ $value }} pods of Ray cluster {{ $labels.owner_name }} in {{ $labels.namespace }} have been Pending for 15 minutes",
      runbook: "read the events of the pods: a node pool that is full, a quota, or an image that cannot be pulled",
    },
  ];
}

function jobAlerts(): Alert[] {
  return [
    {
      name: "RayJobFailed",
      expression: 'max by (exported_namespace, name) (kuberay_job_deployment_status{deployment_status=~"Failed|ValidationFailed"}) == 1',
      lasting: Duration.minutes(1),
      severity: "warning",
      summary: "Ray job {{ $labels.name }} in {{ $labels.exported_namespace }} failed",
      runbook: "read .status.reason and .status.message of the RayJob, and the log of its submitter pod",
    },
    {
      name: "RayServiceNotReady",
      expression: 'max by (exported_namespace, name) (kuberay_service_condition_ready{condition="false"}) == 1',
      lasting: Duration.minutes(15),
      severity: "critical",
      summary: "Ray service {{ $labels.name }} in {{ $labels.exported_namespace }} answers no requests",
      runbook: "read the conditions of the RayService and the states of its applications in .status.activeServiceStatus",
    },
  ];
}
