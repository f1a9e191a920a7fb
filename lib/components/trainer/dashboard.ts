/** Dashboard of training. */

import type { DashboardContent } from "#lib/kube/monitoring";

const PODS = ".+-(node|launcher)-0-[0-9]+-[a-z0-9]{5}";

/** Training pods, their GPUs, and the operator. */
export function trainerDashboard(): DashboardContent {
  return {
    uid: "beamstack-trainer",
    title: "Training",
    variables: [],
    rows: [
      {
        title: "Jobs",
        panels: [
          {
            title: "Pods",
            type: "series",
            unit: "short",
            description: "Pods of training jobs, by phase.",
            queries: { "{{phase}}": `sum by (phase) (kube_pod_status_phase{pod=~"${PODS}"})` },
          },
          {
            title: "GPU utilization",
            type: "series",
            unit: "percentunit",
            description: "Use of the GPUs of each training pod.",
            queries: {
              "{{exported_namespace}}/{{exported_pod}}": `avg by (exported_namespace, exported_pod) (DCGM_FI_DEV_GPU_UTIL{exported_pod=~"${PODS}"}) / 100`,
            },
          },
          {
            title: "GPU memory",
            type: "series",
            unit: "bytes",
            description: "Memory that each training pod uses on its GPUs.",
            queries: {
              "{{exported_namespace}}/{{exported_pod}}": `sum by (exported_namespace, exported_pod) (DCGM_FI_DEV_FB_USED{exported_pod=~"${PODS}"}) * 1024 * 1024`,
            },
          },
        ],
      },
      {
        title: "Checkpoints",
        panels: [
          {
            title: "Age of the last checkpoint",
            type: "series",
            unit: "s",
            description: "Training that the next failed node would lose, for programs that expose train_checkpoint_timestamp_seconds.",
            queries: {
              "{{namespace}}/{{beamstack_iac_train_job}}":
                "time() - max by (namespace, beamstack_iac_train_job) (train_checkpoint_timestamp_seconds)",
            },
          },
        ],
      },
      {
        title: "Operator",
        panels: [
          {
            title: "Errors",
            type: "series",
            unit: "short",
            description: "Reconciles that failed, in an hour.",
            queries: {
              "{{controller}}":
                'sum by (controller) (increase(controller_runtime_reconcile_errors_total{controller="trainjob_controller"}[1h]))',
            },
          },
        ],
      },
    ],
  };
}
