/** Alerts of Ray: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const OPERATOR = 'up{app_kubernetes_io_name="kuberay-operator", pod="a"}';
const HEAD = 'up{namespace="ray", ray_io_cluster="main", ray_io_node_type="head"}';
const KNOWN = 'kuberay_cluster_info{exported_namespace="ray", name="main", namespace="ray-system"}';
const provisioned = (condition: boolean) =>
  `kuberay_cluster_condition_provisioned{exported_namespace="ray", name="main", condition="${condition}"}`;
const PENDING = 'kube_pod_status_phase{namespace="ray", pod="main-gpu-worker-1", phase="Pending"}';
const OWNER = 'kube_pod_owner{namespace="ray", pod="main-gpu-worker-1", owner_kind="RayCluster", owner_name="main"}';
const job = (status: string) => `kuberay_job_deployment_status{exported_namespace="ray", name="train", deployment_status="${status}"}`;
const service = (ready: boolean) => `kuberay_service_condition_ready{exported_namespace="ray", name="chat", condition="${ready}"}`;

/** Every alert with series that raise it and series that do not. */
export const rayAlertCases: readonly AlertCase[] = [
  { alert: "RayOperatorDown", series: { [OPERATOR]: "1 0x20" }, at: "10m", raised: true },
  { alert: "RayOperatorDown", series: { [OPERATOR]: "1x5 _x40" }, at: "20m", raised: true },
  { alert: "RayOperatorDown", series: { [OPERATOR]: "1x20", [OPERATOR.replace('"a"', '"b"')]: "0x20" }, at: "15m", raised: false },
  { alert: "RayHeadDown", series: { [HEAD]: "1 0x20", [KNOWN]: "1x20" }, at: "10m", raised: true },
  { alert: "RayHeadDown", series: { [HEAD]: "1x5 _x30", [KNOWN]: "1x40" }, at: "20m", raised: true },
  // The cluster of a job is deleted after its end.
  { alert: "RayHeadDown", series: { [HEAD]: "1x5 _x30", [KNOWN]: "1x5 _x30" }, at: "20m", raised: false },
  { alert: "RayHeadDown", series: { [HEAD]: "1x20", [KNOWN]: "1x20" }, at: "15m", raised: false },
  { alert: "RayClusterNotProvisioned", series: { [provisioned(false)]: "1x60" }, at: "40m", raised: true },
  {
    alert: "RayClusterNotProvisioned",
    series: { [provisioned(false)]: "1x20 _x40", [provisioned(true)]: "_x20 1x40" },
    at: "40m",
    raised: false,
  },
  { alert: "RayWorkersPending", series: { [PENDING]: "1x30", [OWNER]: "1x30" }, at: "20m", raised: true },
  { alert: "RayWorkersPending", series: { [PENDING]: "1x10 0x20", [OWNER]: "1x30" }, at: "20m", raised: false },
  // Pods of others.
  {
    alert: "RayWorkersPending",
    series: { [PENDING]: "1x30", [OWNER.replace("RayCluster", "ReplicaSet")]: "1x30" },
    at: "20m",
    raised: false,
  },
  { alert: "RayJobFailed", series: { [job("Failed")]: "1x10" }, at: "5m", raised: true },
  { alert: "RayJobFailed", series: { [job("ValidationFailed")]: "1x10" }, at: "5m", raised: true },
  { alert: "RayJobFailed", series: { [job("Complete")]: "1x10" }, at: "5m", raised: false },
  { alert: "RayServiceNotReady", series: { [service(false)]: "1x30" }, at: "20m", raised: true },
  { alert: "RayServiceNotReady", series: { [service(false)]: "1x5 _x30", [service(true)]: "_x5 1x30" }, at: "20m", raised: false },
];
