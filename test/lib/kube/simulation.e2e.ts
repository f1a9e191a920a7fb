import { Testing } from "cdk8s";
import { isJsonObject, valueAt } from "#lib/core/json";
import { definitions } from "#lib/imports/flink/index";
import { healthOf } from "#lib/kube/health";
import { SIMULATE_ANNOTATION } from "#lib/kube/labels";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { Operator, setOperatorMode } from "#lib/kube/operator";
import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";
import { refOf } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { withControlPlane } from "../../fixtures/control-plane";

/** Characters that mean something to Go templates, YAML, JSON, jq or a shell. */
const HOSTILE = "{{ .metadata.name }} }} \" \\ ' : # - [x] {y}\n\t`$(id)` \u007f \u2028 é 😀 \\(1)";

const row: Readiness = {
  ready: [{ type: "field", path: ".status.lifecycleState", anyOf: ["STABLE"] }],
  failed: [{ type: "field", path: ".status.lifecycleState", anyOf: ["FAILED"] }],
  simulated: [
    { name: "created", afterSeconds: 0.5, status: { lifecycleState: "CREATED", jobManagerDeploymentStatus: "MISSING" } },
    { name: "deploying", afterSeconds: 0.1, status: { lifecycleState: "DEPLOYED", jobManagerDeploymentStatus: "DEPLOYING" } },
    {
      name: "stable",
      afterSeconds: 0.1,
      status: {
        lifecycleState: "STABLE",
        jobManagerDeploymentStatus: "READY",
        jobStatus: { state: "RUNNING" },
        conditions: [{ type: "Running", status: "True" }],
      },
    },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 0.1, status: { lifecycleState: "FAILED", error: HOSTILE } },
  refusedBy: ".status.error",
  source: "test",
};

const pin: ComponentPin = {
  name: "flink",
  licence: "Apache-2.0",
  source: "test",
  images: { operator: "ghcr.io/apache/flink-kubernetes-operator:1.15.0" },
  kinds: [
    {
      kind: "flink.apache.org/FlinkDeployment",
      version: "v1beta1",
      readiness: row,
    },
  ],
  kubernetes: { min: "1.32" },
};

const controlPlane = withControlPlane();
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const chart = Testing.chart();
  setOperatorMode(chart, "simulated");
  new Operator(chart, "Operator", { pin, namespace: "default", definitions, values: {}, releaseName: "flink-operator" });
  const stand: KubeObject[] = chart.toJson();
  const first = stand.filter((object) => object.kind === "CustomResourceDefinition");
  for (const definition of first) await apply(definition);
  for (const definition of first) await until(definition, (seen) => hasCondition(seen, "Established"));
  for (const object of stand.filter((one) => !first.includes(one))) await apply(object);
});

afterAll(() => client.close());

test("the stand-in's pod is admitted at the restricted level and becomes ready", async () => {
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "flink-operator", namespace: "default" } };

  await until(deployment, (seen) => valueAt(seen, ["status", "readyReplicas"]) === 1);
});

test("walks a custom resource to the ready state and completes its status", async () => {
  await apply(cluster("main"));

  const ready = await until(cluster("main"), (seen) => state(seen) === "STABLE");

  expect(valueAt(ready, ["status"])).toEqual({
    conditions: [
      { type: "Running", status: "True", reason: "Simulated", message: "", observedGeneration: 1, lastTransitionTime: expect.any(String) },
    ],
    jobManagerDeploymentStatus: "READY",
    jobStatus: { state: "RUNNING" },
    lifecycleState: "STABLE",
    observedGeneration: 1,
  });
});

test("walks a changed spec again and then reports its generation", async () => {
  await apply(cluster("changed"));
  await until(cluster("changed"), (seen) => state(seen) === "STABLE");

  await apply({ ...cluster("changed"), spec: { image: "flink:2.1" } });
  expect(healthOf(await client.get(refOf(cluster("changed"))), row)).toMatchObject({
    state: "waiting",
    message: expect.stringContaining("observe generation 2"),
  });

  const again = await until(cluster("changed"), (seen) => valueAt(seen, ["status", "observedGeneration"]) === 2);
  expect(state(again)).toBe("CREATED");
  await until(cluster("changed"), (seen) => state(seen) === "STABLE");
});

test("refuses a changed spec where asked to: the status stays that of the old one, with an error", async () => {
  await apply(cluster("refused", { [SIMULATE_ANNOTATION]: "refused" }));
  await until(cluster("refused"), (seen) => state(seen) === "STABLE");

  await apply({ ...cluster("refused", { [SIMULATE_ANNOTATION]: "refused" }), spec: { image: "flink:2.1" } });

  const refused = await until(cluster("refused"), (seen) => healthOf(seen, row).state === "failed");
  expect(state(refused)).toBe("STABLE");
  expect(healthOf(refused, row).message).toBe("the operator refused the spec: simulated refusal");
});

test("fails where asked to, keeps hostile text as it is, and recovers when no longer asked", async () => {
  await apply(cluster("broken", { [SIMULATE_ANNOTATION]: "failed" }));

  const failed = await until(cluster("broken"), (seen) => state(seen) === "FAILED");
  expect(valueAt(failed, ["status", "error"])).toBe(HOSTILE);
  expect(valueAt(failed, ["status", "jobManagerDeploymentStatus"])).toBeUndefined();

  await apply(cluster("broken"));
  const ready = await until(cluster("broken"), (seen) => state(seen) === "STABLE");
  expect(valueAt(ready, ["status", "error"])).toBeUndefined();
});

test("takes the operator's own finalizers away on deletion and leaves those of others", async () => {
  const finalizers = ["flinkdeployments.flink.apache.org/finalizer", "example.com/hold"];
  const held = { ...cluster("held"), metadata: { ...cluster("held").metadata, finalizers } };
  await apply(held);

  await client.delete(refOf(held));
  await until(held, (seen) => JSON.stringify(seen.metadata["finalizers"]) === '["example.com/hold"]');

  await client.patch(refOf(held), { type: "merge", body: { metadata: { finalizers: null } } });
  await gone(held);
});

function cluster(name: string, annotations?: Readonly<Record<string, string>>): KubeObject {
  const metadata = { name, namespace: "default", ...(annotations && { annotations }) };
  return { apiVersion: "flink.apache.org/v1beta1", kind: "FlinkDeployment", metadata, spec: { image: "flink:2.0" } };
}

function state(object: KubeObject): unknown {
  return valueAt(object, ["status", "lifecycleState"]);
}

function hasCondition(object: KubeObject, type: string): boolean {
  const conditions = valueAt(object, ["status", "conditions"]);
  const isTrue = (one: unknown) => isJsonObject(one) && one["type"] === type && one["status"] === "True";
  return Array.isArray(conditions) && conditions.some(isTrue);
}

function apply(object: KubeObject): Promise<KubeObject> {
  return client.apply(object, { fieldManager: "test" });
}

/** The object as soon as it is seen to meet the condition. */
async function until(
  object: Pick<KubeObject, "apiVersion" | "kind" | "metadata">,
  holds: (seen: KubeObject) => boolean,
): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = object;
  const query = { apiVersion, kind, fieldSelector: `metadata.name=${metadata.name}` };
  for await (const { type, object: seen } of client.watch(query)) {
    if (type !== "DELETED" && holds(seen)) return seen;
  }
  throw new Error(`${groupKind(object)} ${metadata.name} was watched no longer`);
}

async function gone(object: KubeObject): Promise<void> {
  const query = { apiVersion: object.apiVersion, kind: object.kind, fieldSelector: `metadata.name=${object.metadata.name}` };
  if ((await client.list(query)).length === 0) return;
  for await (const { type } of client.watch(query)) if (type === "DELETED") return;
}
