/** The environment that runs on this machine only: embedded control plane, simulated nodes and operators. */

import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";

export default defineEnvironment({
  name: "local",
  cluster: { type: "embedded" },
  nodePools: {
    cpu: { type: "static", nodes: 3, node: { cpu: 16, memory: Size.gibibytes(64) } },
    gpu: { type: "static", nodes: 1, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 8 } } },
  },
  certManager: {},
  kueue: {
    cohorts: { teams: {} },
    queues: {
      research: {
        cohort: "teams",
        quotas: [
          { pool: "cpu", cpu: 16, memory: Size.gibibytes(64) },
          { pool: "gpu", accelerators: 2 },
        ],
      },
    },
  },
  seaweedfs: { clusters: { objects: { volume: { storage: Size.gibibytes(10) }, pool: "cpu" } } },
  buckets: { state: { type: "in-cluster", store: "objects" }, backups: { type: "in-cluster", store: "objects" } },
  cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10), pool: "cpu", backup: { bucket: "backups" } } } },
  databases: { documents: { type: "in-cluster", server: "main", extensions: ["vector"] } },
  flink: {
    clusters: {
      main: {
        storage: { type: "bucket", bucket: "state", path: "flink" },
        checkpoints: {},
        jobManager: { pool: "cpu" },
        taskManager: { pool: "cpu", slots: 2 },
      },
      embeddings: { taskManager: { pool: "gpu", slots: 2 }, worker: { gpus: 1 } },
    },
  },
  spark: {
    applications: {
      pi: {
        main: { type: "python", file: "local:///opt/spark/examples/src/main/python/pi.py" },
        driver: { pool: "cpu" },
        executor: { instances: 2, pool: "cpu" },
        queue: "research",
      },
    },
    connect: { sessions: { server: { pool: "cpu" }, executor: { pool: "cpu" } } },
  },
  ray: {
    clusters: {
      main: {
        autoscaling: {},
        head: { pool: "cpu" },
        workers: { cpu: { replicas: 1, maxReplicas: 2, pool: "cpu" } },
      },
    },
    jobs: {
      resources: {
        entrypoint: "python -c 'import ray; ray.init(); print(ray.cluster_resources())'",
        queue: "research",
        head: { cpu: 1, memory: Size.gibibytes(4), pool: "cpu" },
        workers: { cpu: { cpu: 1, memory: Size.gibibytes(4), pool: "cpu" } },
      },
    },
  },
  elasticsearch: {
    clusters: { "demo-01": { nodeSets: { all: { count: 1, storage: Size.gibibytes(10), pool: "cpu" } } } },
  },
  monitoring: {},
  pipelines: {
    tutorial: { file: "pipelines/upstream-tutorial.yaml", runner: "main" },
    demo: {
      file: "pipelines/upstream-demo.yaml",
      runner: "main",
      stores: ["demo-01"],
      // The file names a cluster in namespace default.
      bindings: {
        "WriteToElasticsearchVectorStore.es_url": { type: "value", value: "https://demo-01-es-http.elasticsearch.svc:9200" },
      },
    },
  },
});
