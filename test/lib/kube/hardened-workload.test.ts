/** Workloads that come hardened: what they hold, and that no rule finds fault with them. */

import { Chart, Testing } from "cdk8s";
import { checkRelease } from "#lib/checks/index";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload, type HardenedWorkloadProps } from "#lib/kube/hardened-workload";
import { setImageRegistry } from "#lib/kube/images";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { problemsOf } from "#lib/kube/problems";
import { production, release } from "../checks/good";
import { addVariant, NAMESPACE, pool, server, variants } from "./workload-variants";

const names = Object.keys(variants);

function variant(name: string): KubeObject[] {
  const chart = Testing.chart();
  addVariant(chart, name);
  return chart.toJson();
}

function ofKind(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.find((object) => groupKind(object) === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

function podSpec(objects: readonly KubeObject[]): JsonObject {
  const specs = objects.map((object) => valueAt(object, ["spec", "template", "spec"])).filter(isJsonObject);
  return specs[0] ?? {};
}

test.each(names)("%s breaks no rule, in production either", (name) => {
  expect(checkRelease(release(...variant(name)), { ...production, existingNamespaces: ["gateway"] })).toEqual([]);
});

test.each(names)("%s holds no name that comes from its place in the construct tree", (name) => {
  const moved = Testing.chart();
  addVariant(new Chart(moved, "elsewhere", { disableResourceNameHashes: true }), name);

  const objects = variant(name);
  expect(JSON.stringify(objects)).not.toContain("cdk8s.io");
  expect(
    moved.node
      .findAll()
      .filter(Chart.isChart)
      .flatMap((chart) => chart.toJson()),
  ).toEqual(objects);
});

test("a service finds the pods of its workload, under the port that is asked for", () => {
  const objects = variant("service");
  const service = ofKind(objects, "core/Service");

  expect(valueAt(service, ["spec", "ports"])).toEqual([{ name: "http", port: 80, targetPort: 8080 }]);
  expect(valueAt(ofKind(objects, "apps/Deployment"), ["spec", "template", "metadata", "labels"])).toEqual(
    valueAt(service, ["spec", "selector"]),
  );
});

test("a StatefulSet has a headless service, and claims beside the scratch space of its first container", () => {
  const objects = variant("stateful-set");
  const [, set] = [ofKind(objects, "core/Service"), ofKind(objects, "apps/StatefulSet")];

  expect(valueAt(ofKind(objects, "core/Service"), ["spec", "clusterIP"])).toBe("None");
  expect(valueAt(set, ["spec", "serviceName"])).toBe("stateful-set");
  expect(valueAt(set, ["spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage"])).toBe("1Gi");
  expect(valueAt(set, ["spec", "template", "spec", "containers", 0, "volumeMounts"])).toEqual([
    { name: "main-tmp", mountPath: "/tmp" },
    { name: "data", mountPath: "/data" },
  ]);
});

test("several pods get a budget and are spread over nodes; one gets neither", () => {
  const chart = Testing.chart();
  new HardenedWorkload(chart, "One", { name: "one", namespace: NAMESPACE, kind: { type: "deployment" }, containers: [server] });

  expect(variant("deployment").map(groupKind)).toContain("policy/PodDisruptionBudget");
  expect(podSpec(variant("deployment"))["topologySpreadConstraints"]).toHaveLength(1);
  expect(chart.toJson().map(groupKind)).not.toContain("policy/PodDisruptionBudget");
  expect(podSpec(chart.toJson())["topologySpreadConstraints"]).toBeUndefined();
});

test("a Job ends at its deadline, and starts a pod as often as it may", () => {
  expect(ofKind(variant("job"), "batch/Job")).toMatchObject({
    spec: { activeDeadlineSeconds: 600, backoffLimit: 1, template: { spec: { restartPolicy: "Never" } } },
  });
});

test("a workload with rules gets a token and a way to the API server; no other has one", () => {
  const callers = (name: string) => variant(name).filter(({ metadata }) => metadata.name === `${name}-to-api-server-egress`);

  expect([podSpec(variant("pod"))["automountServiceAccountToken"], callers("pod").length]).toEqual([true, 1]);
  expect([podSpec(variant("deployment"))["automountServiceAccountToken"], callers("deployment").length]).toEqual([false, 0]);
});

test("its network policies let through who may call it, and what it may call", () => {
  const policies = variant("pod").filter((object) => groupKind(object) === "networking.k8s.io/NetworkPolicy");

  expect(policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(
    expect.arrayContaining(["gateway/gateway-to-pod-egress", "app/gateway-to-pod-ingress", "app/pod-to-internet-egress"]),
  );
});

const base = {
  name: "one",
  namespace: NAMESPACE,
  kind: { type: "deployment" },
  containers: [server],
} as const satisfies HardenedWorkloadProps;
const [first] = base.containers;

test.each<[string, Partial<HardenedWorkloadProps>]>([
  ["userId", { userId: 12_345 }],
  ["account.rules", { account: { rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }] } }],
  ["account.annotations", { account: { annotations: { "eks.amazonaws.com/role-arn": "arn" } } }],
  ["service", { service: {} }],
  ["service.headless", { service: { headless: true } }],
  ["service.ports", { service: { ports: { http: 80 } } }],
  ["priority", { priority: "beamstack-batch" }],
  ["labels", { labels: { team: "search" } }],
  ["imagePullSecrets", { imagePullSecrets: ["registry"] }],
  ["initContainers", { initContainers: [{ name: "init", image: first.image, requests: first.requests }] }],
  ["image", { containers: [{ ...first, image: "registry.example.com/team/app:1.1" }] }],
  ["command", { containers: [{ ...first, command: ["serve"] }] }],
  ["args", { containers: [{ ...first, args: ["--fast"] }] }],
  ["workingDir", { containers: [{ ...first, workingDir: "/srv" }] }],
  ["env", { containers: [{ ...first, env: { A: "b" } }] }],
  ["env of a Secret", { containers: [{ ...first, env: { A: secretRef("login", "password") } }] }],
  ["limits", { containers: [{ ...first, limits: { memory: Size.gibibytes(2) } }] }],
  ["extended", { containers: [{ ...first, requests: { ...first.requests, extended: { "nvidia.com/gpu": 1 } } }] }],
  ["scratch", { containers: [{ ...first, scratch: { "/tmp": Size.gibibytes(1) } }] }],
  ["readOnlyRoot", { containers: [{ ...first, readOnlyRoot: false }] }],
])("%s changes the output", (_prop, change) => {
  const of = (props: HardenedWorkloadProps) => {
    const chart = Testing.chart();
    new HardenedWorkload(chart, "One", props);
    return JSON.stringify(chart.toJson());
  };

  expect(of({ ...base, ...change })).not.toBe(of(base));
});

test("a pod goes to its pool, and is reported where it fits no machine of it", () => {
  const chart = Testing.chart();
  const place = Object.assign(new Chart(chart, "pool"), pool);
  const ask = (gpus: number) => [{ ...server, requests: { ...server.requests, extended: { "nvidia.com/gpu": gpus } } }];
  const fits = new HardenedWorkload(chart, "Fits", { ...base, containers: ask(4), pool: place });
  const misfit = new HardenedWorkload(chart, "Misfit", { ...base, name: "two", containers: ask(5), pool: place });

  expect(podSpec([fits.workload.toJson()])).toMatchObject({ nodeSelector: pool.nodeSelector, tolerations: pool.tolerations });
  expect(problemsOf(fits)).toEqual([]);
  expect(problemsOf(misfit)).toEqual([expect.objectContaining({ id: "pods.fit-no-machine" })]);

  const plain = Object.assign(new Chart(chart, "plain"), {
    ...pool,
    shapes: [{ cpu: 16, memory: Size.gibibytes(64), accelerators: 0, scratch: Size.gibibytes(100), pods: 110 }],
  });
  const { resource: _none, ...capacity } = pool.capacity;
  const lost = new HardenedWorkload(chart, "Lost", {
    ...base,
    name: "three",
    containers: ask(1),
    pool: Object.assign(plain, { capacity }),
  });
  expect(problemsOf(lost)).toEqual([expect.objectContaining({ id: "pods.fit-no-machine" })]);
});

test("a container with scratch space asks for it and for logs, unless it says what it needs", () => {
  const amounts = (container: Partial<HardenedContainer>) => {
    const chart = Testing.chart();
    new HardenedWorkload(chart, "One", { ...base, containers: [{ ...first, ...container }] });
    const found = valueAt(podSpec(chart.toJson()), ["containers", 0, "resources"]);
    return ["requests", "limits"].map((part) => valueAt(found, [part, "ephemeral-storage"]));
  };
  const scratch = { "/tmp": Size.gibibytes(10), "/cache": Size.gibibytes(2) };

  expect(amounts({ scratch })).toEqual(["13Gi", "13Gi"]);
  expect(amounts({ scratch, limits: { memory: Size.gibibytes(2) } })).toEqual(["13Gi", "13Gi"]);
  expect(amounts({ scratch, requests: { ...first.requests, ephemeralStorage: Size.gibibytes(20) } })).toEqual(["20Gi", "20Gi"]);
  expect(amounts({})).toEqual([undefined, undefined]);
});

test("a variable that is empty has no value, as the API server keeps it", () => {
  const chart = Testing.chart();
  new HardenedWorkload(chart, "One", {
    ...base,
    containers: [{ ...first, env: { A: "b", EMPTY: "", C: secretRef("login", "password") } }],
  });

  expect(valueAt(podSpec(chart.toJson()), ["containers", 0, "env"])).toMatchObject([{ value: "b" }, { name: "EMPTY" }, { name: "C" }]);
  expect(JSON.stringify(chart.toJson())).not.toContain('""');
});

test("a service cannot name a port that no container has", () => {
  const make = () => new HardenedWorkload(Testing.chart(), "One", { ...base, service: { ports: { htpp: 80 } } });

  expect(make).toThrow("names no port of its containers: htpp");
});

test("its images come from the mirror of the environment", () => {
  const chart = Testing.chart();
  setImageRegistry(chart, "mirror.example.com");
  new HardenedWorkload(chart, "One", base);

  expect(valueAt(podSpec(chart.toJson()), ["containers", 0, "image"])).toBe("mirror.example.com/team/app:1.0");
});
