/** Dashboard of Ray clusters. Source of the metrics: Ray documentation, "System metrics". */

import type { DashboardContent, Panel } from "#lib/kube/monitoring";

const CLUSTER = 'ray_io_cluster=~"$cluster"';

/** Nodes, work and objects of each cluster. */
export function rayDashboard(): DashboardContent {
  return {
    uid: "beamstack-ray",
    title: "Ray",
    variables: [{ name: "cluster", metric: "ray_node_cpu_utilization", label: "ray_io_cluster" }],
    rows: [
      { title: "Nodes", panels: [nodes, cpu, memory, accelerators] },
      { title: "Work", panels: [tasks, actors, jobs] },
      { title: "Objects", panels: [objects] },
    ],
  };
}

const nodes: Panel = {
  title: "Nodes",
  type: "series",
  unit: "short",
  description: "Head and workers that answer.",
  queries: { "{{ray_io_cluster}} {{ray_io_group}}": `sum by (ray_io_cluster, ray_io_group) (up{${CLUSTER}})` },
};

const cpu: Panel = {
  title: "CPU",
  type: "series",
  unit: "percentunit",
  description: "Used cores of all that the nodes have.",
  queries: {
    "{{ray_io_cluster}} {{ray_io_group}}": `avg by (ray_io_cluster, ray_io_group) (ray_node_cpu_utilization{${CLUSTER}}) / 100`,
  },
};

const memory: Panel = {
  title: "Memory",
  type: "series",
  unit: "bytes",
  description: "Used memory, with the object store. Ray ends the newest tasks of a node at 95 %.",
  queries: { "{{ray_io_cluster}} {{ray_io_group}}": `sum by (ray_io_cluster, ray_io_group) (ray_node_mem_used{${CLUSTER}})` },
};

const accelerators: Panel = {
  title: "Accelerators",
  type: "series",
  unit: "percentunit",
  description: "Utilization of the accelerators of each group.",
  queries: {
    "{{ray_io_cluster}} {{ray_io_group}}": `avg by (ray_io_cluster, ray_io_group) (ray_node_gpus_utilization{${CLUSTER}}) / 100`,
  },
};

const tasks: Panel = {
  title: "Tasks",
  type: "series",
  unit: "short",
  description: "Tasks by state; many in PENDING_NODE_ASSIGNMENT wait for workers.",
  queries: { "{{ray_io_cluster}} {{State}}": `sum by (ray_io_cluster, State) (ray_tasks{${CLUSTER}})` },
};

const actors: Panel = {
  title: "Actors",
  type: "series",
  unit: "short",
  description: "Actors by state.",
  queries: { "{{ray_io_cluster}} {{State}}": `sum by (ray_io_cluster, State) (ray_actors{${CLUSTER}})` },
};

const jobs: Panel = {
  title: "Jobs",
  type: "series",
  unit: "short",
  description: "RayJobs by state.",
  queries: { "{{deployment_status}}": "sum by (deployment_status) (kuberay_job_deployment_status)" },
};

const objects: Panel = {
  title: "Object store",
  type: "series",
  unit: "bytes",
  description: "Objects in shared memory and on disk.",
  queries: { "{{ray_io_cluster}} {{Location}}": `sum by (ray_io_cluster, Location) (ray_object_store_memory{${CLUSTER}})` },
};
