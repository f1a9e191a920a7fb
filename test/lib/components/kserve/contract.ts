/** KServe in the contract suite. */

import { Construct } from "constructs";
import { KedaOperator } from "#lib/components/keda/index";
import {
  type GraphProps,
  graphSchema,
  InferenceGraph,
  InferenceService,
  type InferenceServiceProps,
  inferenceServiceSchema,
  KserveLlmOperator,
  type KserveLlmOperatorProps,
  KserveOperator,
  type KserveOperatorProps,
  kserveLlmOperatorSchema,
  kserveOperatorSchema,
  kservePin,
  LanguageModel,
  type LlmProps,
  llmSchema,
} from "#lib/components/kserve/index";
import { LeaderWorkerSetOperator } from "#lib/components/leader-worker-set/index";
import { Prometheus } from "#lib/components/prometheus/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import type { INodePool } from "#lib/kube/node-pool";
import { contractEntry } from "../../../contract/entry";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { graphAlertCases, kserveAlertCases, llmAlertCases, llmOperatorAlertCases, routerAlertCases } from "./alert-cases";
import { amd, elsewhere, gpus, large, pretrainedWith, registryWith, storageWith, turing, user, volta } from "./places";

const operator = contractEntry<KserveOperatorProps>({
  title: "KserveOperator",
  pin: kservePin,
  schema: kserveOperatorSchema,
  build: (scope, props) => new KserveOperator(scope, "Subject", { ...props, certificateIssuer: elsewhere }),
  smallest: {},
  variants: { existing: { existing: true }, resources: { resources: { limits: { memory: Size.gibibytes(1) } } } },
  refused: {
    "operators.without-effect-on-existing": { existing: true, resources: { limits: { memory: Size.gibibytes(1) } } },
    "spec.wrong-value": { existing: { namespace: "No" } },
  },
  alerts: kserveAlertCases,
});

const llmOperator = contractEntry<KserveLlmOperatorProps>({
  title: "KserveLlmOperator",
  pin: kservePin,
  schema: kserveLlmOperatorSchema,
  build: (scope, props) => {
    const { operator } = new KserveOperator(scope, "First", { certificateIssuer: elsewhere });
    new KserveLlmOperator(scope, "Subject", { ...props, certificateIssuer: elsewhere, after: operator });
  },
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
  },
  refused: {
    "operators.without-effect-on-existing": { existing: true, replicas: 2 },
    "spec.wrong-value": { replicas: 0 },
  },
  alerts: [...kserveAlertCases, ...llmOperatorAlertCases],
});

const models = storageWith("models");
const other = storageWith("other", { location: { endpoint: "http://other.data:8333" } });
const identity = (role: string) => ({ "eks.amazonaws.com/role-arn": `arn:aws:iam::1:role/${role}` });
const withIdentity = storageWith("data", { access: { credentials: { type: "identity", annotations: identity("data") } } });
const mlflow = registryWith("mlflow");
const withLogin = registryWith("private", { authentication: "basic" });
const kubeflow = registryWith("kubeflow", { api: "kubeflow" });
const iris = { type: "storage", storage: models, path: "iris/1" } as const;
const iris2 = { type: "storage", storage: models, path: "iris/2" } as const;
const registered = { type: "registry", name: "iris", version: "3" } as const;
const onClaim = { type: "pretrained", model: pretrainedWith("on-claim") } as const;
const custom = { type: "custom", image: "registry.example.com/ml/server:1.0" } as const;
const transformer = { image: "registry.example.com/ml/transformer:1.0" } as const;
const featureStore = featureStoreWith("features");
const path = { FEAST_FS_YAML_FILE_PATH: "/app/feature_store.yaml" };
const ten = { type: "fixed", replicas: 10 } as const;
const canary = { revision: "v2", trafficPercent: 10, model: iris2 } as const;

const mlserver = { type: "mlserver", format: "sklearn" } as const;
const versioned = { runtime: mlserver, model: { ...registered, registry: mlflow } } as const;
const mesh = { type: "mesh" } as const;

const service = contractEntry<InferenceServiceProps>({
  title: "InferenceService",
  pin: kservePin,
  schema: inferenceServiceSchema,
  build: (scope, props) => {
    new KserveOperator(scope, "Operator", { certificateIssuer: elsewhere });
    new InferenceService(scope, "Subject", { ...props, name: "subject" });
  },
  smallest: { runtime: { type: "sklearn" }, model: iris },
  variants: {
    namespace: { namespace: "vision" },
    runtime: { runtime: { type: "mlserver", format: "mlflow" } },
    model: { model: { ...registered, registry: mlflow } },
    image: { image: "registry.example.com/ml/sklearn:1.0" },
    user: { user: 1001 },
    cpu: { cpu: 2 },
    memory: { memory: Size.gibibytes(4) },
    scratch: { scratch: Size.gibibytes(20) },
    accelerators: { accelerators: 1, pool: gpus },
    pool: { pool: gpus },
    env: { env: { PREDICT_PROBA: "true", TOKEN: secretRef("hub", "token") } },
    callers: { callers: ["web"] },
    rollout: { rollout: "replace" },
    serviceAccountAnnotations: { serviceAccountAnnotations: identity("serve") },
    scaling: { scaling: { type: "cpu", max: 4 } },
    revision: { revision: "v1" },
    canary: { canary, scaling: ten },
    explainer: { explainer: { image: "registry.example.com/ml/explainer:1.0" } },
    trafficSplit: { ...versioned, trafficSplit: { through: mesh, replicas: 2 } },
    transformer: { transformer },
    featureStore: { featureStore, transformer },
  },
  refused: {
    "spec.wrong-value": { cpu: 0 },
    "kserve.no-accelerators": { accelerators: 1 },
    // No machine of the pool has eight.
    "kserve.fits-no-machine": { accelerators: 8, pool: gpus },
    "kserve.variable-owned": { env: { PYTHONPATH: "/app" } },
    "kserve.no-model": { model: undefined },
    "kserve.image-twice": { runtime: custom, image: "registry.example.com/ml/server:2.0" },
    "kserve.scaling-range": { scaling: { type: "cpu", min: 2, max: 2 } },
    "kserve.scale-to-zero": { scaling: { type: "cpu", min: 0, max: 4 } },
    "kserve.canary-same-revision": { revision: "v2", canary, scaling: ten },
    "kserve.canary-without-model": { runtime: custom, model: undefined, canary, scaling: ten },
    "kserve.canary-scaled": { canary, scaling: { type: "cpu", max: 10 } },
    "kserve.canary-share": { canary, scaling: { type: "fixed", replicas: 2 } },
    "kserve.split-and-canary": { ...versioned, trafficSplit: { through: mesh }, canary, scaling: ten },
    "kserve.split-without-versions": { runtime: mlserver, trafficSplit: { through: mesh } },
    "kserve.split-unmeasured": { ...versioned, runtime: { type: "sklearn" }, trafficSplit: { through: mesh } },
    "kserve.storages-differ": { canary: { ...canary, model: { ...iris2, storage: other } }, scaling: ten },
    "kserve.identity-twice": { model: { ...iris, storage: withIdentity }, serviceAccountAnnotations: identity("other") },
    "kserve.no-registry-user": { model: { ...registered, registry: withLogin } },
    "kserve.needless-registry-user": { model: { ...registered, registry: mlflow, user } },
    "kserve.no-registry-storage": { model: { ...registered, registry: kubeflow } },
    "kserve.needless-registry-storage": { model: { ...registered, registry: mlflow, storage: models } },
    "kserve.model-format": { model: onClaim },
    "kserve.features-unread": { featureStore },
    "kserve.variable-of-feature-store": { featureStore, transformer: { ...transformer, env: path } },
    "kserve.copies-on-one-node": { runtime: { type: "huggingface" }, model: onClaim, scaling: { type: "cpu", max: 2 } },
    "kserve.canary-on-claim": { runtime: { type: "huggingface" }, model: onClaim, canary: { ...canary, model: onClaim }, scaling: ten },
  },
});

const shape = { parameters: 7.6, layers: 28, attentionHeads: 28, keyValueHeads: 4, headSize: 128 } as const;
const qwen = { type: "hub", id: "Qwen/Qwen2.5-7B-Instruct", revision: "a09a35458c702b33eeacc393d103063234e8bc28" } as const;

/** What its card says. */
const facts = { parameters: 7.62e9, precision: "bfloat16", layers: 28, kvHeads: 4, headDimension: 128, contextLength: 32_768 } as const;
const pretrained = { type: "pretrained", model: pretrainedWith("qwen", { facts }) } as const;
const metrics = new Prometheus(elsewhere, "Prometheus");
const router = {
  through: {
    type: "gateway",
    name: "inference",
    namespace: "gateway",
    host: "chat.models.internal",
    source: { namespace: "envoy-gateway-system", labels: { "gateway.envoyproxy.io/owning-gateway-name": "inference" } },
  },
} as const;

/** A pool whose GPUs nobody has named. */
const unnamed: INodePool = Object.assign(new Construct(elsewhere, "Unnamed"), {
  name: "unnamed",
  nodeSelector: { "beamstack-iac/node-pool": "unnamed" },
  tolerations: [],
  shapes: gpus.shapes,
  capacity: gpus.capacity,
  simulatedNodes: [],
});

const adapters = { support: { storage: models, path: "lora/support" } };

/** A language model with whatever it refers to. */
function buildLlm(scope: Construct, props: LlmProps): void {
  new KserveOperator(scope, "Operator", { certificateIssuer: elsewhere });
  const scaler = props.scaling && new KedaOperator(scope, "Keda", { metrics });
  const podGroups = (props.nodes ?? 1) > 1 ? new LeaderWorkerSetOperator(scope, "Groups") : undefined;
  if (props.router) new KserveLlmOperator(scope, "Models", { certificateIssuer: elsewhere });
  new LanguageModel(scope, "Subject", { ...props, name: "subject", scaler, podGroups });
}

const smallestLlm = { model: qwen, shape, pool: gpus, concurrentSequences: 4 } as const;

const llm = contractEntry<LlmProps>({
  title: "LanguageModel",
  pin: kservePin,
  schema: llmSchema,
  build: buildLlm,
  smallest: smallestLlm,
  variants: {
    namespace: { namespace: "chat" },
    model: { model: { type: "storage", storage: models, path: "qwen" } },
    shape: { shape: { ...shape, weights: "fp8" } },
    modelName: { modelName: "qwen2.5" },
    pool: { pool: large },
    image: { image: "registry.example.com/ml/vllm:1.0" },
    user: { user: 1001 },
    contextLength: { contextLength: 4096 },
    concurrentSequences: { concurrentSequences: 6 },
    nodes: { nodes: 2, pipelineParallel: 2 },
    tensorParallel: { tensorParallel: 2 },
    pipelineParallel: { pipelineParallel: 2 },
    keyValueCache: { keyValueCache: "fp8" },
    gpuMemoryUtilization: { gpuMemoryUtilization: 0.95 },
    gpuWorkspace: { gpuWorkspace: Size.gibibytes(3) },
    adapters: { adapters },
    apiKey: { apiKey: secretRef("llm", "key") },
    cpu: { cpu: 8 },
    memory: { memory: Size.gibibytes(32) },
    scratch: { scratch: Size.gibibytes(60) },
    replicas: { replicas: 2 },
    scaling: { scaling: { max: 3 } },
    router: { router },
    env: { env: { VLLM_LOGGING_LEVEL: "WARNING" } },
    callers: { callers: ["web"] },
    rollout: { rollout: "replace" },
    serviceAccountAnnotations: { serviceAccountAnnotations: identity("serve") },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "kserve.model-does-not-fit": { contextLength: 131_072, concurrentSequences: 64 },
    "kserve.uneven-heads": { tensorParallel: 3 },
    "kserve.too-many-stages": { shape: { ...shape, layers: 2 }, pipelineParallel: 4 },
    "kserve.uneven-nodes": { nodes: 2, tensorParallel: 2 },
    "kserve.claim-of-one-node": { nodes: 2, pipelineParallel: 2, model: pretrained },
    "kserve.copies-on-one-node": { model: pretrained, replicas: 2 },
    "kserve.nodes-scaled": { nodes: 2, pipelineParallel: 2, scaling: { max: 3 } },
    "kserve.uneven-groups": { shape: { ...shape, keyValueHeads: 5 } },
    "kserve.unknown-gpu": { pool: unnamed },
    "kserve.shape-differs": { model: pretrained, shape: { ...shape, layers: 32 } },
    "kserve.context-too-long": { model: pretrained, contextLength: 65_536, concurrentSequences: 1, tensorParallel: 4 },
    "kserve.llm-scaling-range": { replicas: 3, scaling: { max: 3 } },
    "kserve.image-for-cuda": { pool: amd },
    "kserve.gpu-too-old": { pool: volta },
    "kserve.no-bfloat16": { pool: turing, tensorParallel: 4 },
    "kserve.router-rollout": { router, rollout: "replace" },
    "kserve.router-template": { router, env: { VLLM_CHAT: "{{ messages }}" } },
  },
  alerts: llmAlertCases,
});

/** What another object says in another way. */
type RoutedProps = Pick<LlmProps, keyof typeof smallestLlm | "router" | "replicas" | "scaling" | "adapters" | "rollout"> &
  Pick<LlmProps, "nodes" | "pipelineParallel" | "apiKey" | "namespace">;

const routedLlm = contractEntry<RoutedProps>({
  title: "LanguageModel with a router",
  pin: kservePin,
  schema: llmSchema,
  build: buildLlm,
  smallest: { ...smallestLlm, router },
  variants: {
    model: { model: { ...registered, type: "registry", registry: mlflow } },
    shape: { shape: { ...shape, weights: "fp8" } },
    pool: { pool: large },
    concurrentSequences: { concurrentSequences: 6 },
    router: { router: { ...router, scorers: { prefixCache: 5 }, resources: { requests: { cpu: 2 } } } },
    replicas: { replicas: 2 },
    scaling: { scaling: { max: 3 } },
    adapters: { adapters },
    rollout: { nodes: 2, pipelineParallel: 2, rollout: "replace" },
    nodes: { nodes: 2, pipelineParallel: 2, rollout: "replace", replicas: 2 },
    pipelineParallel: { pipelineParallel: 2 },
    apiKey: { apiKey: secretRef("llm", "key") },
    namespace: { namespace: "chat" },
  },
  refused: {
    "kserve.nodes-scaled": { nodes: 2, pipelineParallel: 2, rollout: "replace", scaling: { max: 3 } },
    "kserve.router-rollout": { nodes: 2, pipelineParallel: 2 },
  },
  alerts: [...llmAlertCases, ...routerAlertCases],
});

const called = (name: string, api: "v1" | "v2", modelName?: string) =>
  ({ name, url: `http://${name}.serving.svc`, api, modelName, pods: pods("serving", { app: name }), ports: [{ port: 8080 }] }) as const;
const services = new Map([
  ["iris", called("iris", "v1", "iris")],
  ["labels", called("labels", "v2", "labels")],
  ["ranking", called("ranking", "v2")],
]);
const to = { type: "service", service: "iris" } as const;
const toLabels = { type: "service", service: "labels" } as const;
const chain = { type: "sequence", steps: [{ to }, { to: toLabels }] } as const;
const both = (weight: number) =>
  ({
    type: "splitter",
    steps: [
      { to, weight: 80 },
      { to: toLabels, weight },
    ],
  }) as const;
const toNode = (node: string) => ({ type: "sequence", steps: [{ to: { type: "node", node } }] }) as const;

const graph = contractEntry<GraphProps>({
  title: "InferenceGraph",
  pin: kservePin,
  schema: graphSchema,
  build: (scope, props) => {
    new KserveOperator(scope, "Operator", { certificateIssuer: elsewhere });
    new InferenceGraph(scope, "Subject", { ...props, name: "subject", services });
  },
  smallest: { nodes: { root: chain } },
  variants: {
    namespace: { namespace: "flows" },
    nodes: { nodes: { root: both(20) } },
    callers: { callers: ["web"] },
    timeout: { timeout: Duration.seconds(30) },
    replicas: { replicas: 2 },
    cpu: { cpu: 0.5 },
    memory: { memory: Size.gibibytes(1) },
    pool: { pool: gpus },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "kserve.graph-no-root": { nodes: { first: chain } },
    "kserve.graph-unreachable-node": { nodes: { root: chain, other: chain } },
    "kserve.graph-cycle": { nodes: { root: toNode("next"), next: toNode("root") } },
    "kserve.graph-unknown-node": { nodes: { root: toNode("nxt") } },
    "kserve.graph-unknown-service": { nodes: { root: { type: "sequence", steps: [{ to: { ...to, service: "irs" } }] } } },
    "kserve.graph-model-name": { nodes: { root: { type: "sequence", steps: [{ to: { ...to, service: "ranking" } }] } } },
    "kserve.graph-weights": { nodes: { root: both(30) } },
    "kserve.graph-first-step": { nodes: { root: { type: "sequence", steps: [{ to, data: "response" }] } } },
    "kserve.graph-maps-v2": {
      nodes: { root: { type: "sequence", steps: [{ to }, { to: toLabels, mapPredictionsToInstances: true }] } },
    },
  },
  alerts: graphAlertCases,
});

/** What the contract suite tries. */
export const entries = [operator, llmOperator, service, llm, routedLlm, graph];
