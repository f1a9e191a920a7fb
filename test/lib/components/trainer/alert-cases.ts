/** Alerts of Trainer: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const UP = 'up{app_kubernetes_io_name="kubeflow-trainer", pod="a"}';
const ERRORS = 'controller_runtime_reconcile_errors_total{controller="trainjob_controller"}';
const pending = (pod: string) => `kube_pod_status_phase{phase="Pending", namespace="training", pod="${pod}"}`;
const use = (pod: string) => `DCGM_FI_DEV_GPU_UTIL{exported_namespace="training", exported_pod="${pod}", gpu="0"}`;
const NODE = "bert-0a1b2c3d-node-0-1-x2x4z";

const SAVED = `train_checkpoint_timestamp_seconds{namespace="training", beamstack_iac_train_job="bert", pod="${NODE}"}`;

/** Every alert with series that raise it and series that do not. */
export const trainerAlertCases: readonly AlertCase[] = [
  { alert: "TrainerDown", series: { [UP]: "1 0x20" }, at: "10m", raised: true },
  { alert: "TrainerDown", series: { [UP]: "1x5 _x40" }, at: "20m", raised: true },
  // One of two stand-bys is enough.
  { alert: "TrainerDown", series: { [UP]: "1x20", [UP.replace('"a"', '"b"')]: "0x20" }, at: "15m", raised: false },
  { alert: "TrainerCannotStartJobs", series: { [ERRORS]: "0+1x60" }, at: "30m", raised: true },
  // Conflicts come and go.
  { alert: "TrainerCannotStartJobs", series: { [ERRORS]: "0 1 2x60" }, at: "30m", raised: false },
  { alert: "TrainerPodsPending", series: { [pending(NODE)]: "1x60" }, at: "40m", raised: true },
  { alert: "TrainerPodsPending", series: { [pending(NODE)]: "1x10 0x60" }, at: "40m", raised: false },
  // Pods of others.
  { alert: "TrainerPodsPending", series: { [pending("web-6d4cf56db6-abcde")]: "1x60" }, at: "40m", raised: false },
  { alert: "TrainerGpusIdle", series: { [use(NODE)]: "80x5 0x90" }, at: "80m", raised: true },
  { alert: "TrainerGpusIdle", series: { [use(NODE)]: "0 0 0 0 80x90" }, at: "80m", raised: false },
  { alert: "TrainerCheckpointOld", series: { [SAVED]: "600x200" }, at: "150m", raised: true },
  // A checkpoint each hour; one node is enough.
  {
    alert: "TrainerCheckpointOld",
    series: { [SAVED]: "0x59 3600x59 7200x59", [SAVED.replace("0-1", "0-0")]: "0x200" },
    at: "170m",
    raised: false,
  },
];
