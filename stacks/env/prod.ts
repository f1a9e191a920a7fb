/** Production on EKS: standby replicas, state in object storage, GPU nodes that Karpenter provisions on demand. */

import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";

/** EKS has no default storage class: the EBS CSI driver and a class of this name must exist. */
const STORAGE_CLASS = "gp3";

/** A value of AWS Secrets Manager. */
const stored = (entry: string, property = "password") =>
  ({ type: "stored-secret", store: "aws", key: `beamstack-prod/${entry}`, property }) as const;

export default defineEnvironment({
  name: "prod",
  cluster: { type: "context", context: "beamstack-prod" },
  production: true,
  nodePools: {
    cpu: { type: "karpenter-aws", instanceTypes: ["m7i.2xlarge", "m7i.4xlarge"], limits: { cpu: 512, memory: Size.tebibytes(2) } },
    gpu: {
      type: "karpenter-aws",
      instanceTypes: ["g6.4xlarge", "g6.12xlarge"],
      limits: { cpu: 192, memory: Size.gibibytes(768), accelerators: 16 },
    },
  },
  karpenter: {
    clusterName: "beamstack-prod",
    nodes: { image: "bottlerocket@v1.63.0", identity: { type: "role", role: "beamstack-prod-node" } },
    interruptionQueue: "beamstack-prod-interruptions",
  },
  gpus: { software: { owner: "image", image: "bottlerocket" } },
  certManager: { replicas: 3 },
  jobset: { operator: { replicas: 2 } },
  leaderWorkerSet: { operator: { replicas: 2 } },
  kueue: {
    operator: { replicas: 2, fairSharing: true, statefulSets: true },
    cohorts: { teams: {} },
    queues: {
      research: {
        cohort: "teams",
        quotas: [
          { pool: "gpu", cpu: 48, memory: Size.gibibytes(192), accelerators: 4 },
          { pool: "cpu", cpu: 64, memory: Size.gibibytes(256) },
        ],
        preemption: { withinQueue: "lower-priority", reclaim: "any" },
      },
      production: {
        cohort: "teams",
        weight: 2,
        quotas: [
          { pool: "gpu", cpu: 96, memory: Size.gibibytes(384), accelerators: 8 },
          { pool: "cpu", cpu: 128, memory: Size.gibibytes(512) },
        ],
        preemption: { withinQueue: "lower-priority", reclaim: "any" },
      },
    },
  },
  buckets: {
    state: { type: "s3", bucket: "beamstack-prod-state", region: "eu-central-1" },
    savepoints: { type: "s3", bucket: "beamstack-prod-savepoints", region: "eu-central-1" },
    code: { type: "s3", bucket: "beamstack-prod-code", region: "eu-central-1" },
    backups: { type: "s3", bucket: "beamstack-prod-backups", region: "eu-central-1" },
    "spark-events": {
      type: "s3",
      bucket: "beamstack-prod-spark-events",
      region: "eu-central-1",
      role: "arn:aws:iam::111122223333:role/beamstack-prod-spark",
    },
    features: { type: "s3", bucket: "beamstack-prod-features", region: "eu-central-1" },
    models: { type: "s3", bucket: "beamstack-prod-models", region: "eu-central-1" },
    vectors: { type: "s3", bucket: "beamstack-prod-vectors", region: "eu-central-1" },
  },
  modelStorage: { models: { bucket: "models" } },
  pretrainedModels: {
    acceptedLicences: ["apache-2.0", "mit"],
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
        place: { type: "bucket", storage: "models" },
        facts: { parameters: 33_360_000, precision: "float32", contextLength: 512, embeddingDimensions: 384 },
        pool: "cpu",
      },
    },
  },
  workspaces: {
    research: {
      namespace: "research-workspace",
      editor: { type: "jupyterlab", framework: "pytorch-cuda" },
      token: stored("workspaces", "research"),
      members: { groups: ["research"] },
      cpu: 8,
      memory: Size.gibibytes(32),
      home: { size: Size.gibibytes(200), storageClass: STORAGE_CLASS },
      accelerators: 1,
      pool: "gpu",
      queue: "research",
      models: ["bge-small"],
      outsidePorts: [443],
    },
  },
  cloudnativePg: {
    operator: { replicas: 2 },
    clusters: {
      main: {
        instances: 3,
        synchronousStandbys: 1,
        storage: Size.gibibytes(100),
        storageClass: STORAGE_CLASS,
        cpu: 2,
        memory: Size.gibibytes(8),
        pool: "cpu",
        backup: { bucket: "backups" },
      },
    },
  },
  sops: { files: ["secrets/ray-redis.yaml"] },
  externalSecrets: {
    operator: { replicas: 2 },
    stores: { aws: { type: "aws", region: "eu-central-1", role: "arn:aws:iam::111122223333:role/beamstack-prod-secrets" } },
  },
  databases: {
    documents: { type: "in-cluster", server: "main", owner: { type: "store", password: stored("documents") }, extensions: ["vector"] },
    features: { type: "in-cluster", server: "main", owner: { type: "store", password: stored("features") } },
    trials: { type: "in-cluster", server: "main", owner: { type: "store", password: stored("trials") } },
    runs: { type: "in-cluster", server: "main", owner: { type: "store", password: stored("runs") } },
    "runs-users": { type: "in-cluster", server: "main", owner: { type: "store", password: stored("runs-users") } },
    "model-metadata": { type: "in-cluster", server: "main", owner: { type: "store", password: stored("model-metadata") } },
  },
  mlflow: {
    servers: {
      runs: {
        database: "runs",
        artifacts: "models",
        authentication: {
          type: "basic",
          database: "runs-users",
          adminPassword: stored("mlflow", "admin-password"),
          sessionKey: stored("mlflow", "session-key"),
        },
        replicas: 2,
        allowedHosts: ["runs.example.com"],
        pool: "cpu",
      },
    },
  },
  feast: {
    operator: { replicas: 2 },
    stores: {
      people: {
        registry: { type: "database", database: "features" },
        online: {
          type: "redis",
          address: "rediss://beamstack-prod-features.cache.example.com:6379",
          cluster: true,
          password: stored("redis-features"),
        },
        offline: { type: "bucket", bucket: "features" },
        repository: {
          type: "git",
          url: "https://git.example.com/team/features.git",
          commit: "9f2c8e1d7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d",
          login: { user: "beamstack", password: stored("git", "token") },
        },
        materialize: { schedule: "0 4 * * *", timeZone: "Europe/Berlin", overdue: Duration.days(2) },
        replicas: 2,
        workers: 2,
        pool: "cpu",
      },
    },
  },
  katib: {
    operator: { replicas: 2, database: "trials" },
    experiments: {
      ranking: {
        objective: { type: "maximize", metric: "ndcg" },
        algorithm: { type: "tpe" },
        parameters: {
          lr: { type: "double", min: 0.00001, max: 0.01, distribution: "logUniform" },
          batch: { type: "discrete", values: [128, 256, 512] },
        },
        medianStop: {},
        parallelTrials: 2,
        maxTrials: 40,
        trial: {
          program: ["python", "/app/tune.py"],
          image: "registry.example.com/team/ranking:1.4.0",
          accelerators: 1,
          cpu: 12,
          memory: Size.gibibytes(48),
          scratch: Size.gibibytes(50),
          pool: "gpu",
        },
        queue: "research",
      },
    },
  },
  kubeflowModelRegistry: {
    servers: { metadata: { database: "model-metadata", replicas: 2, ui: { groups: ["ml"], replicas: 2 }, pool: "cpu" } },
  },
  flink: {
    operator: { replicas: 2 },
    clusters: {
      main: {
        storage: { type: "bucket", bucket: "state", path: "flink/main" },
        savepoints: { storage: { type: "bucket", bucket: "savepoints", path: "main" } },
        highAvailability: true,
        checkpoints: { interval: Duration.minutes(1), retained: 5 },
        jobManager: { replicas: 2, cpu: 2, memory: Size.gibibytes(4), pool: "cpu" },
        taskManager: { replicas: 2, maxReplicas: 20, slots: 4, cpu: 2, memory: Size.gibibytes(8), pool: "cpu" },
        worker: { featureStore: "people" },
      },
      embeddings: {
        storage: { type: "bucket", bucket: "state", path: "flink/embeddings" },
        highAvailability: true,
        checkpoints: {},
        jobManager: { replicas: 2, pool: "cpu" },
        taskManager: { replicas: 2, maxReplicas: 4, slots: 2, pool: "gpu" },
        // The image has the model; the Secret has the CA of the index's store.
        worker: {
          image: "registry.example.com/team/embeddings:1.0.0",
          gpus: 1,
          memoryPerSlot: Size.gibibytes(8),
          mounts: { "/etc/documents-ca": { type: "secret", name: "documents-ca" } },
        },
      },
    },
    applications: {
      clicks: {
        jar: "s3://beamstack-prod-state/jars/clicks-1.0.0.jar",
        parallelism: 4,
        upgrade: "savepoint",
        rollout: { type: "blue-green" },
        storage: { type: "bucket", bucket: "state", path: "flink/clicks" },
        savepoints: { storage: { type: "bucket", bucket: "savepoints", path: "clicks" } },
        highAvailability: true,
        checkpoints: {},
        snapshots: { every: Duration.hours(6) },
        jobManager: { replicas: 2, pool: "cpu" },
        taskManager: { slots: 2, pool: "cpu" },
      },
    },
  },
  spark: {
    operator: { type: "kubeflow", replicas: 2 },
    applications: {
      features: {
        image: "registry.example.com/team/features:1.4.0",
        main: { type: "python", file: "local:///opt/app/features.py" },
        driver: { cpu: 2, memory: Size.gibibytes(4), pool: "cpu" },
        executor: { instances: 8, cpu: 4, memory: Size.gibibytes(16), scratch: Size.gibibytes(50), pool: "cpu" },
        buckets: ["features"],
        schedule: { cron: "0 3 * * *" },
        queue: "production",
        outsidePorts: [443],
        eventLogs: "spark-events",
      },
    },
    history: {
      main: {
        image: "registry.example.com/team/features:1.4.0",
        bucket: "spark-events",
        keep: Duration.days(90),
        replicas: 2,
        cpu: 1,
        memory: Size.gibibytes(4),
        scratch: Size.gibibytes(20),
        pool: "cpu",
      },
    },
  },
  ray: {
    operator: { replicas: 2, resources: { limits: { memory: Size.gibibytes(2) }, requests: { memory: Size.gibibytes(2) } } },
    clusters: {
      notebooks: {
        clients: ["notebooks"],
        faultTolerance: { redis: "rediss://beamstack-prod-ray.cache.example.com:6379", password: secretRef("ray-redis", "password") },
        autoscaling: { idleTimeout: Duration.minutes(5) },
        head: { cpu: 4, memory: Size.gibibytes(16), pool: "cpu" },
        workers: { cpu: { replicas: 2, maxReplicas: 16, cpu: 4, memory: Size.gibibytes(16), pool: "cpu" } },
      },
    },
    jobs: {
      features: {
        queue: "research",
        entrypoint: "python features.py",
        runtimeEnv: { workingDir: "s3://beamstack-prod-code/features.zip" },
        buckets: ["code", "features"],
        featureStore: "people",
        retries: 2,
        deadline: Duration.hours(6),
        head: { pool: "cpu" },
        workers: { cpu: { replicas: 8, cpu: 4, memory: Size.gibibytes(16), pool: "cpu" } },
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-ray" },
      },
    },
  },
  trainer: {
    operator: { replicas: 2 },
    jobs: {
      ranking: {
        framework: { type: "pytorch", program: ["/app/train.py"] },
        image: "registry.example.com/team/ranking:1.4.0",
        nodes: 2,
        accelerators: 1,
        cpu: 12,
        memory: Size.gibibytes(48),
        scratch: Size.gibibytes(50),
        pool: "gpu",
        queue: "research",
        buckets: ["features"],
        featureStore: "people",
        checkpoints: { storage: "models" },
        output: { storage: "models" },
        register: {
          registry: "runs",
          model: "ranking",
          credentials: { username: secretRef("mlflow-training", "username"), password: secretRef("mlflow-training", "password") },
        },
        deadline: Duration.hours(24),
        restarts: 10,
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-training" },
      },
    },
  },
  kserve: {
    llmOperator: { replicas: 2 },
    services: {
      ranking: {
        runtime: { type: "triton" },
        model: { type: "storage", storage: "models", path: "ranking/7" },
        revision: "v7",
        canary: { revision: "v8", trafficPercent: 10, model: { type: "storage", storage: "models", path: "ranking/8" } },
        scaling: { type: "fixed", replicas: 10 },
        cpu: 2,
        memory: Size.gibibytes(4),
        pool: "cpu",
        callers: ["shop"],
        transformer: { image: "registry.example.com/team/ranking-features:1.4.0", replicas: 2 },
        featureStore: "people",
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-serving" },
      },
    },
    llms: {
      assistant: {
        model: { type: "storage", storage: "models", path: "qwen2.5-7b-instruct" },
        modelName: "qwen2.5-7b-instruct",
        shape: { parameters: 7.62, layers: 28, attentionHeads: 28, keyValueHeads: 4, headSize: 128 },
        concurrentSequences: 7,
        replicas: 2,
        cpu: 8,
        memory: Size.gibibytes(32),
        pool: "gpu",
        callers: ["shop"],
        // Requests of one conversation go to the pod that has it in its cache.
        router: {
          through: {
            type: "gateway",
            name: "shared",
            namespace: "gateways",
            host: "assistant.example.com",
            source: { namespace: "gateways" },
          },
        },
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-serving" },
      },
    },
  },
  dask: {
    clusters: {
      notebooks: {
        clients: ["notebooks"],
        image: "registry.example.com/team/dask:2026.3.0-2",
        scheduler: { cpu: 2, memory: Size.gibibytes(8), pool: "cpu" },
        workers: { replicas: 2, cpu: 4, memory: Size.gibibytes(16), scratch: Size.gibibytes(50), pool: "cpu" },
        autoscaling: { min: 2, max: 20 },
        outsidePorts: [443],
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-dask" },
      },
    },
  },
  kafka: {
    operator: { replicas: 2 },
    clusters: {
      streams: {
        namespace: "flink",
        rack: "topology.kubernetes.io/zone",
        nodePools: {
          controllers: { roles: ["controller"], replicas: 3, storage: Size.gibibytes(20), storageClass: STORAGE_CLASS, pool: "cpu" },
          brokers: {
            roles: ["broker"],
            replicas: 3,
            storage: Size.gibibytes(500),
            storageClass: STORAGE_CLASS,
            cpu: 2,
            memory: Size.gibibytes(8),
            pool: "cpu",
          },
        },
      },
    },
  },
  topics: {
    visits: {
      type: "in-cluster",
      cluster: "streams",
      partitions: 24,
      retention: Duration.days(3),
      clients: { site: { namespace: "flink", labels: { app: "site" }, access: "write" } },
    },
    pages: { type: "in-cluster", cluster: "streams", partitions: 24, cleanup: "compact" },
  },
  elasticsearch: {
    operator: { replicas: 2 },
    clusters: {
      documents: {
        highAvailability: true,
        kibana: { replicas: 2, pool: "cpu" },
        nodeSets: {
          masters: { count: 3, roles: ["master"], storage: Size.gibibytes(10), storageClass: STORAGE_CLASS, pool: "cpu" },
          data: {
            count: 3,
            roles: ["data", "ingest"],
            storage: Size.gibibytes(500),
            storageClass: STORAGE_CLASS,
            cpu: 4,
            memory: Size.gibibytes(16),
            pool: "cpu",
          },
        },
      },
    },
  },
  qdrant: {
    clusters: {
      vectors: {
        replicas: 3,
        storage: Size.gibibytes(200),
        storageClass: STORAGE_CLASS,
        cpu: 2,
        memory: Size.gibibytes(8),
        apiKey: secretRef("qdrant", "api-key"),
        pool: "cpu",
      },
    },
  },
  milvus: {
    operator: { replicas: 2 },
    clusters: {
      deep: {
        bucket: "vectors",
        mode: {
          type: "cluster",
          proxy: { replicas: 2 },
          coordinator: { replicas: 2 },
          queryNode: { replicas: 3, cpu: 4, memory: Size.gibibytes(16) },
          dataNode: { replicas: 2, cpu: 2, memory: Size.gibibytes(8) },
          streamingNode: { replicas: 2, cpu: 2, memory: Size.gibibytes(8) },
        },
        etcd: { members: 3, storage: Size.gibibytes(20), storageClass: STORAGE_CLASS },
        rootPassword: stored("milvus"),
        pool: "cpu",
      },
    },
  },
  pgvector: { stores: { relational: { database: "documents", m: 24, efConstruction: 128 } } },
  vectorIndexes: {
    pictures: { store: "deep", dimensions: 768, shards: 4 },
    faq: { store: "relational", dimensions: 1024, model: "BAAI/bge-m3" },
    passages: { store: "vectors", dimensions: 1024, model: "BAAI/bge-m3", shards: 6, copies: 2, keep: 1, version: 3 },
    articles: { store: "documents", dimensions: 1024, model: "BAAI/bge-m3", shards: 3, copies: 2 },
  },
  monitoring: {
    replicas: 2,
    retention: Duration.days(30),
    storage: { size: Size.gibibytes(200), storageClass: STORAGE_CLASS },
    grafana: { adminPassword: stored("grafana") },
  },
  keda: { operator: { replicas: 2 } },
  feedback: {
    image: "registry.example.com/team/feedback:0.1.0",
    loops: {
      ranking: {
        registry: "runs",
        login: { user: "feedback", password: stored("mlflow", "feedback-password") },
        model: "ranking",
        data: { bucket: "features", reference: "ranking/reference.parquet", current: "ranking/today", every: Duration.minutes(30) },
        rules: [
          { type: "drift", threshold: 0.25, lasting: Duration.hours(2) },
          { type: "missing", share: 0.05 },
          {
            type: "query",
            name: "restarts",
            query: 'increase(kube_pod_container_status_restarts_total{namespace="serving"}[10m]) > 2',
            summary: "pod {{ $labels.pod }} of the endpoint restarts again and again",
            lasting: Duration.minutes(5),
            starts: "rollback",
          },
        ],
        retrain: {
          image: "registry.example.com/team/ranking:1.4.0",
          program: ["python", "/app/train.py"],
          cpu: 12,
          memory: Size.gibibytes(48),
          accelerators: 1,
          scratch: Size.gibibytes(50),
          queue: "production",
          pool: "gpu",
          cooldown: Duration.days(2),
        },
        gate: { metric: "ndcg", margin: 0.005 },
        replicas: 2,
        memory: Size.gibibytes(8),
        pool: "cpu",
      },
    },
  },
  oauth2Proxy: {
    providers: {
      company: {
        issuer: "https://id.example.com/realms/company",
        clientId: "beamstack-prod",
        clientSecret: stored("sign-in", "client-secret"),
        cookieSecret: stored("sign-in", "cookie-secret"),
        emailDomains: ["example.com"],
        replicas: 2,
        pool: "cpu",
      },
    },
  },
  gateway: {
    through: { type: "existing", name: "shared", namespace: "gateways", source: { type: "pods", namespace: "gateways" } },
    routes: {
      runs: { host: "runs.example.com", to: "mlflow.servers.runs" },
      models: { host: "models.example.com", to: "kubeflowModelRegistry.servers.metadata", signIn: "company" },
      documents: { host: "documents.example.com", to: "elasticsearch.clusters.documents", signIn: "company" },
    },
  },
  // Batch pipelines whose data one node holds.
  beamRunners: {
    batch: {
      type: "spark",
      cpu: 4,
      memory: Size.gibibytes(16),
      scratch: Size.gibibytes(20),
      workers: { cpu: 4, memory: Size.gibibytes(8) },
    },
  },
  pipelines: {
    tutorial: { file: "pipelines/upstream-tutorial.yaml", runner: "main" },
    report: { file: "pipelines/upstream-tutorial.yaml", runner: "batch", parallelism: 4 },
    visits: {
      file: "pipelines/visits.yaml",
      runner: "main",
      parallelism: 8,
      upgrade: "savepoint",
      topics: { sources: { ReadVisits: "visits" }, sinks: { WritePages: "pages" } },
      featureStore: "people",
    },
    articles: {
      file: "pipelines/articles.yaml",
      runner: "embeddings",
      stores: ["documents"],
      bindings: {
        "WriteToElasticsearchVectorStore.es_url": { type: "value", value: "https://documents-es-http.elasticsearch.svc:9200" },
        "WriteToElasticsearchVectorStore.es_api_key": secretRef("documents-writer", "api-key"),
      },
    },
  },
});
