/** Services, language models and graphs for KServe's controllers, and what they need. */

import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";

const node = { cpu: 64, memory: Size.gibibytes(256) } as const;
const small = { cpu: 0.5, memory: Size.gibibytes(1), pool: "cpu" } as const;
const beside = { image: "registry.example.com/ml/beside:1.0" } as const;
const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const gateway = {
  type: "gateway",
  name: "inside",
  namespace: "gateways",
  host: "churn.internal",
  source: { namespace: "proxies" },
} as const;

/** A model of the bucket. */
export const stored = (path: string) => ({ type: "storage", storage: "models", path }) as const;

/** Sections of an environment. */
export const PARTS = {
  nodePools: {
    cpu: { type: "static", nodes: 2, node },
    gpu: { type: "static", nodes: 3, node: { ...node, accelerators: { type: "nvidia-l4", count: 1 } } },
  },
  buckets: {
    models: {
      type: "s3-compatible",
      endpoint: "https://s3.example.com",
      bucket: "models",
      credentials: { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") },
      ca: secretRef("s3-ca", "ca.crt"),
      namespaces: ["serving"],
    },
    runs: { type: "s3", bucket: "runs", region: "eu-central-1" },
  },
  modelStorage: { models: { bucket: "models" }, runs: { bucket: "runs" } },
  databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
  mlflow: { servers: { main: { database: "runs", artifacts: "runs", authentication: { type: "none" } } } },
  certManager: {},
  monitoring: {},
  keda: {},
  kserve: {
    services: {
      iris: {
        ...small,
        runtime: { type: "mlserver", format: "sklearn" },
        model: stored("iris/1"),
        revision: "v1",
        scaling: { type: "fixed", replicas: 10 },
        canary: { revision: "v2", trafficPercent: 10, model: stored("iris/2") },
        callers: ["web"],
      },
      animals: { ...small, runtime: { type: "sklearn" }, model: stored("animals/1"), scaling: { type: "cpu", min: 2, max: 4 } },
      breeds: { ...small, runtime: { type: "sklearn" }, model: stored("breeds/1"), transformer: beside, explainer: beside },
      churn: {
        ...small,
        runtime: { type: "mlserver", format: "sklearn" },
        model: { type: "registry", registry: "main", name: "churn", version: "3" },
        trafficSplit: { through: gateway },
      },
    },
    llms: {
      chat: {
        model: { type: "hub", id: "Qwen/Qwen2.5-0.5B-Instruct", revision: "7ae557604adf67be50417f59c2c2f167def9a775" },
        shape: { parameters: 0.5, layers: 24, attentionHeads: 14, keyValueHeads: 2, headSize: 64 },
        pool: "gpu",
        scaling: { max: 2 },
      },
    },
    graphs: {
      pets: {
        nodes: {
          root: { type: "sequence", steps: [{ to: { type: "service", service: "animals" } }, { to: { type: "node", node: "share" } }] },
          share: {
            type: "splitter",
            steps: [
              { to: { type: "service", service: "breeds" }, weight: 70 },
              { to: { type: "service", service: "iris" }, weight: 30 },
            ],
          },
        },
        pool: "cpu",
      },
    },
  },
} as const;
