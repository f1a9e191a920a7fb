import { App } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { routedCopiesOf } from "#lib/components/kserve/copies";
import {
  KserveLlmOperator,
  KserveOperator,
  kservePin,
  LanguageModel,
  type LanguageModelPlace,
  type LlmProps,
} from "#lib/components/kserve/index";
import { routedReadiness } from "#lib/components/kserve/readiness";
import { LeaderWorkerSetOperator } from "#lib/components/leader-worker-set/index";
import { type JsonObject, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { ScaleAsk } from "#lib/kube/event-scaler";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { elsewhere, gpus, pretrainedWith, registryWith, storageWith } from "./places";

const models = storageWith("models");
const model = { type: "storage", storage: models, path: "qwen" } as const;
const shape = { parameters: 7.6, layers: 28, attentionHeads: 28, keyValueHeads: 4, headSize: 128 } as const;
const source = { namespace: "envoy-gateway-system", labels: { app: "envoy" } };
const through = { type: "gateway", name: "inference", namespace: "gateway", host: "chat.models.internal", source } as const;
const router = { through };

function releaseOf(props: Partial<LlmProps & LanguageModelPlace>): Release {
  const app = new App();
  const chart = new StageChart(app, "model-serving");
  new KserveOperator(chart, "Operator", { certificateIssuer: elsewhere });
  new KserveLlmOperator(chart, "Models", { certificateIssuer: elsewhere });
  new LanguageModel(chart, "Subject", { name: "chat", model, shape, pool: gpus, concurrentSequences: 4, router, ...props });
  return unwrap(synthesize(app, "kserve", { kinds: kservePin.kinds }));
}

function objectsOf(props: Partial<LlmProps & LanguageModelPlace> = {}): KubeObject[] {
  return releaseOf(props).objects.map(({ manifest }) => manifest);
}

function find(objects: readonly KubeObject[], kind: string, name?: string): KubeObject {
  const found = objects.find((each) => each.kind === kind && (name === undefined || each.metadata.name === name));
  if (!found) throw new Error(`no ${kind} ${name ?? ""}`);
  return found;
}

const specOf = (props: Partial<LlmProps & LanguageModelPlace> = {}) => find(objectsOf(props), "LLMInferenceService")["spec"] as JsonObject;

describe("a language model with a router", () => {
  it("keeps its pod, in the container that KServe expects, on the port of KServe's Service", () => {
    const spec = specOf({ replicas: 2 });

    expect(spec).toMatchObject({
      model: { name: "chat", uri: "s3://models/qwen/" },
      storageInitializer: { enabled: false },
      replicas: 2,
      labels: { "serving.kserve.io/inferenceservice": "chat", component: "predictor" },
      template: { serviceAccountName: "chat-serving", automountServiceAccountToken: false },
    });
    const container = valueAt(spec, ["template", "containers", 0]) as JsonObject;
    expect(container).toMatchObject({ name: "main", command: ["vllm", "serve", "/mnt/models"] });
    expect(container["args"]).toContain("--port=8000");
    expect(valueAt(container, ["readinessProbe", "httpGet", "port"])).toBe(8000);
    expect(valueAt(spec, ["template", "initContainers", 0, "args"])).toEqual(["s3://models/qwen/", "/mnt/models"]);
    for (const key of ["deploymentStrategy", "annotations", "labels"]) expect(spec["template"]).not.toHaveProperty(key);
    expect(spec["worker"]).toBeUndefined();
  });

  it("has no InferenceService, and a Service and a disruption budget for its pods", () => {
    const objects = objectsOf({ replicas: 2 });

    expect(objects.map(({ kind }) => kind)).not.toContain("InferenceService");
    expect(find(objects, "Service", "chat")["spec"]).toMatchObject({
      selector: { "serving.kserve.io/inferenceservice": "chat", component: "predictor" },
      ports: [{ port: 80, targetPort: 8000 }],
    });
    expect(objects.map(({ kind }) => kind)).toContain("PodDisruptionBudget");
  });

  it("leads requests of OpenAI's API at the host to the pool", () => {
    const spec = specOf({ router: { through: { ...through, listener: "https" } } });

    expect(valueAt(spec, ["router", "gateway", "refs"])).toEqual([{ name: "inference", namespace: "gateway", sectionName: "https" }]);
    expect(valueAt(spec, ["router", "route", "http", "spec"])).toMatchObject({
      hostnames: ["chat.models.internal"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/v1" } }],
          backendRefs: [{ group: "inference.networking.k8s.io", kind: "InferencePool", name: "chat-inference-pool" }],
        },
      ],
    });
    expect(valueAt(spec, ["router", "scheduler", "pool", "spec"])).toMatchObject({
      selector: { matchLabels: { "app.kubernetes.io/name": "chat", "kserve.io/component": "workload" } },
      targetPorts: [{ number: 8000 }],
      endpointPickerRef: { name: "chat-epp-service", port: { number: 9002 }, failureMode: "FailOpen" },
    });
  });

  it("weighs what pods have in their caches, and which adapters they have loaded", () => {
    const weights = (props: Partial<LlmProps>) =>
      Object.fromEntries(
        (valueAt(specOf(props), ["router", "scheduler", "config", "inline", "schedulingProfiles", 0, "plugins"]) as JsonObject[]).map(
          ({ pluginRef, weight }) => [pluginRef, weight],
        ),
      );

    expect(weights({})).toMatchObject({ "prefix-cache-scorer": 3, "queue-scorer": 2, "kv-cache-utilization-scorer": 2 });
    expect(weights({})).not.toHaveProperty("lora-affinity-scorer");
    expect(weights({ router: { through, scorers: { prefixCache: 9 } } })).toMatchObject({ "prefix-cache-scorer": 9, "queue-scorer": 2 });
    expect(weights({ adapters: { support: { storage: models, path: "lora/support" } } })).toHaveProperty("lora-affinity-scorer", 4);
  });

  it("merges nothing into it: the presets of its namespace are empty", () => {
    const presets = objectsOf().filter(({ kind }) => kind === "LLMInferenceServiceConfig");

    expect(presets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      "serving/kserve-config-llm-router-route",
      "serving/kserve-config-llm-scheduler",
      "serving/kserve-config-llm-template",
      "serving/kserve-config-llm-worker-pipeline-parallel",
    ]);
    expect(presets.map(({ spec }) => spec)).toEqual([{}, {}, {}, {}]);
  });

  it("gives the endpoint picker an account of its own, without the identity of the model's", () => {
    const identity = { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/serve" };
    const objects = objectsOf({ serviceAccountAnnotations: identity });
    const picker = valueAt(find(objects, "LLMInferenceService"), ["spec", "router", "scheduler", "template"]);

    expect(picker).toMatchObject({ serviceAccountName: "chat-epp", automountServiceAccountToken: true });
    expect(find(objects, "ServiceAccount", "chat-epp").metadata.annotations ?? {}).not.toMatchObject(identity);
    expect(find(objects, "ServiceAccount", "chat-serving").metadata.annotations).toMatchObject(identity);
  });

  it("opens the ways of the gateway, and of the endpoint picker to pods and API server", () => {
    const names = objectsOf()
      .filter(({ kind }) => kind === "NetworkPolicy")
      .map(({ metadata }) => metadata.name);

    expect(names).toEqual(
      expect.arrayContaining([
        "gateway-to-serving.chat-ingress",
        "gateway-to-serving.chat.picker-ingress",
        "serving.chat.picker-egress",
        "serving.chat.picker-ingress",
        "serving.chat.picker-to-api-server-egress",
      ]),
    );
  });

  it("asks for a gateway that knows InferencePools", () => {
    const required = releaseOf({}).requires.filter(({ type }) => type === "kind");

    expect(required.map(({ name }) => name)).toContain("inference.networking.k8s.io/v1 InferencePool");
  });

  it("shows where the model comes from, in KServe's way, be it a registry or a claim", () => {
    const registry = registryWith("mlflow");
    const facts = { parameters: 7.62e9, precision: "bfloat16", layers: 28, kvHeads: 4, headDimension: 128, contextLength: 32_768 } as const;
    const claim = { type: "pretrained", model: pretrainedWith("qwen", { facts }) } as const;
    const uri = (props: Partial<LlmProps>) => valueAt(specOf(props), ["model", "uri"]);

    expect(uri({ model: { type: "registry", registry, name: "qwen", version: "3" } })).toBe("models:///qwen/3");
    expect(uri({ model: claim })).toMatch(/^pvc:\/\/[a-z0-9-]+$/);
  });

  it("leaves the number of its pods to an autoscaler, and says the most of them", () => {
    const asks: ScaleAsk[] = [];
    const scaler = { scale: (_scope: unknown, ask: ScaleAsk) => void asks.push(ask) };
    const object = find(objectsOf({ scaling: { max: 3 }, scaler } as Partial<LlmProps & LanguageModelPlace>), "LLMInferenceService");

    expect(asks).toMatchObject([
      { name: "chat-kserve", target: { kind: "Deployment", name: "chat-kserve" }, replicas: { min: 1, max: 3 } },
    ]);
    expect(object["spec"]).not.toHaveProperty("replicas");
    expect(routedCopiesOf(object, "spec.template")).toBe(3);
  });

  it("has failed where KServe cannot make an object of it, and not while pods start", () => {
    const live = (...conditions: readonly (readonly [string, string])[]) =>
      ({
        ...find(objectsOf(), "LLMInferenceService"),
        metadata: { name: "chat", generation: 1 },
        status: { observedGeneration: 1, conditions: conditions.map(([type, status]) => ({ type, status })) },
      }) as KubeObject;

    expect(healthOf(live(["PresetsCombined", "True"], ["Ready", "False"]), routedReadiness).state).toBe("waiting");
    expect(healthOf(live(["PresetsCombined", "True"], ["Ready", "True"]), routedReadiness).state).toBe("ready");
    expect(healthOf(live(["PresetsCombined", "False"]), routedReadiness).state).toBe("failed");
  });

  describe("on several nodes", () => {
    const podGroups = new LeaderWorkerSetOperator(elsewhere, "RoutedGroups");
    const props = { nodes: 2, pipelineParallel: 2, rollout: "replace", replicas: 3, podGroups } as const;
    const onNodes = objectsOf(props);
    const object = find(onNodes, "LLMInferenceService");

    it("is a group of pods for each copy, of which the leaders answer", () => {
      const argsOf = (part: "template" | "worker") => valueAt(object, ["spec", part, "containers", 0, "args"]);

      expect(valueAt(object, ["spec", "parallelism"])).toEqual({ pipeline: 2 });
      expect(argsOf("template")).toEqual(expect.arrayContaining(["--nnodes=2", "--master-addr=$(LWS_LEADER_ADDRESS)", "--port=8000"]));
      expect(argsOf("template")).not.toContain("--headless");
      expect(argsOf("worker")).toContain("--headless");
      expect(valueAt(object, ["spec", "worker", "containers", 0, "readinessProbe"])).toBeUndefined();
      expect(valueAt(find(onNodes, "Service", "chat"), ["spec", "selector"])).toMatchObject({
        "leaderworkerset.sigs.k8s.io/name": "chat-kserve-mn",
        "leaderworkerset.sigs.k8s.io/worker-index": "0",
      });
      expect(onNodes.map(({ kind }) => kind)).not.toContain("LeaderWorkerSet");
    });

    it("counts the pods of each part", () => {
      const parts = ["spec.template", "spec.worker", "spec.router.scheduler.template"];

      expect(parts.map((at) => routedCopiesOf(object, at))).toEqual([3, 3, 1]);
    });

    it("is replaced group by group", () => {
      expect(() => objectsOf({ ...props, rollout: "surge" })).toThrow(/kserve.router-rollout.*LeaderWorkerSet/s);
    });
  });
});

describe("models with a router in an environment", () => {
  const llm = (host: string) => ({
    model: { type: "hub", id: "Qwen/Qwen2.5-7B-Instruct", revision: "a09a35458c702b33eeacc393d103063234e8bc28" } as const,
    shape,
    pool: "gpu",
    concurrentSequences: 4,
    router: { through: { ...through, host } },
  });
  const environment = (kserve: EnvironmentSpec["kserve"]): EnvironmentSpec => ({
    name: "routed",
    cluster: { type: "context", context: "any" },
    nodePools: {
      gpu: {
        type: "static",
        nodes: 4,
        node: { cpu: 64, memory: Size.gibibytes(256), accelerators: { type: "nvidia-l4", count: 4 } },
      },
    },
    certManager: {},
    kserve,
  });
  const chartsOf = (kserve: EnvironmentSpec["kserve"]) =>
    unwrap(createPlatform().resolve(environment(kserve))).release.helmReleases.map(({ name }) => name);

  it("bring the second controller, once, and share the presets of their namespace", () => {
    const { release } = unwrap(createPlatform().resolve(environment({ llms: { chat: llm("a.internal"), code: llm("b.internal") } })));

    expect(release.helmReleases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["llmisvc-controller-manager", "kserve-llmisvc-crd"]),
    );
    expect(release.objects.filter(({ manifest }) => manifest.kind === "LLMInferenceServiceConfig")).toHaveLength(4);
  });

  it("are the only reason for the second controller, but for its own props", () => {
    const { router: _router, ...plain } = llm("a.internal");

    expect(chartsOf({ llms: { chat: plain } })).not.toContain("llmisvc-controller-manager");
    expect(chartsOf({ llmOperator: { replicas: 2 } })).toContain("llmisvc-controller-manager");
  });

  it("let monitoring read the metrics of the controller, and not its webhooks, whose Service has the same labels", () => {
    const { release } = unwrap(createPlatform().resolve({ ...environment({ llmOperator: {} }), monitoring: {} }));
    const monitor = find(
      release.objects.map(({ manifest }) => manifest),
      "ServiceMonitor",
      "llmisvc-controller-manager",
    );

    expect(valueAt(monitor, ["spec", "endpoints"])).toMatchObject([
      {
        port: "https",
        relabelings: [{ action: "keep", sourceLabels: ["__meta_kubernetes_service_name"], regex: "llmisvc-controller-manager-service" }],
      },
    ]);
  });

  it("have a host of their own each", () => {
    const result = createPlatform().resolve(environment({ llms: { chat: llm("a.internal"), code: llm("a.internal") } }));

    expect(result).toMatchObject({
      ok: false,
      problems: [{ id: "kserve.router-same-host", path: "kserve.llms.code.router.through.host" }],
    });
  });
});
