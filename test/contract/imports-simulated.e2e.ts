import fc from "fast-check";
import { catalog, ownedKinds } from "#lib/components/registry";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type CustomKind, customKind } from "#lib/kube/crd-schema";
import { healthOf } from "#lib/kube/health";
import { SIMULATE_ANNOTATION } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import type { Readiness, StatusTest } from "#lib/kube/readiness";
import { simulationStages } from "#lib/kube/simulation-stages";
import { ApiError } from "#stacks/cluster/api-error";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { withControlPlane } from "../fixtures/control-plane";
import { validObject } from "../lib/imports/arbitrary-object";

const FIELD_MANAGER = { fieldManager: "test" };
const DEFINITIONS = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };

const imported = catalog.flatMap(({ crds }) => crds?.() ?? []);
/** Several products may own a kind, such as the node pools of each cloud; they share its rows. */
const simulated = [...new Map(ownedKinds.map((owned) => [owned.kind, owned])).values()].filter(
  ({ readiness }) => readiness.simulated !== undefined,
);

const controlPlane = withControlPlane();
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await Promise.all(imported.map((definition) => client.apply(definition, FIELD_MANAGER)));
  const waiting = new Set(imported.map((definition) => definition.metadata.name));
  await follow(DEFINITIONS, (seen) => {
    if (passes(seen, { type: "condition", name: "Established", status: "True" })) waiting.delete(seen.metadata.name);
    return waiting.size === 0;
  });
  for (const owned of simulated)
    for (const stage of simulationStages(kindOf(owned), owned.readiness)) await client.apply(stage, FIELD_MANAGER);
});

afterAll(() => client.close());

test("a row that something waits for is simulated", () => {
  expect(ownedKinds.filter(({ readiness }) => readiness.ready.length > 0 && !readiness.simulated).map(({ kind }) => kind)).toEqual([]);
});

test.each(simulated.map((owned) => [owned.kind, owned] as const))(
  "%s becomes ready, and failed where asked to",
  async (_kind, owned) => {
    const { readiness } = owned;
    const object = await accepted(kindOf(owned));

    await client.create(object);
    await until(object, (seen) => healthOf(seen, readiness).state === "ready");

    if (!readiness.simulatedFailure) return;
    await client.patch({ ...object, name: object.metadata.name, ...placeOf(object) }, { type: "merge", body: FAIL });
    await until(object, (seen) => healthOf(seen, readiness).state === "failed" && (staysReady(owned) || !isReady(seen, readiness)));
  },
  120_000,
);

/** Kinds whose failure takes back no condition: upstream keeps `Created` of an Experiment. Those without conditions are ready because they exist. */
function staysReady({ kind, readiness }: OwnedKind): boolean {
  return kind === "kubeflow.org/Experiment" || readiness.ready.length === 0;
}

/** What waits for the conditions alone, as Pulumi does, takes this for ready. */
function isReady(object: KubeObject, { ready }: Readiness): boolean {
  return ready.every((one) => passes(object, one));
}

const FAIL = { metadata: { annotations: { [SIMULATE_ANNOTATION]: "failed" } } };

function placeOf({ metadata: { namespace } }: KubeObject) {
  return namespace === undefined ? {} : { namespace };
}

function kindOf({ kind, version }: OwnedKind): CustomKind {
  return customKind(imported, kind, version);
}

/** What no chance would find: objects with rules between their fields. */
const SAMPLES: Readonly<Record<string, JsonObject>> = {
  NodePool: {
    template: { spec: { requirements: [], nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "sample" } } },
  },
  EC2NodeClass: {
    role: "sample",
    amiSelectorTerms: [{ alias: "al2023@latest" }],
    subnetSelectorTerms: [{ id: "subnet-12345678" }],
    securityGroupSelectorTerms: [{ id: "sg-12345678" }],
  },
  GCENodeClass: { imageSelectorTerms: [{ alias: "ContainerOptimizedOS@latest" }] },
  SecretStore: { provider: { aws: { service: "SecretsManager", region: "eu-central-1" } } },
};

/** Kinds of which a cluster has one object. */
const NAMES: Readonly<Record<string, string>> = { GPUCluster: "gpu-cluster" };

/** An object of the kind that the server takes: the sample, or one of some that the schema's required fields suggest. */
async function accepted(kind: CustomKind): Promise<KubeObject> {
  const spec = SAMPLES[kind.kind];
  const candidates = fc.sample(validObject(kind, 0), { numRuns: 40, seed: 1 }).map((object) => ({
    ...object,
    ...(spec && { spec }),
    metadata: { ...object.metadata, name: NAMES[kind.kind] ?? object.metadata.name },
  }));
  for (const candidate of candidates) if (await isAccepted(candidate)) return candidate;
  throw new Error(`no object of ${kind.kind} was accepted, such as ${JSON.stringify(candidates[0])}`);
}

async function isAccepted(object: KubeObject): Promise<boolean> {
  try {
    await client.create(object, { dryRun: true });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) return false;
    throw error;
  }
}

function passes(object: KubeObject, test: StatusTest): boolean {
  if (test.type === "field") {
    const value = valueAt(object, test.path.slice(1).split("."));
    return value !== undefined && test.anyOf.includes(String(value));
  }
  const conditions: JsonValue | undefined = valueAt(object, ["status", "conditions"]);
  const list = Array.isArray(conditions) ? conditions.filter(isJsonObject) : [];
  return list.some((condition) => condition["type"] === test.name && condition["status"] === test.status);
}

async function until({ apiVersion, kind, metadata }: KubeObject, holds: (seen: KubeObject) => boolean): Promise<void> {
  await follow({ apiVersion, kind, fieldSelector: `metadata.name=${metadata.name}` }, holds);
}

async function follow(query: Parameters<KubeClient["watch"]>[0], done: (seen: KubeObject) => boolean): Promise<void> {
  for await (const { object } of client.watch(query)) if (done(object)) return;
}
