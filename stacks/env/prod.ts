/** Production on EKS: standby replicas, state in object storage, GPU nodes that Karpenter provisions on demand. */

import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";

/** EKS has no default storage class: the EBS CSI driver and a class of this name must exist. */
const STORAGE_CLASS = "gp3";

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
  certManager: { replicas: 3 },
  kueue: {
    operator: { replicas: 2, fairSharing: true },
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
    backups: { type: "s3", bucket: "beamstack-prod-backups", region: "eu-central-1" },
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
  externalSecrets: {
    operator: { replicas: 2 },
    stores: { aws: { type: "aws", region: "eu-central-1", role: "arn:aws:iam::111122223333:role/beamstack-prod-secrets" } },
  },
  databases: {
    documents: {
      type: "in-cluster",
      server: "main",
      owner: { type: "store", password: { type: "stored-secret", store: "aws", key: "beamstack-prod/documents", property: "password" } },
      extensions: ["vector"],
    },
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
      },
      embeddings: {
        storage: { type: "bucket", bucket: "state", path: "flink/embeddings" },
        highAvailability: true,
        checkpoints: {},
        jobManager: { replicas: 2, pool: "cpu" },
        taskManager: { replicas: 2, maxReplicas: 4, slots: 2, pool: "gpu" },
        worker: { gpus: 1, memoryPerSlot: Size.gibibytes(8) },
      },
    },
  },
  spark: {
    operator: { replicas: 2 },
    applications: {
      features: {
        image: "registry.example.com/team/features:1.4.0",
        main: { type: "python", file: "local:///opt/app/features.py" },
        driver: { cpu: 2, memory: Size.gibibytes(4), pool: "cpu" },
        executor: { instances: 8, cpu: 4, memory: Size.gibibytes(16), scratch: Size.gibibytes(50), pool: "cpu" },
        schedule: { cron: "0 3 * * *" },
        queue: "production",
        outsidePorts: [443],
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-spark" },
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
        retries: 2,
        deadline: Duration.hours(6),
        head: { pool: "cpu" },
        workers: { cpu: { replicas: 8, cpu: 4, memory: Size.gibibytes(16), pool: "cpu" } },
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/beamstack-prod-ray" },
      },
    },
  },
  elasticsearch: {
    operator: { replicas: 2 },
    clusters: {
      documents: {
        highAvailability: true,
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
  monitoring: {
    replicas: 2,
    retention: Duration.days(30),
    storage: { size: Size.gibibytes(200), storageClass: STORAGE_CLASS },
    grafana: { adminSecret: "grafana-admin" },
  },
  pipelines: {
    tutorial: { file: "pipelines/upstream-tutorial.yaml", runner: "main" },
  },
});
