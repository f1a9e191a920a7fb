/** Dashboards of Flink and of Beam on Flink, on the metrics of the Prometheus reporter. */

import type { DashboardContent, DashboardVariable, Panel } from "#lib/kube/monitoring";

const CLUSTER: DashboardVariable = { name: "cluster", metric: "flink_jobmanager_numRegisteredTaskManagers", label: "app" };
const JOB: DashboardVariable = { name: "job", metric: "flink_jobmanager_job_numRestarts", label: "job_name" };
const OF_CLUSTER = 'app=~"$cluster"';
const OF_JOB = `${OF_CLUSTER}, job_name=~"$job"`;

type PanelText = Pick<Panel, "title" | "unit" | "description">;

function series(text: PanelText, queries: Panel["queries"]): Panel {
  return { ...text, type: "series", queries };
}

function number(text: PanelText, query: string): Panel {
  return { ...text, type: "number", queries: { "{{app}}": query } };
}

/** Session clusters: slots, memory, checkpoints, back pressure. */
export const flinkDashboard: DashboardContent = {
  uid: "beamstack-flink",
  title: "Flink",
  variables: [CLUSTER, JOB],
  rows: [
    {
      title: "Clusters",
      panels: [
        number(
          { title: "TaskManagers", unit: "short", description: "Pods that are registered with the JobManager." },
          `max by (app) (flink_jobmanager_numRegisteredTaskManagers{${OF_CLUSTER}})`,
        ),
        number(
          { title: "Free slots", unit: "short", description: "Slots in which nothing runs." },
          `max by (app) (flink_jobmanager_taskSlotsAvailable{${OF_CLUSTER}})`,
        ),
        number(
          { title: "Running jobs", unit: "short", description: "Jobs that run now." },
          `max by (app) (flink_jobmanager_numRunningJobs{${OF_CLUSTER}})`,
        ),
        series(
          { title: "Heap in use", unit: "percentunit", description: "Share of each TaskManager's heap." },
          {
            "{{app}} {{pod}}": `flink_taskmanager_Status_JVM_Memory_Heap_Used{${OF_CLUSTER}} / flink_taskmanager_Status_JVM_Memory_Heap_Max{${OF_CLUSTER}}`,
          },
        ),
        series(
          { title: "CPU load", unit: "percentunit", description: "Recent CPU load of each TaskManager's JVM." },
          { "{{app}} {{pod}}": `flink_taskmanager_Status_JVM_CPU_Load{${OF_CLUSTER}}` },
        ),
      ],
    },
    {
      title: "Jobs",
      panels: [
        series(
          { title: "Restarts", unit: "short", description: "Restarts since the job was submitted." },
          { "{{job_name}}": `max by (app, job_name) (flink_jobmanager_job_numRestarts{${OF_JOB}})` },
        ),
        series(
          { title: "Checkpoints", unit: "short", description: "Checkpoints since the job was submitted, by how they ended." },
          {
            "{{job_name}} completed": `max by (app, job_name) (flink_jobmanager_job_numberOfCompletedCheckpoints{${OF_JOB}})`,
            "{{job_name}} failed": `max by (app, job_name) (flink_jobmanager_job_numberOfFailedCheckpoints{${OF_JOB}})`,
          },
        ),
        series(
          { title: "Checkpoint duration", unit: "ms", description: "How long the newest checkpoint took." },
          { "{{job_name}}": `max by (app, job_name) (flink_jobmanager_job_lastCheckpointDuration{${OF_JOB}})` },
        ),
        series(
          { title: "Checkpoint size", unit: "bytes", description: "How much the newest checkpoint wrote." },
          { "{{job_name}}": `max by (app, job_name) (flink_jobmanager_job_lastCheckpointSize{${OF_JOB}})` },
        ),
      ],
    },
  ],
};

/** Beam pipelines on Flink: throughput and back pressure of each step. */
export const beamOnFlinkDashboard: DashboardContent = {
  uid: "beamstack-beam-on-flink",
  title: "Beam on Flink",
  variables: [CLUSTER, JOB],
  rows: [
    {
      title: "Throughput",
      panels: [
        series(
          { title: "Records in", unit: "ops", description: "Records that each fused stage of the pipeline reads a second." },
          { "{{task_name}}": `sum by (job_name, task_name) (flink_taskmanager_job_task_numRecordsInPerSecond{${OF_JOB}})` },
        ),
        series(
          { title: "Records out", unit: "ops", description: "Records that each fused stage of the pipeline writes a second." },
          { "{{task_name}}": `sum by (job_name, task_name) (flink_taskmanager_job_task_numRecordsOutPerSecond{${OF_JOB}})` },
        ),
        series(
          { title: "Bytes in", unit: "Bps", description: "Bytes that each fused stage of the pipeline reads a second." },
          { "{{task_name}}": `sum by (job_name, task_name) (flink_taskmanager_job_task_numBytesInPerSecond{${OF_JOB}})` },
        ),
      ],
    },
    {
      title: "Where it waits",
      panels: [
        series(
          { title: "Busy", unit: "percentunit", description: "Share of its time that a stage works; user code in the worker pool counts." },
          { "{{task_name}}": `avg by (job_name, task_name) (flink_taskmanager_job_task_busyTimeMsPerSecond{${OF_JOB}}) / 1000` },
        ),
        series(
          { title: "Back-pressured", unit: "percentunit", description: "Share of its time that a stage waits for stages behind it." },
          { "{{task_name}}": `avg by (job_name, task_name) (flink_taskmanager_job_task_backPressuredTimeMsPerSecond{${OF_JOB}}) / 1000` },
        ),
        series(
          { title: "Idle", unit: "percentunit", description: "Share of its time that a stage waits for input." },
          { "{{task_name}}": `avg by (job_name, task_name) (flink_taskmanager_job_task_idleTimeMsPerSecond{${OF_JOB}}) / 1000` },
        ),
      ],
    },
    {
      title: "Event time",
      panels: [
        series(
          { title: "Watermark delay", unit: "ms", description: "How far the input watermark of a stage is behind the clock." },
          {
            "{{task_name}}": `max by (job_name, task_name) (time() * 1000 - (flink_taskmanager_job_task_currentInputWatermark{${OF_JOB}} > 0))`,
          },
        ),
      ],
    },
  ],
};
