import { App } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { copiesOf } from "#lib/components/kserve/copies";
import {
  InferenceService,
  type InferenceServiceProps,
  KserveOperator,
  kservePin,
  LanguageModel,
  type LanguageModelPlace,
  type LlmProps,
} from "#lib/components/kserve/index";
import { serviceReadiness } from "#lib/components/kserve/readiness";
import { LeaderWorkerSetOperator } from "#lib/components/leader-worker-set/index";
import { podsOf } from "#lib/components/leader-worker-set/pods";
import { type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { ScaleAsk } from "#lib/kube/event-scaler";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { amd, elsewhere, gpus, pretrainedWith, registryWith, storageWith, turing, user, volta } from "./places";

const models = storageWith("models");
const iris = { type: "storage", storage: models, path: "iris/1" } as const;

/** Objects of a service. */
function objectsOf(build: (scope: StageChart) => void): KubeObject[] {
  const app = new App();
  const chart = new StageChart(app, "model-serving");
  new KserveOperator(chart, "Operator", { certificateIssuer: elsewhere });
  build(chart);
  return unwrap(synthesize(app, "kserve", { kinds: kservePin.kinds })).objects.map(({ manifest }) => manifest);
}

function find(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.find((each) => each.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

function serviceWith(props: InferenceServiceProps): KubeObject[] {
  return objectsOf((scope) => new InferenceService(scope, "Subject", { ...props, name: "iris" }));
}

function variables(container: JsonValue | undefined): Record<string, JsonValue> {
  const env = valueAt(container, ["env"]) as JsonObject[];
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name as string, value ?? (valueFrom as JsonValue)]));
}

describe("a predictive service", () => {
  it("gives its feature store to the transformer, or to the server where there is none", () => {
    const featureStore = featureStoreWith("people");
    const transformer = { image: "registry.example.com/ml/transformer:1.0" };
    const custom = { type: "custom", image: "registry.example.com/ml/server:1.0" } as const;
    const file = { FEAST_FS_YAML_FILE_PATH: "/etc/beamstack/feature-store/feature_store.yaml" };
    const readers = (objects: readonly KubeObject[]) =>
      ["predictor", "transformer"].filter((part) => {
        const container = valueAt(find(objects, "InferenceService"), ["spec", part, "containers", 0]);
        const reads = container !== undefined && variables(container)["FEAST_FS_YAML_FILE_PATH"] === file.FEAST_FS_YAML_FILE_PATH;
        expect(JSON.stringify(container ?? {}).includes('"mountPath":"/etc/beamstack/feature-store"')).toBe(reads);
        return reads;
      });
    const ways = (objects: readonly KubeObject[]) =>
      objects
        .filter(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "serving.iris-to-features.people-egress")
        .map(({ spec }) => valueAt(spec, ["podSelector", "matchLabels", "component"]));

    const prepared = serviceWith({ runtime: { type: "sklearn" }, model: iris, transformer, featureStore });
    const alone = serviceWith({ runtime: custom, featureStore });

    expect([readers(prepared), ways(prepared)]).toEqual([["transformer"], ["transformer"]]);
    expect([readers(alone), ways(alone)]).toEqual([["predictor"], ["predictor"]]);
  });

  it("fetches its model with endpoint, keys and CA of the storage", () => {
    const withCa = storageWith("private", {
      access: {
        credentials: { type: "access-key", accessKeyId: secretRef("keys", "id"), secretAccessKey: secretRef("keys", "secret") },
        ca: secretRef("s3-ca", "ca.crt"),
      },
    });

    const service = find(serviceWith({ runtime: { type: "sklearn" }, model: { ...iris, storage: withCa } }), "InferenceService");

    const fetcher = valueAt(service, ["spec", "predictor", "initContainers", 0]);
    expect(valueAt(fetcher, ["name"])).toBe("storage-initializer");
    expect(valueAt(fetcher, ["args"])).toEqual(["s3://private/iris/1/", "/mnt/models"]);
    expect(variables(fetcher)).toMatchObject({
      AWS_ENDPOINT_URL: "http://s3.data:8333",
      AWS_CA_BUNDLE: "/etc/beamstack/bucket-ca/ca.crt",
      AWS_ACCESS_KEY_ID: { secretKeyRef: { name: "keys", key: "id" } },
      AWS_SECRET_ACCESS_KEY: { secretKeyRef: { name: "keys", key: "secret" } },
    });
    expect(JSON.stringify(valueAt(fetcher, ["volumeMounts"]))).toContain("/etc/beamstack/bucket-ca");
    expect(JSON.stringify(valueAt(service, ["spec", "predictor", "volumes"]))).toContain('"secretName":"s3-ca"');
  });

  it("fetches versions of MLflow with its client, as its user", () => {
    const registry = registryWith("mlflow", { authentication: "basic" });

    const objects = serviceWith({
      runtime: { type: "mlserver", format: "mlflow" },
      model: { type: "registry", registry, name: "iris", version: "3", user },
    });

    const fetcher = valueAt(find(objects, "InferenceService"), ["spec", "predictor", "initContainers", 0]);
    expect(valueAt(fetcher, ["args"])).toEqual(["artifacts", "download", "--artifact-uri", "models:/iris/3", "--dst-path", "/mnt/models"]);
    expect(variables(fetcher)).toMatchObject({
      MLFLOW_TRACKING_URI: "http://mlflow.registry.svc:5000",
      MLFLOW_TRACKING_PASSWORD: { secretKeyRef: { name: "mlflow", key: "password" } },
    });
    expect(objects.map(({ metadata }) => metadata.name)).toContain("serving.iris-to-registry.mlflow-egress");
  });

  it("lets TorchServe extract models where it can write", () => {
    const service = find(serviceWith({ runtime: { type: "torchserve" }, model: iris }), "InferenceService");

    expect(variables(valueAt(service, ["spec", "predictor", "containers", 0]))).toMatchObject({ TEMP: "/tmp" });
  });

  it("is ready on MLServer when its model is, not when the server is", () => {
    const service = find(serviceWith({ runtime: { type: "mlserver", format: "sklearn" }, model: iris }), "InferenceService");

    expect(valueAt(service, ["spec", "predictor", "containers", 0, "readinessProbe", "httpGet", "path"])).toBe("/v2/models/iris/ready");
  });

  it("reads a pre-trained model of a storage as its Job wrote it", () => {
    const model = { type: "pretrained", model: pretrainedWith("bert-stored", { place: { type: "bucket", storage: models } }) } as const;

    const service = find(serviceWith({ runtime: { type: "huggingface" }, model }), "InferenceService");

    const args = valueAt(service, ["spec", "predictor", "initContainers", 0, "args"]);
    expect(args).toEqual([expect.stringMatching(/^s3:\/\/models\/pretrained\/bert-stored\/[0-9a-f]{8}\/$/), "/mnt/models"]);
  });

  it("mounts a pre-trained model of a claim, and fetches nothing", () => {
    const model = { type: "pretrained", model: pretrainedWith("bert-claimed") } as const;

    const predictor = valueAt(find(serviceWith({ runtime: { type: "huggingface" }, model }), "InferenceService"), ["spec", "predictor"]);

    expect(valueAt(predictor, ["initContainers"])).toBeUndefined();
    expect(valueAt(predictor, ["volumes", 1, "persistentVolumeClaim"])).toMatchObject({ readOnly: true });
    expect(valueAt(predictor, ["containers", 0, "volumeMounts", 1])).toMatchObject({
      mountPath: "/mnt/models",
      subPath: "model",
      readOnly: true,
    });
    expect(variables(valueAt(predictor, ["containers", 0]))["STORAGE_URI"]).toBeUndefined();
  });

  it("names models in Azure by the address that KServe takes", () => {
    const storage = storageWith("azure", { location: { api: "azure", account: "acme", bucket: "models" } });

    const service = find(serviceWith({ runtime: { type: "sklearn" }, model: { ...iris, storage } }), "InferenceService");

    expect(valueAt(service, ["spec", "predictor", "initContainers", 0, "args", 0])).toBe(
      "https://acme.blob.core.windows.net/models/iris/1",
    );
  });

  it("gives a canary the pods of its share, and the rest to the service", () => {
    const service = find(
      serviceWith({
        runtime: { type: "sklearn" },
        model: iris,
        scaling: { type: "fixed", replicas: 10 },
        canary: { revision: "v2", trafficPercent: 20, model: { ...iris, path: "iris/2" } },
      }),
      "InferenceService",
    );

    const canary = valueAt(service, ["spec", "canary", 0]);
    expect(canary).toMatchObject({ trafficPercent: 20, predictor: { name: "v2", minReplicas: 2 } });
    expect(valueAt(canary, ["predictor", "maxReplicas"])).toBeUndefined();
    expect(copiesOf(service, "spec.canary[0].predictor")).toBe(2);
    expect(copiesOf(service, "spec.predictor")).toBe(8);
  });

  it("lets callers ask its explainer, which asks the predictor", () => {
    const explainer = { image: "registry.example.com/ml/explainer:1.0", replicas: 2 };

    const objects = serviceWith({ runtime: { type: "sklearn" }, model: iris, explainer, callers: ["web"] });

    const service = find(objects, "InferenceService");
    expect(valueAt(service, ["spec", "explainer"])).toMatchObject({ minReplicas: 2, containers: [{ image: explainer.image }] });
    expect(copiesOf(service, "spec.explainer")).toBe(2);
    const names = objects.map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(["web-to-serving.iris.explainer-ingress", "serving.iris.explainer-egress"]));
  });

  it("has one Service for all revisions, which KServe does not delete as its own", () => {
    const objects = serviceWith({ runtime: { type: "sklearn" }, model: iris });

    const service = objects.find(({ kind, metadata }) => kind === "Service" && metadata.name === "iris");
    expect(valueAt(service, ["spec", "selector"])).toEqual({ "serving.kserve.io/inferenceservice": "iris", component: "predictor" });
    expect(Object.keys(service?.metadata.labels ?? {}).filter((label) => label.startsWith("serving.kserve.io/"))).toEqual([]);
  });

  it("is ready by its condition, whatever generation its Deployment has", () => {
    const [service] = serviceWith({ runtime: { type: "sklearn" }, model: iris }).filter(({ kind }) => kind === "InferenceService");
    const status = { observedGeneration: 1, conditions: [{ type: "Ready", status: "True" }] };
    const live = { ...service, metadata: { name: "iris", generation: 4 }, status } as KubeObject;

    expect(healthOf(live, serviceReadiness).state).toBe("ready");
    expect(healthOf({ ...live, status: { modelStatus: { transitionStatus: "BlockedByFailedLoad" } } }, serviceReadiness).state).toBe(
      "failed",
    );
  });
});

const shape = { parameters: 7.6, layers: 28, attentionHeads: 28, keyValueHeads: 4, headSize: 128 } as const;

describe("a language model", () => {
  const llm = (props: Partial<LlmProps & LanguageModelPlace>) =>
    find(
      objectsOf((scope) => {
        const model = { type: "storage", storage: models, path: "qwen" } as const;
        new LanguageModel(scope, "Subject", { name: "chat", model, shape, pool: gpus, concurrentSequences: 4, ...props });
      }),
      "InferenceService",
    );

  it("asks for the GPUs of its parallelism, and tells vLLM", () => {
    const container = valueAt(llm({ tensorParallel: 2, pipelineParallel: 2 }), ["spec", "predictor", "containers", 0]);

    expect(valueAt(container, ["resources", "limits", "nvidia.com/gpu"])).toBe("4");
    expect(valueAt(container, ["args"])).toEqual(
      expect.arrayContaining(["--tensor-parallel-size=2", "--pipeline-parallel-size=2", "--max-model-len=8192", "--max-num-seqs=4"]),
    );
  });

  describe("on several nodes", () => {
    const podGroups = new LeaderWorkerSetOperator(elsewhere, "PodGroups");
    const onNodes = objectsOf((scope) => {
      const model = { type: "storage", storage: models, path: "qwen" } as const;
      const props = { model, shape, pool: gpus, concurrentSequences: 4, nodes: 2, pipelineParallel: 2, tensorParallel: 2, replicas: 2 };
      new LanguageModel(scope, "Subject", { ...props, name: "chat", podGroups });
    });
    const template = (part: "leader" | "worker") =>
      valueAt(find(onNodes, "LeaderWorkerSet"), ["spec", "leaderWorkerTemplate", `${part}Template`]);
    const argsOf = (part: "leader" | "worker") => valueAt(template(part), ["spec", "containers", 0, "args"]);

    it("is a group of pods for each copy, each with its share of the GPUs, and each fetches the model", () => {
      const groups = find(onNodes, "LeaderWorkerSet");

      expect(groups.metadata.name).toBe("chat-nodes");
      expect(groups["spec"]).toMatchObject({ replicas: 2, leaderWorkerTemplate: { size: 2, restartPolicy: "RecreateGroupOnPodRestart" } });
      for (const part of ["leader", "worker"] as const) {
        expect(valueAt(template(part), ["spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"])).toBe("2");
        expect(valueAt(template(part), ["spec", "initContainers", 0, "args"])).toEqual(["s3://models/qwen/", "/mnt/models"]);
      }
      expect(["leaderTemplate", "workerTemplate"].map((at) => podsOf(groups, `spec.leaderWorkerTemplate.${at}.spec`))).toEqual([2, 2]);
    });

    it("tells vLLM its place in the group, and only the leader answers", () => {
      const group = ["--nnodes=2", "--node-rank=$(LWS_WORKER_INDEX)", "--master-addr=$(LWS_LEADER_ADDRESS)"];

      expect(argsOf("leader")).toEqual(expect.arrayContaining([...group, "--pipeline-parallel-size=2"]));
      expect(argsOf("leader")).not.toContain("--headless");
      expect(argsOf("worker")).toEqual(expect.arrayContaining([...group, "--headless"]));
      expect(valueAt(template("worker"), ["spec", "containers", 0, "readinessProbe"])).toBeUndefined();
      expect(valueAt(template("worker"), ["spec", "containers", 0, "ports"])).toBeUndefined();
      expect(valueAt(find(onNodes, "Service"), ["spec", "selector"])).toEqual({
        "serving.kserve.io/inferenceservice": "chat",
        component: "predictor",
        "leaderworkerset.sigs.k8s.io/name": "chat-nodes",
        "leaderworkerset.sigs.k8s.io/worker-index": "0",
      });
    });

    it("has no InferenceService, and its pods reach each other", () => {
      expect(onNodes.map(({ kind }) => kind)).not.toContain("InferenceService");
      expect(onNodes.map(({ metadata }) => metadata.name)).toContain("serving.chat.nodes-ingress");
    });

    it("needs something that runs groups of pods", () => {
      expect(() => llm({ nodes: 2, pipelineParallel: 2 })).toThrow(
        /kserve.nodes-need.*a model on 2 nodes in an environment without leaderWorkerSet/s,
      );
    });
  });

  it("fetches adapters beside the model, and names them", () => {
    const object = llm({ adapters: { support: { storage: models, path: "lora/support", rank: 32 } } });

    expect(valueAt(object, ["spec", "predictor", "initContainers", 1, "args"])).toEqual([
      "s3://models/lora/support/",
      "/mnt/adapters/support",
    ]);
    expect(valueAt(object, ["spec", "predictor", "containers", 0, "args"])).toEqual(
      expect.arrayContaining(["--enable-lora", "--max-lora-rank=32", "--lora-modules", "support=/mnt/adapters/support"]),
    );
  });

  it("sees no other Services, sends no usage statistics, and fetches from the Hub with its plain client", () => {
    const model = { type: "hub", id: "Qwen/Qwen2.5-7B-Instruct", revision: "a09a35458c702b33eeacc393d103063234e8bc28" } as const;
    const predictor = valueAt(llm({ model }), ["spec", "predictor"]);

    expect(valueAt(predictor, ["enableServiceLinks"])).toBe(false);
    expect(variables(valueAt(predictor, ["containers", 0]))).toMatchObject({ VLLM_NO_USAGE_STATS: "1", DO_NOT_TRACK: "1" });
    expect(variables(valueAt(predictor, ["initContainers", 0]))).toMatchObject({ HF_HUB_DISABLE_TELEMETRY: "1", HF_HUB_DISABLE_XET: "1" });
  });

  it("runs on other GPUs with an image of your own only", () => {
    expect(() => llm({ pool: amd })).toThrow(/the pool amd, whose pods ask for amd\.com\/gpu/);
    expect(() => llm({ pool: amd, image: "registry.example.com/ml/vllm-rocm:1.0" })).not.toThrow();
  });

  it("has more pods while requests wait, and keeps those that are in use", () => {
    const asks: ScaleAsk[] = [];
    const scaler = { scale: (_scope: unknown, ask: ScaleAsk) => void asks.push(ask) };

    const object = llm({ scaling: { max: 3, waitingRequests: 2 }, scaler });

    expect(valueAt(object, ["metadata", "annotations", "serving.kserve.io/autoscalerClass"])).toBe("external");
    expect(copiesOf(object, "spec.predictor")).toBe(3);
    const of = '{namespace="serving", serving_kserve_io_inferenceservice="chat"}';
    expect(asks).toEqual([
      {
        name: "chat-predictor",
        namespace: "serving",
        target: { kind: "Deployment", name: "chat-predictor" },
        replicas: { min: 1, max: 3 },
        triggers: [
          { type: "prometheus", query: `sum(vllm:num_requests_waiting${of})`, threshold: 2 },
          { type: "prometheus", query: `sum(vllm:num_requests_running${of}) + sum(vllm:num_requests_waiting${of})`, threshold: 4 },
        ],
      },
    ]);
  });

  it("computes in float16 on GPUs without bfloat16", () => {
    const old = { pool: turing, tensorParallel: 4 };

    expect(() => llm(old)).toThrow(/bfloat16 on nvidia-t4, of compute capability 7\.5.*float16/s);
    const container = valueAt(llm({ ...old, shape: { ...shape, weights: "float16" } }), ["spec", "predictor", "containers", 0]);
    expect(valueAt(container, ["args"])).toContain("--dtype=float16");
  });

  it("runs on GPUs that the image does not know with an image of your own only", () => {
    const half = { pool: volta, shape: { ...shape, weights: "float16" } } as const;

    expect(() => llm(half)).toThrow(/nvidia-v100, of compute capability 7\.0/);
    expect(() => llm({ ...half, image: "registry.example.com/ml/vllm-cuda12:1.0" })).not.toThrow();
  });

  it("says the sum when it does not fit, and how many sequences would", () => {
    const build = () => llm({ concurrentSequences: 64 });

    expect(build).toThrow(/28\.0 GiB of KV cache \(8192 tokens x 64 sequences x 56Ki each\)/);
    expect(build).toThrow(/lower concurrentSequences to \d+ or contextLength/);
  });
});

describe("the section", () => {
  const hub = { type: "hub", id: "Qwen/Qwen2.5-7B-Instruct", revision: "a09a35458c702b33eeacc393d103063234e8bc28" } as const;
  const pools = {
    gpu: { type: "static", nodes: 2, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 1 } } },
  } as const;
  const service = { runtime: { type: "custom", image: "registry.example.com/ml/server:1.0" } } as const;
  const ids = (parts: Partial<EnvironmentSpec>) => {
    const result = createPlatform().resolve({ name: "test", cluster: { type: "context", context: "any" }, certManager: {}, ...parts });
    return result.ok ? [] : result.problems.map(({ id }) => id);
  };

  it("needs certificates, and webhooks in the pod network", () => {
    expect(ids({ kserve: {} })).toEqual([]);
    expect(ids({ certManager: undefined, kserve: {} })).toEqual(["kserve.no-certificates"]);
    expect(ids({ network: { webhooks: "host" }, kserve: {} })).toContain("kserve.webhook-on-host");
  });

  it("scales language models with KEDA and Prometheus only", () => {
    const llms = { chat: { model: hub, shape, pool: "gpu", concurrentSequences: 4, scaling: { max: 2 } } } as const;
    const kserve = { nodePools: pools, gpus: {}, kserve: { llms } };

    expect(ids({ ...kserve, keda: {}, monitoring: {} } as never)).toEqual([]);
    expect(ids({ ...kserve, keda: {} } as never)).toEqual(["kserve.scaling-needs"]);
    expect(ids({ ...kserve, monitoring: {} } as never)).toEqual(["kserve.scaling-needs"]);
  });

  it("refuses names that labels cannot hold, and one name for two services", () => {
    const llm = { model: hub, shape, pool: "gpu", concurrentSequences: 4 } as const;

    expect(ids({ kserve: { services: { ["a".repeat(28)]: service } } })).toEqual(["kserve.name"]);
    expect(ids({ nodePools: pools, gpus: {}, kserve: { services: { chat: service }, llms: { chat: llm } } } as never)).toContain(
      "kserve.same-name",
    );
  });
});
