/** The environment that runs on this machine only: embedded control plane, simulated nodes and operators. */

import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";

/** Apache's image has no file system for S3. */
const SPARK_WITH_S3 = "registry.example.com/team/spark:4.0.4";

export default defineEnvironment({
  name: "local",
  cluster: { type: "embedded" },
  nodePools: {
    cpu: { type: "static", nodes: 3, node: { cpu: 16, memory: Size.gibibytes(64) } },
    gpu: { type: "static", nodes: 1, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 8 } } },
    shared: {
      type: "static",
      nodes: 1,
      node: {
        cpu: 16,
        memory: Size.gibibytes(64),
        accelerators: { type: "nvidia-l4", count: 1, sharing: { type: "time-slicing", replicas: 4 } },
      },
    },
  },
  gpus: {},
  certManager: {},
  jobset: {},
  leaderWorkerSet: {},
  kueue: {
    operator: { statefulSets: true },
    cohorts: { teams: {} },
    queues: {
      research: {
        cohort: "teams",
        quotas: [
          { pool: "cpu", cpu: 16, memory: Size.gibibytes(64) },
          { pool: "gpu", accelerators: 2 },
          { pool: "shared", accelerators: 4 },
        ],
      },
    },
  },
  seaweedfs: { clusters: { objects: { volume: { storage: Size.gibibytes(10) }, pool: "cpu" } } },
  buckets: {
    state: { type: "in-cluster", store: "objects" },
    backups: { type: "in-cluster", store: "objects" },
    models: { type: "in-cluster", store: "objects" },
    events: { type: "in-cluster", store: "objects" },
    features: { type: "in-cluster", store: "objects" },
  },
  modelStorage: { models: { bucket: "models" } },
  pretrainedModels: {
    acceptedLicences: ["mit"],
    models: {
      "bge-small": {
        source: { type: "hugging-face", repository: "BAAI/bge-small-en-v1.5", revision: "5c38ec7c405ec4b44b94cc5a9bb96e735b38267a" },
        files: {
          "model.safetensors": "sha256:3c9f31665447c8911517620762200d2245a2518d6e7208acc78cd9db317e21ad",
          "tokenizer.json": "sha256:d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
          "config.json": "sha256:094f8e891b932f2000c92cfc663bac4c62069f5d8af5b5278c4306aef3084750",
        },
        size: Size.mebibytes(130),
        licence: "mit",
        place: { type: "volume", accessMode: "ReadWriteOnce" },
        facts: { parameters: 33_360_000, precision: "float32", contextLength: 512, embeddingDimensions: 384 },
        pool: "cpu",
      },
    },
  },
  workspaces: {
    alice: {
      editor: { type: "jupyterlab", framework: "pytorch-cuda" },
      token: secretRef("workspace", "token"),
      members: { users: ["alice"] },
      accelerators: 1,
      pool: "shared",
      queue: "research",
      models: ["bge-small"],
      modelRegistry: "registry",
      outsidePorts: [443],
    },
  },
  cloudnativePg: { clusters: { main: { storage: Size.gibibytes(10), pool: "cpu", backup: { bucket: "backups" } } } },
  databases: {
    documents: { type: "in-cluster", server: "main", extensions: ["vector"] },
    runs: { type: "in-cluster", server: "main" },
    features: { type: "in-cluster", server: "main" },
    trials: { type: "in-cluster", server: "main" },
    "model-metadata": { type: "in-cluster", server: "main" },
  },
  // In the namespace of its database, where the operator writes the password.
  mlflow: {
    servers: { registry: { namespace: "databases", database: "runs", artifacts: "models", authentication: { type: "none" }, pool: "cpu" } },
  },
  feast: {
    stores: {
      people: {
        namespace: "databases",
        registry: { type: "database", database: "features" },
        online: { type: "database", database: "features" },
        offline: { type: "bucket", bucket: "features" },
        repository: { type: "files", files: ["features/people.py"] },
        materialize: {},
        pool: "cpu",
      },
    },
  },
  kubeflowModelRegistry: {
    servers: { models: { namespace: "databases", database: "model-metadata", ui: { groups: ["ml"] }, pool: "cpu" } },
  },
  flink: {
    clusters: {
      main: {
        storage: { type: "bucket", bucket: "state", path: "flink" },
        checkpoints: {},
        jobManager: { pool: "cpu" },
        taskManager: { pool: "cpu", slots: 2 },
        worker: { featureStore: "people" },
      },
      embeddings: { taskManager: { pool: "gpu", slots: 2 }, worker: { gpus: 1 } },
    },
    applications: {
      // An example of the official image.
      states: {
        jar: "local:///opt/flink/examples/streaming/StateMachineExample.jar",
        upgrade: "savepoint",
        storage: { type: "bucket", bucket: "state", path: "flink" },
        checkpoints: {},
        snapshots: { every: Duration.hours(6), once: { first: {} } },
        jobManager: { pool: "cpu" },
        taskManager: { pool: "cpu" },
      },
      "states-twice": {
        jar: "local:///opt/flink/examples/streaming/StateMachineExample.jar",
        rollout: { type: "blue-green" },
        jobManager: { pool: "cpu" },
        taskManager: { pool: "cpu" },
      },
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
    connect: { sessions: { server: { pool: "cpu" }, executor: { pool: "cpu" }, image: SPARK_WITH_S3, eventLogs: "events" } },
    history: { main: { image: SPARK_WITH_S3, bucket: "events", memory: Size.gibibytes(1), scratch: Size.gibibytes(2), pool: "cpu" } },
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
        modelRegistry: "registry",
        featureStore: "people",
        buckets: ["features"],
        head: { cpu: 1, memory: Size.gibibytes(4), pool: "cpu" },
        workers: { cpu: { cpu: 1, memory: Size.gibibytes(4), pool: "cpu" } },
      },
    },
  },
  dask: {
    clusters: { main: { scheduler: { pool: "cpu" }, workers: { replicas: 2, pool: "cpu" }, autoscaling: { max: 4 }, buckets: ["state"] } },
    jobs: {
      sum: {
        command: ["python", "-c", "from dask.distributed import Client; print(Client().submit(sum, [1, 2]).result())"],
        scheduler: { memory: Size.gibibytes(1), pool: "cpu" },
        workers: { pool: "cpu" },
        runner: { memory: Size.gibibytes(1), pool: "cpu" },
      },
      // Writes what Feast reads: features/people.py.
      people: {
        command: [
          "python",
          "-c",
          "import dask.datasets; dask.datasets.timeseries().rename(columns={'id': 'person_id'}).reset_index().to_parquet('s3://features/people')",
        ],
        buckets: ["features"],
        scheduler: { memory: Size.gibibytes(1), pool: "cpu" },
        workers: { pool: "cpu" },
        runner: { memory: Size.gibibytes(1), pool: "cpu" },
      },
    },
  },
  katib: {
    operator: { database: "trials", databaseNamespace: "databases" },
    experiments: {
      classifier: {
        objective: { type: "maximize", metric: "accuracy", goal: 0.99 },
        algorithm: { type: "bayesianoptimization", randomState: 1 },
        parameters: {
          lr: { type: "double", min: 0.0001, max: 0.1, distribution: "logUniform" },
          layers: { type: "int", min: 1, max: 4 },
        },
        parallelTrials: 2,
        trial: {
          program: ["python", "/app/train.py"],
          image: "registry.example.com/ml/classifier:1.0.0",
          memory: Size.gibibytes(2),
          pool: "cpu",
          modelRegistry: "registry",
        },
        best: { registry: "registry" },
        queue: "research",
      },
      // Each trial is a TrainJob.
      distributed: {
        objective: { type: "maximize", metric: "accuracy" },
        algorithm: { type: "random" },
        parameters: { batch: { type: "categorical", values: ["32", "64", "128"] } },
        parallelTrials: 2,
        job: "classifier",
        queue: "research",
      },
    },
  },
  trainer: {
    trials: {
      classifier: {
        framework: { type: "pytorch", program: ["/app/train.py"] },
        image: "registry.example.com/ml/classifier:1.0.0",
        nodes: 2,
        cpu: 0.5,
        memory: Size.gibibytes(2),
        pool: "cpu",
      },
    },
    jobs: {
      classifier: {
        framework: { type: "pytorch", program: ["/app/train.py"] },
        image: "registry.example.com/ml/classifier:1.0.0",
        nodes: 2,
        cpu: 1,
        memory: Size.gibibytes(2),
        pool: "cpu",
        queue: "research",
        checkpoints: { storage: "models" },
        output: { storage: "models" },
        modelRegistry: "registry",
        register: { registry: "registry", model: "classifier" },
      },
    },
  },
  kserve: {
    services: {
      classifier: {
        runtime: { type: "mlserver", format: "mlflow" },
        model: { type: "registry", registry: "registry", name: "classifier", version: "1" },
        pool: "cpu",
      },
      pages: { runtime: { type: "sklearn" }, model: { type: "storage", storage: "models", path: "pages/1" }, pool: "cpu" },
    },
    graphs: {
      both: {
        nodes: {
          root: {
            type: "ensemble",
            steps: { classifier: { to: { type: "service", service: "classifier" } }, pages: { to: { type: "service", service: "pages" } } },
          },
        },
        pool: "cpu",
      },
    },
  },
  // In the namespace of its clients, where Strimzi writes their passwords.
  kafka: { clusters: { streams: { namespace: "flink", nodePools: { nodes: { storage: Size.gibibytes(10), pool: "cpu" } } } } },
  topics: {
    visits: {
      type: "in-cluster",
      cluster: "streams",
      partitions: 6,
      clients: { site: { namespace: "flink", labels: { app: "site" }, access: "write" } },
    },
    pages: { type: "in-cluster", cluster: "streams" },
  },
  elasticsearch: {
    clusters: { "demo-01": { nodeSets: { all: { count: 1, storage: Size.gibibytes(10), pool: "cpu" } } } },
  },
  qdrant: { clusters: { vectors: { storage: Size.gibibytes(10), pool: "cpu" } } },
  milvus: { clusters: { deep: { bucket: "models", pool: "cpu" } } },
  pgvector: { stores: { articles: { database: "documents" } } },
  vectorIndexes: {
    pictures: { store: "deep", dimensions: 512 },
    faq: { store: "articles", dimensions: 384, model: "all-MiniLM-L6-v2" },
    documents: { store: "vectors", dimensions: 384, model: "all-MiniLM-L6-v2" },
    // The file of the pipeline demo embeds with this model.
    beamstack: { store: "demo-01", dimensions: 1536, model: "text-embedding-ada-002", vectorField: "documentation_vector" },
  },
  monitoring: {},
  keda: {
    scalers: {
      registry: {
        namespace: "databases",
        target: { name: "registry" },
        replicas: { max: 3 },
        triggers: [
          { type: "prometheus", query: 'sum(rate(mlflow_http_request_duration_seconds_count{namespace="databases"}[2m]))', threshold: 20 },
        ],
      },
    },
  },
  feedback: {
    image: "registry.example.com/team/feedback:0.1.0",
    loops: {
      people: {
        registry: "registry",
        model: "people",
        data: { bucket: "features", reference: "people/reference.parquet", current: "people/today" },
        rules: [
          { type: "drift" },
          { type: "missing", share: 0.2 },
          {
            type: "query",
            name: "restarts",
            query: 'increase(kube_pod_container_status_restarts_total{namespace="serving"}[10m]) > 2',
            summary: "pod {{ $labels.pod }} of the endpoint restarts again and again",
            starts: "rollback",
          },
        ],
        retrain: {
          image: "registry.example.com/team/people:1.0.0",
          memory: Size.gibibytes(4),
          queue: "research",
          pool: "cpu",
        },
        gate: { metric: "test_auc" },
        pool: "cpu",
      },
    },
  },
  sealedSecrets: { files: ["secrets/sign-in.yaml"] },
  oauth2Proxy: {
    providers: {
      people: {
        issuer: "https://id.example.com",
        clientId: "beamstack-local",
        clientSecret: secretRef("sign-in", "client-secret"),
        cookieSecret: secretRef("sign-in", "cookie-secret"),
        emailDomains: ["example.com"],
      },
    },
  },
  gateway: {
    through: { type: "gateway-class", class: "local", issuer: { name: "beamstack-selfsigned" }, source: { type: "anywhere" } },
    routes: {
      models: { host: "models.beamstack.local", to: "kubeflowModelRegistry.servers.models", signIn: "people" },
      alice: { host: "alice.beamstack.local", to: "workspaces.alice" },
      flink: { host: "flink.beamstack.local", to: "flink.clusters.main", signIn: "people" },
    },
  },
  beamRunners: { inline: { type: "direct", cpu: 0.25, memory: Size.mebibytes(512) } },
  pipelines: {
    tutorial: { file: "pipelines/upstream-tutorial.yaml", runner: "main" },
    squares: { file: "pipelines/upstream-tutorial.yaml", runner: "inline" },
    visits: {
      file: "pipelines/visits.yaml",
      runner: "main",
      topics: { sources: { ReadVisits: "visits" }, sinks: { WritePages: "pages" } },
      featureStore: "people",
    },
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
