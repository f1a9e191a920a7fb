/** Alerts of Flink: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const JOB = 'namespace="flink", app="main", job_name="clicks"';

/** Every alert with series that raise it and series that do not. */
export const flinkAlertCases: readonly AlertCase[] = [
  {
    alert: "FlinkJobManagerDown",
    series: { 'up{namespace="flink", app="main", component="jobmanager"}': "1 1 0x20" },
    at: "5m",
    raised: true,
  },
  // A pod that waits for a node is no target.
  {
    alert: "FlinkJobManagerDown",
    series: {
      'up{namespace="flink", app="main", component="jobmanager", pod="a"}': "1x5 _x40",
      'kube_deployment_spec_replicas{namespace="flink", deployment="main"}': "1x60",
    },
    at: "20m",
    raised: true,
  },
  // A cluster that was taken away is not down.
  {
    alert: "FlinkJobManagerDown",
    series: {
      'up{namespace="flink", app="main", component="jobmanager", pod="a"}': "1x5 _x40",
      'kube_deployment_spec_replicas{namespace="flink", deployment="other"}': "1x60",
    },
    at: "20m",
    raised: false,
  },
  // One of two stand-bys is enough.
  {
    alert: "FlinkJobManagerDown",
    series: {
      'up{namespace="flink", app="main", component="jobmanager", pod="a"}': "0x20",
      'up{namespace="flink", app="main", component="jobmanager", pod="b"}': "1x20",
    },
    at: "10m",
    raised: false,
  },
  {
    alert: "FlinkNoTaskManagers",
    series: { [`flink_jobmanager_numRegisteredTaskManagers{${JOB}}`]: "0x20", [`flink_jobmanager_numRunningJobs{${JOB}}`]: "1x20" },
    at: "6m",
    raised: true,
  },
  // A session cluster without jobs has every right to be without TaskManagers.
  {
    alert: "FlinkNoTaskManagers",
    series: { [`flink_jobmanager_numRegisteredTaskManagers{${JOB}}`]: "0x20", [`flink_jobmanager_numRunningJobs{${JOB}}`]: "0x20" },
    at: "10m",
    raised: false,
  },
  {
    alert: "FlinkHeapNearlyFull",
    series: {
      [`flink_taskmanager_Status_JVM_Memory_Heap_Used{${JOB}}`]: "96x20",
      [`flink_taskmanager_Status_JVM_Memory_Heap_Max{${JOB}}`]: "100x20",
    },
    at: "11m",
    raised: true,
  },
  {
    alert: "FlinkHeapNearlyFull",
    series: {
      [`flink_taskmanager_Status_JVM_Memory_Heap_Used{${JOB}}`]: "95x20",
      [`flink_taskmanager_Status_JVM_Memory_Heap_Max{${JOB}}`]: "100x20",
    },
    at: "15m",
    raised: false,
  },
  { alert: "FlinkJobRestarting", series: { [`flink_jobmanager_job_numRestarts{${JOB}}`]: "0 1 2 3 4x20" }, at: "10m", raised: true },
  { alert: "FlinkJobRestarting", series: { [`flink_jobmanager_job_numRestarts{${JOB}}`]: "0 1 2x30" }, at: "10m", raised: false },
  // Restarts of last week are nobody's business today.
  { alert: "FlinkJobRestarting", series: { [`flink_jobmanager_job_numRestarts{${JOB}}`]: "40x60" }, at: "30m", raised: false },
  {
    alert: "FlinkCheckpointsFailing",
    series: { [`flink_jobmanager_job_numberOfFailedCheckpoints{${JOB}}`]: "0 1 2 3 4x20" },
    at: "10m",
    raised: true,
  },
  {
    alert: "FlinkCheckpointsFailing",
    series: { [`flink_jobmanager_job_numberOfFailedCheckpoints{${JOB}}`]: "0 1 2x30" },
    at: "10m",
    raised: false,
  },
  {
    alert: "FlinkBackPressure",
    series: { [`flink_taskmanager_job_task_backPressuredTimeMsPerSecond{${JOB}, task_name="map"}`]: "501x30" },
    at: "16m",
    raised: true,
  },
  {
    alert: "FlinkBackPressure",
    series: { [`flink_taskmanager_job_task_backPressuredTimeMsPerSecond{${JOB}, task_name="map"}`]: "500x30" },
    at: "20m",
    raised: false,
  },
];
