/**
 * KServe v0.20.0's controller of language models with a router, with its webhooks. Containers do not run, and the test answers for the gateway; LeaderWorkerSet's
 * controller is not there.
 *
 * @exercises kserve
 */

import { type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { appliesAgain } from "./apply-again";
import { KSERVE_LLM, startKserveLlm } from "./kserve-process";
import { eventually, read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";

const GATEWAY = { name: "inference", namespace: "gateways" } as const;
const through = (host: string) => ({ type: "gateway", ...GATEWAY, host, source: { namespace: "proxies" } }) as const;
const model = {
  model: { type: "hub", id: "Qwen/Qwen2.5-0.5B-Instruct", revision: "7ae557604adf67be50417f59c2c2f167def9a775" },
  shape: { parameters: 0.5, layers: 24, attentionHeads: 14, keyValueHeads: 2, headSize: 64 },
  pool: "gpu",
} as const;
const node = { cpu: 64, memory: Size.gibibytes(256), accelerators: { type: "nvidia-l4", count: 1 } } as const;
const PARTS = {
  nodePools: { gpu: { type: "static", nodes: 4, node } },
  certManager: {},
  leaderWorkerSet: {},
  kserve: {
    llms: {
      chat: { ...model, replicas: 2, router: { through: through("chat.internal"), scorers: { prefixCache: 5 } } },
      large: { ...model, nodes: 2, pipelineParallel: 2, rollout: "replace", router: { through: through("large.internal") } },
    },
  },
} as const;

const operator = withRealOperators([KSERVE_LLM], { nodes: simulatedNodes({ ...EMBEDDED, ...PARTS }) });
const whole = released({ ...EMBEDDED, ...PARTS });
/** Without the pods that replace the controllers: their account has the name of the real one's. */
const release = { ...whole, objects: whole.objects.filter(({ manifest }) => manifest.metadata.namespace !== "kserve") };
const kindOf = (kind: string): KubeObject[] => release.objects.map(({ manifest }) => manifest).filter((one) => one.kind === kind);
const ours = kindOf("LLMInferenceService");
const [chat, large] = [named("chat"), named("large")];

function named(name: string): KubeObject {
  const found = ours.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`the release has no model ${name}`);
  return found;
}

/** An object that KServe makes. */
function made(apiVersion: string, kind: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: "serving" } };
}

const deployment = made("apps/v1", "Deployment", "chat-kserve");
const picker = made("apps/v1", "Deployment", "chat-kserve-router-scheduler");
const route = made("gateway.networking.k8s.io/v1", "HTTPRoute", "chat-kserve-route");
const pool = made("inference.networking.k8s.io/v1", "InferencePool", "chat-inference-pool");
const groups = made("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "large-kserve-mn");

const seen = (object: KubeObject) => operator.until(object, () => true);

beforeAll(async () => {
  const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...PARTS });
  await startKserveLlm(operator, { release, real });
  const client = operator.client();
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: GATEWAY.namespace } }, { fieldManager: "test" });
  const gatewayClass = { apiVersion: "gateway.networking.k8s.io/v1", kind: "GatewayClass", metadata: { name: "any" } };
  await client.apply({ ...gatewayClass, spec: { controllerName: "example.com/gateway" } }, { fieldManager: "test" });
  const listeners = [{ name: "http", port: 80, protocol: "HTTP" }];
  const spec = { gatewayClassName: "any", listeners };
  const gateway = { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { ...GATEWAY }, spec };
  await client.apply(gateway, { fieldManager: "test" });
  await answer(gateway, { conditions: conditionsOf({ Accepted: "True", Programmed: "True" }) });
  operator.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

/** Writes a status, as a gateway's controller does. */
async function answer(object: KubeObject, status: JsonObject): Promise<void> {
  await operator.client().patch({ ...refOf(object), subresource: "status" }, { type: "merge", body: { status } });
}

function conditionsOf(statuses: Readonly<Record<string, "True" | "False">>, reason = "Test"): JsonObject[] {
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  return Object.entries(statuses).map(([type, status]) => ({
    type,
    status,
    reason,
    message: "",
    lastTransitionTime,
    observedGeneration: 1,
  }));
}

test(
  "the Deployment has our pod as it is: nothing is merged into it",
  async () => {
    const live = await seen(deployment);
    const pod = valueAt(live, ["spec", "template", "spec"]) as JsonObject;
    const template = valueAt(chat, ["spec", "template"]) as JsonObject;

    expect(valueAt(live, ["spec", "replicas"])).toBe(2);
    for (const key of ["containers", "initContainers"] as const) expect(namesIn(pod[key])).toEqual(namesIn(template[key]));
    expect(namesIn(pod["volumes"])).toEqual(namesIn(template["volumes"]));
    for (const key of ["command", "args", "image", "env", "resources", "volumeMounts", "securityContext"])
      expect(valueAt(pod, ["containers", 0, key])).toEqual(valueAt(template, ["containers", 0, key]));
    expect(pod).toMatchObject({ serviceAccountName: "chat-serving", automountServiceAccountToken: false });
    expect(pod["nodeSelector"]).toEqual(template["nodeSelector"]);
    expect(valueAt(live, ["spec", "template", "metadata", "labels"])).toMatchObject({
      "serving.kserve.io/inferenceservice": "chat",
      component: "predictor",
    });
  },
  WITHIN_MS,
);

/** Names of a list. */
function namesIn(list: JsonValue | undefined): string[] {
  return ((list ?? []) as JsonObject[]).map(({ name }) => String(name));
}

test(
  "the endpoint picker has our pod, configuration and account, to which KServe binds its role",
  async () => {
    const container = valueAt(await seen(picker), ["spec", "template", "spec", "containers", 0]) as JsonObject;
    const template = valueAt(chat, ["spec", "router", "scheduler", "template"]) as JsonObject;
    const args = container["args"] as string[];
    const at = args.indexOf("--config-text");

    expect(args.slice(0, at)).toEqual(valueAt(template, ["containers", 0, "args"]));
    expect(args).toHaveLength(at + 2);
    expect(JSON.parse(String(args[at + 1]))).toEqual(valueAt(chat, ["spec", "router", "scheduler", "config", "inline"]));
    expect(valueAt(await seen(picker), ["spec", "template", "spec", "serviceAccountName"])).toBe("chat-epp");
    const binding = await seen(made("rbac.authorization.k8s.io/v1", "RoleBinding", "chat-epp-rb"));
    expect(binding["subjects"]).toEqual([{ kind: "ServiceAccount", name: "chat-epp", namespace: "serving" }]);
    const service = await seen(made("v1", "Service", "chat-epp-service"));
    expect(namesIn(valueAt(service, ["spec", "ports"]))).toEqual(["grpc", "grpc-health", "metrics"]);
  },
  WITHIN_MS,
);

test(
  "the pool is ours, and the route leads our host and path of the Gateway to it, in the version that the gateway knows",
  async () => {
    expect((await seen(pool))["spec"]).toEqual(valueAt(chat, ["spec", "router", "scheduler", "pool", "spec"]));
    const first = await seen(route);
    const parentRef = { group: "gateway.networking.k8s.io", kind: "Gateway", ...GATEWAY };
    expect(valueAt(first, ["spec", "parentRefs"])).toEqual([parentRef]);
    const parent = { parentRef, controllerName: "example.com/gateway" };

    // KServe tries the version before: a gateway of today does not know it.
    await answer(route, {
      parents: [
        { ...parent, conditions: [...conditionsOf({ Accepted: "True" }), ...conditionsOf({ ResolvedRefs: "False" }, "InvalidKind")] },
      ],
    });
    const live = await operator.until(route, (one) => backendOf(one)?.["group"] === "inference.networking.k8s.io");

    expect(live["spec"]).toMatchObject(valueAt(chat, ["spec", "router", "route", "http", "spec"]) as JsonObject);
    await answer(route, { parents: [{ ...parent, conditions: accepted(live, { Accepted: "True", ResolvedRefs: "True" }) }] });
    await answer(pool, { parents: [{ parentRef, conditions: accepted(await seen(pool), { Accepted: "True", ResolvedRefs: "True" }) }] });
  },
  WITHIN_MS,
);

function backendOf(one: KubeObject): JsonObject | undefined {
  return valueAt(one, ["spec", "rules", 0, "backendRefs", 0]) as JsonObject | undefined;
}

/** Conditions of the object as it is. */
function accepted({ metadata }: KubeObject, statuses: Readonly<Record<string, "True">>): JsonObject[] {
  return conditionsOf(statuses).map((condition) => ({ ...condition, observedGeneration: metadata["generation"] ?? 1 }));
}

test(
  "the model becomes ready with the status that the simulator writes, and is as we sent it",
  async () => {
    const row = rowOf(chat);

    const live = await operator.until(chat, (one) => healthOf(one, row).state === "ready");

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    expect(live["spec"]).toEqual(chat["spec"]);
  },
  WITHIN_MS,
);

test(
  "our Service and KServe's own lead to both pods, on the port of the pool",
  async () => {
    for (const name of ["chat", "chat-kserve-workload-svc"]) {
      const slices = await eventually(
        () => list("EndpointSlice", `kubernetes.io/service-name=${name}`, "discovery.k8s.io/v1"),
        (all) => all.flatMap((slice) => slice["endpoints"] ?? []).length === 2,
      );
      expect(slices.map((slice) => valueAt(slice, ["ports", 0, "port"]))).toEqual([8000]);
    }
  },
  WITHIN_MS,
);

function list(kind: string, labelSelector: string, apiVersion: string): Promise<readonly KubeObject[]> {
  return operator.client().list({ apiVersion, kind, namespace: "serving", labelSelector });
}

test(
  "a model on several nodes is a LeaderWorkerSet, whose leaders are the pool",
  async () => {
    const live = await seen(groups);
    const template = valueAt(live, ["spec", "leaderWorkerTemplate"]) as JsonObject;
    const selector = valueAt(large, ["spec", "router", "scheduler", "pool", "spec", "selector", "matchLabels"]) as JsonObject;

    expect(template).toMatchObject({ size: 2, restartPolicy: "RecreateGroupOnPodRestart" });
    expect(valueAt(template, ["leaderTemplate", "metadata", "labels"])).toMatchObject(selector);
    expect(valueAt(template, ["workerTemplate", "metadata", "labels"])).not.toMatchObject(selector);
    for (const [part, sent] of [
      ["leaderTemplate", "template"],
      ["workerTemplate", "worker"],
    ] as const)
      expect(valueAt(template, [part, "spec", "containers", 0, "args"])).toEqual(valueAt(large, ["spec", sent, "containers", 0, "args"]));
    expect(valueAt(template, ["workerTemplate", "metadata", "labels", "serving.kserve.io/inferenceservice"])).toBe("large");
  },
  WITHIN_MS,
);

appliesAgain(operator, "KServe has written", () => ({ release, objects: [...ours, ...kindOf("LLMInferenceServiceConfig")] }));

test(
  "another number of nodes is refused, and leaves the model as it is",
  async () => {
    const body = { spec: { parallelism: { pipeline: 4 } } };

    await expect(operator.client().patch(refOf(large), { type: "merge", body })).rejects.toThrow(/denied the request/);
  },
  WITHIN_MS,
);

test(
  "a model without a preset has failed, and says so",
  async () => {
    const [name, namespace] = ["kserve-config-llm-scheduler", "alone"];
    const apiVersion = "v1";
    const lonely = { ...chat, metadata: { ...chat.metadata, namespace } };
    await operator.client().apply({ apiVersion, kind: "Namespace", metadata: { name: namespace } }, { fieldManager: "test" });

    await operator.client().apply(lonely, { fieldManager: "test" });

    const live = await operator.until(lonely, (one) => healthOf(one, rowOf(one)).state === "failed");
    expect(healthOf(live, rowOf(live)).message).toContain(name);
  },
  WITHIN_MS,
);
