/**
 * KServe v0.20.0 on our services, language models and graphs, with its webhooks for them and for their pods. Containers do not run: no model is fetched, and
 * pods are ready by themselves.
 *
 * @exercises kserve
 */

import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { healthOf } from "#lib/kube/health";
import { type KubeObject, objectId } from "#lib/kube/object";
import { VERSION_ANNOTATION } from "#lib/kube/versioned-service";
import { refOf } from "#stacks/cluster/calls";
import { withGoProgram } from "../fixtures/go-program";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { hasPodNetworks, onPodNetwork, startPodNetwork } from "../fixtures/pod-network";
import { fieldOf } from "../fixtures/pod-process";
import { appliesAgain } from "./apply-again";
import { PARTS, stored } from "./kserve-parts";
import { KSERVE, ROUTER, startKserve } from "./kserve-process";
import { eventually, read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";

const operator = withRealOperators([KSERVE], { nodes: simulatedNodes({ ...EMBEDDED, ...PARTS }) });
const router = withGoProgram({ ...ROUTER, source: join(__dirname, "modules", ROUTER.module) });
/** Where Services of the graph's steps are in the network of the router. */
const ADDRESSES = { animals: "10.96.0.1", breeds: "10.96.0.2", iris: "10.96.0.3" } as const;
const release = released({ ...EMBEDDED, ...PARTS });
const kindOf = (kind: string): KubeObject[] => release.objects.map(({ manifest }) => manifest).filter((one) => one.kind === kind);
const service = (name: string): KubeObject => named("InferenceService", name);
const graph = named("InferenceGraph", "pets-graph");
const ours = [...kindOf("InferenceService"), graph];

function named(kind: string, name: string): KubeObject {
  const found = kindOf(kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`the release has no ${kind} ${name}`);
  return found;
}

beforeAll(async () => {
  const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...PARTS });
  await startKserve(operator, { release, real });
  operator.applyTree(release, { withoutDefinitions: true });
}, STARTED_WITHIN_MS);

test.each(ours.map((object) => [objectId(object), object] as const))(
  "%s becomes ready with the status that the simulator writes, and is as we sent it",
  async (_id, object) => {
    const row = rowOf(object);

    const live = await operator.until(object, (seen) => healthOf(seen, row).state === "ready" && isLoaded(seen));

    expect(read(live["status"], row)).toEqual(read(row.simulated?.at(-1)?.status, row));
    expect(live["spec"]).toEqual(object["spec"]);
  },
  WITHIN_MS,
);

/** The state of the model follows a moment after the condition; a graph has none. */
function isLoaded({ kind, status }: KubeObject): boolean {
  return kind !== "InferenceService" || valueAt(status, ["modelStatus", "transitionStatus"]) !== "InProgress";
}

test(
  "a canary has its share of the pods, and our Service leads to the pods of both revisions",
  async () => {
    await replicasAre({ "iris-v1-predictor": 9, "iris-v2-predictor": 1 });

    const live = await operator.client().get({ apiVersion: "v1", kind: "Service", name: "iris", namespace: "serving" });
    const selector = Object.entries(valueAt(live, ["spec", "selector"]) as JsonObject).map(([key, value]) => `${key}=${value}`);
    const pods = await list("Pod", selector.join(","));
    expect(countBy(pods, ({ metadata }) => metadata.labels?.["app"])).toEqual({ "isvc.iris-v1-predictor": 9, "isvc.iris-v2-predictor": 1 });
    const endpoints = await list("EndpointSlice", "kubernetes.io/service-name=iris", "discovery.k8s.io/v1");
    expect(endpoints.flatMap((slice) => slice["endpoints"] as JsonObject[])).toHaveLength(10);
  },
  WITHIN_MS,
);

test(
  "services that scale by their load have an autoscaler of Kubernetes, the other ones none",
  async () => {
    const scalers = await list("HorizontalPodAutoscaler", "", "autoscaling/v2");

    expect(scalers.map(({ metadata, spec = null }) => [metadata.name, withoutMetrics(spec)])).toEqual([
      ["animals-predictor", { minReplicas: 2, maxReplicas: 4, scaleTargetRef: expect.objectContaining({ name: "animals-predictor" }) }],
    ]);
    expect(valueAt(scalers[0], ["spec", "metrics", 0, "resource"])).toEqual({
      name: "cpu",
      target: { type: "Utilization", averageUtilization: 80 },
    });
  },
  WITHIN_MS,
);

test(
  "the scaler of a language model has its Deployment as target, whose pods KServe leaves alone",
  async () => {
    const [scaled] = kindOf("ScaledObject");
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "chat-predictor", namespace: "serving" } };
    expect(valueAt(scaled, ["spec", "scaleTargetRef", "name"])).toBe(deployment.metadata.name);
    const { client } = operator;

    await client().patch(refOf(deployment), { type: "merge", body: { spec: { replicas: 2 } } });
    // KServe looks at it once more.
    await client().patch(refOf(service("chat")), { type: "merge", body: { metadata: { labels: { touched: "yes" } } } });
    await operator.until(deployment, (seen) => valueAt(seen, ["spec", "template", "metadata", "labels", "touched"]) === "yes");

    await operator.until(deployment, (seen) => valueAt(seen, ["status", "readyReplicas"]) === 2);
    const pods = await list("Pod", "serving.kserve.io/inferenceservice=chat");
    const [pod] = pods;
    expect(valueAt(pod, ["spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"])).toBe("1");
    expect(valueAt(pod, ["spec", "nodeName"])).toMatch(/^gpu-/);
  },
  WITHIN_MS,
);

test(
  "pods fetch their model with our container alone, with endpoint, keys and CA of the bucket",
  async () => {
    const [pod] = await list("Pod", "app=isvc.iris-v2-predictor");

    const containers = valueAt(pod, ["spec", "initContainers"]) as JsonObject[];
    expect(containers.map(({ name, args }) => [name, args])).toEqual([["storage-initializer", ["s3://models/iris/2/", "/mnt/models"]]]);
    const env = containers[0]?.["env"] as JsonObject[];
    expect(Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]))).toMatchObject({
      AWS_ENDPOINT_URL: "https://s3.example.com",
      AWS_ACCESS_KEY_ID: { secretKeyRef: { name: "s3", key: "id" } },
      AWS_SECRET_ACCESS_KEY: { secretKeyRef: { name: "s3", key: "secret" } },
      AWS_CA_BUNDLE: "/etc/beamstack/bucket-ca/ca.crt",
    });
    expect(valueAt(pod, ["spec", "containers"])).toHaveLength(1);
    expect(valueAt(pod, ["spec", "containers", 0, "volumeMounts"])).toContainEqual(expect.objectContaining({ mountPath: "/mnt/models" }));
  },
  WITHIN_MS,
);

test(
  "the version that a loop writes is that of new pods, whose container fetches it",
  async () => {
    const predictor = { annotations: { [VERSION_ANNOTATION]: "4" } };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "churn-canary-predictor", namespace: "serving" } };
    const versionOf = (seen: KubeObject) => valueAt(seen, ["spec", "template", "metadata", "annotations", VERSION_ANNOTATION]);

    await operator.client().patch(refOf(service("churn-canary")), { type: "merge", body: { spec: { predictor } } });

    await operator.until(deployment, (seen) => versionOf(seen) === "4");
    const [pod] = await eventually(
      () => list("Pod", "serving.kserve.io/inferenceservice=churn-canary"),
      (pods) => pods.length === 1 && pods[0]?.metadata.annotations?.[VERSION_ANNOTATION] === "4",
    );
    const [fetcher, ...others] = valueAt(pod, ["spec", "initContainers"]) as JsonObject[];
    expect([fetcher?.["name"], fetcher?.["args"], others]).toEqual(["storage-initializer", ["churn", "3", "/mnt/models"], []]);
    const env = fetcher?.["env"] as JsonObject[];
    const field = env.find(({ name }) => name === "MODEL_VERSION");
    expect(field && pod && fieldOf(pod, field)).toBe("4");
  },
  WITHIN_MS,
);

test(
  "a transformer and an explainer have pods of their own, which know the predictor",
  async () => {
    await replicasAre({ "breeds-predictor": 1, "breeds-transformer": 1, "breeds-explainer": 1 });

    for (const part of ["transformer", "explainer"]) {
      const [pod] = await list("Pod", `serving.kserve.io/inferenceservice=breeds,component=${part}`);
      expect(valueAt(pod, ["spec", "containers", 0, "args"])).toEqual(
        expect.arrayContaining(["--predictor_host", "breeds-predictor.serving"]),
      );
    }
  },
  WITHIN_MS,
);

test(
  "the router of a graph runs our image as its account, and has the steps with the addresses of our Services",
  async () => {
    const [pod] = await list("Pod", `serving.kserve.io/inferencegraph=${graph.metadata.name}`, "v1", "graphs");

    expect(valueAt(pod, ["spec", "serviceAccountName"])).toBe(graph.metadata.name);
    expect(valueAt(pod, ["spec", "containers", 0, "image"])).toBe("docker.io/kserve/router:v0.20.0");
    expect(JSON.stringify(valueAt(pod, ["spec", "containers", 0, "args"]))).toContain(
      "http://animals.serving.svc/v1/models/animals:predict",
    );
  },
  WITHIN_MS,
);

(hasPodNetworks ? test : test.skip)(
  onPodNetwork("that router leads requests from step to step, and shares them by weight"),
  async () => {
    const [pod] = await list("Pod", `serving.kserve.io/inferencegraph=${graph.metadata.name}`, "v1", "graphs");
    const network = await startPodNetwork(operator.folder, operator.server());
    try {
      await network.serve(Object.values(ADDRESSES), 80);
      const args = (valueAt(pod, ["spec", "containers", 0, "args"]) as string[]).map((text) =>
        text.replaceAll(/(?<=http:\/\/)(\w+)\.serving\.svc/g, (name, service: keyof typeof ADDRESSES) => ADDRESSES[service] ?? name),
      );
      const [enter = "", ...inside] = network.inside;
      operator.start({ name: enter, args: () => [...inside, router, ...args] });
      const ask = (times: number) => network.ask({ port: 8080, host: "pets-graph.graphs.svc", path: "/", times });
      await eventually(
        () => ask(1),
        (seen) => seen["ConnectionRefusedError"] === undefined,
      );

      const answers = await ask(1000);

      const first = `${ADDRESSES.animals}/v1/models/animals:predict`;
      const [breeds, iris] = [`${first} ${ADDRESSES.breeds}/v1/models/breeds:predict`, `${first} ${ADDRESSES.iris}/v2/models/iris/infer`];
      expect(Object.keys(answers).sort()).toEqual([breeds, iris]);
      // Five standard deviations of what is led by chance.
      expect(Math.abs((answers[iris] ?? 0) - 300)).toBeLessThan(5 * Math.sqrt(1000 * 0.3 * 0.7));
    } finally {
      await network.stop();
    }
  },
  WITHIN_MS,
);

appliesAgain(operator, "KServe has written", () => ({ release, objects: ours }));

test("the pods that a scaler wanted are still there", () => replicasAre({ "chat-predictor": 2 }), WITHIN_MS);

/** Applies the environment with another service `iris`. */
function applyIris(iris: object): void {
  const kserve = { ...PARTS.kserve, services: { ...PARTS.kserve.services, iris } };
  operator.applyTree(released({ ...EMBEDDED, ...PARTS, kserve } as EnvironmentSpec), { withoutDefinitions: true });
}

async function podsOf(revision: string): Promise<string[]> {
  return (await list("Pod", `app=isvc.iris-${revision}-predictor`)).map(({ metadata }) => metadata.name);
}

test(
  "a larger share starts and ends pods, and replaces none",
  async () => {
    const { iris } = PARTS.kserve.services;
    const [stable, canary] = [await podsOf("v1"), await podsOf("v2")];

    applyIris({ ...iris, canary: { ...iris.canary, trafficPercent: 20 } });

    await replicasAre({ "iris-v1-predictor": 8, "iris-v2-predictor": 2 });
    expect(stable).toEqual(expect.arrayContaining(await podsOf("v1")));
    expect(await podsOf("v2")).toEqual(expect.arrayContaining(canary));
  },
  WITHIN_MS,
);

test(
  "a promoted canary keeps its pods",
  async () => {
    const before = await podsOf("v2");
    const { canary: _gone, ...iris } = PARTS.kserve.services.iris;

    applyIris({ ...iris, revision: "v2", model: stored("iris/2") });

    await replicasAre({ "iris-v2-predictor": 10 });
    expect(await podsOf("v2")).toEqual(expect.arrayContaining(before));
    const deployments = await list("Deployment", "serving.kserve.io/inferenceservice=iris", "apps/v1");
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(["iris-v2-predictor"]);
  },
  WITHIN_MS,
);

test(
  "a service whose pods cannot fetch their model has failed",
  async () => {
    const [pod] = await list("Pod", "serving.kserve.io/inferenceservice=breeds,component=predictor");
    if (!pod) throw new Error("no pod of the predictor");
    const terminated = { exitCode: 1, reason: "Error", message: "no such bucket" };
    const state = { waiting: { reason: "CrashLoopBackOff" } };
    const status = { name: "storage-initializer", ready: false, restartCount: 3, image: "", imageID: "", state, lastState: { terminated } };

    await operator
      .client()
      .patch({ ...refOf(pod), subresource: "status" }, { type: "merge", body: { status: { initContainerStatuses: [status] } } });

    const live = await operator.until(service("breeds"), (seen) => healthOf(seen, rowOf(seen)).state === "failed");
    expect(healthOf(live, rowOf(live)).message).toContain("BlockedByFailedLoad");
  },
  WITHIN_MS,
);

test(
  "a change that cannot be carried out is never ready",
  async () => {
    const animals = service("animals");
    const priorityClassName = "Not a name";

    await operator.client().patch(refOf(animals), { type: "merge", body: { spec: { predictor: { priorityClassName } } } });

    const row = rowOf(animals);
    await operator.until(animals, (seen) => healthOf(seen, row).state !== "ready");
    const healths = await operator.healthsOf(animals, 5);
    expect(healths.filter(({ state }) => state === "ready")).toEqual([]);
  },
  WITHIN_MS,
);

test.each(Object.entries(refused()))("the webhooks refuse what our check %s refuses", async (_id, object) => {
  await expect(operator.client().create(object, { dryRun: true })).rejects.toThrow(/denied the request/);
});

test(
  "a change that the webhook refuses leaves the service as it is",
  async () => {
    const before = await operator.client().get(refOf(service("iris")));
    const body = { spec: { predictor: { minReplicas: 20 } } };

    await expect(operator.client().patch(refOf(before), { type: "merge", body })).rejects.toThrow(/denied the request/);

    expect((await operator.client().get(refOf(before)))["spec"]).toEqual(before["spec"]);
  },
  WITHIN_MS,
);

/** Examples of objects that a check of ours refuses, as they would look without it. */
function refused(): Record<string, KubeObject> {
  const iris = service("iris");
  const predictor = valueAt(iris, ["spec", "predictor"]) as JsonObject;
  const [canary] = valueAt(iris, ["spec", "canary"]) as JsonObject[];
  const container = valueAt(predictor, ["containers", 0]) as JsonObject;
  const env = [{ name: "PYTHONPATH", value: "/app" }];
  const withoutAddress = { ...container, env: [] };
  const nodes = valueAt(graph, ["spec", "nodes"]) as JsonObject;
  const weighed = { routerType: "Splitter", steps: [{ serviceUrl: "http://iris.serving.svc", weight: 30 }] };
  return {
    "kserve.name": { ...iris, metadata: { ...iris.metadata, name: "1st" } },
    "kserve.variable-owned": withSpec(iris, { predictor: { ...predictor, containers: [{ ...container, env }] } }),
    "kserve.scaling-range": withSpec(service("animals"), {
      predictor: { ...(valueAt(service("animals"), ["spec", "predictor"]) as JsonObject), minReplicas: 4, maxReplicas: 2 },
    }),
    "kserve.canary-same-revision": withSpec(iris, { predictor: { ...predictor, name: "v2" } }),
    "kserve.canary-without-model": withSpec(iris, { predictor: { ...predictor, containers: [withoutAddress] } }),
    "kserve.canary-scaled": withSpec(iris, {
      canary: [{ ...canary, predictor: { ...(canary?.["predictor"] as JsonObject), maxReplicas: 4 } }],
    }),
    "kserve.graph-name": withSpec({ ...graph, metadata: { ...graph.metadata, name: "1st" } }, {}),
    "kserve.graph-no-root": withSpec(graph, { nodes: { share: nodes["share"] ?? null } }),
    "kserve.graph-weights": withSpec(graph, { nodes: { ...nodes, share: weighed } }),
  };
}

function withSpec(object: KubeObject, spec: JsonObject): KubeObject {
  const whole = object["spec"];
  return {
    ...object,
    metadata: { ...object.metadata, name: `${object.metadata.name}-x` },
    spec: { ...(isJsonObject(whole) ? whole : {}), ...spec },
  };
}

function withoutMetrics(spec: JsonValue): JsonValue {
  const { metrics: _metrics, behavior: _behavior, ...rest } = isJsonObject(spec) ? spec : {};
  return rest;
}

function list(kind: string, labelSelector: string, apiVersion = "v1", namespace = "serving"): Promise<readonly KubeObject[]> {
  return operator.client().list({ apiVersion, kind, namespace, labelSelector });
}

function countBy(objects: readonly KubeObject[], keyOf: (object: KubeObject) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const object of objects) counts[String(keyOf(object))] = (counts[String(keyOf(object))] ?? 0) + 1;
  return counts;
}

/** Deployments of the namespace have this many pods, all ready. */
async function replicasAre(wanted: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, replicas] of Object.entries(wanted)) {
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: "serving" } };
    const all = (seen: KubeObject) =>
      valueAt(seen, ["status", "observedGeneration"]) === seen.metadata["generation"] &&
      ["replicas", "readyReplicas", "updatedReplicas"].every((field) => valueAt(seen, ["status", field]) === replicas);
    await operator.until(deployment, all);
  }
}
