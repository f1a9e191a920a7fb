import fc from "fast-check";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { definitions as certManager } from "#lib/imports/cert-manager/index";
import { definitions as eck } from "#lib/imports/eck/index";
import { definitions as flink } from "#lib/imports/flink/index";
import { definitions as karpenter } from "#lib/imports/karpenter/index";
import { definitions as karpenterAws } from "#lib/imports/karpenter-aws/index";
import { definitions as kwok } from "#lib/imports/kwok/index";
import { definitions as prometheus } from "#lib/imports/prometheus-operator/index";
import { type CustomKind, customKinds } from "#lib/kube/crd-schema";
import type { KubeObject } from "#lib/kube/object";
import { ApiError } from "#stacks/cluster/api-error";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { PRODUCTS } from "#stacks/import/sources";
import { withControlPlane } from "../../fixtures/control-plane";
import { mutatedObject, validObject } from "./arbitrary-object";
import { fromFolder, fromRegistry, NO_SOURCE } from "./sources-at-hand";

/** Objects tried of each kind, half of them changed in one place. */
const TRIES = 30;

const imported = [certManager, eck, flink, karpenter, karpenterAws, kwok, prometheus].flatMap((definitions) => [...definitions()]);
const originals = PRODUCTS.flatMap((source) => fromFolder(source) ?? fromRegistry(source) ?? []);
const kinds = imported.flatMap(customKinds);

const tally = { accepted: 0, refused: 0 };

const compact = withControlPlane();
const original = withControlPlane();
let ours: KubeClient;
let theirs: KubeClient;

beforeAll(async () => {
  ours = connect(loadKubeconfig(compact.kubeconfig));
  theirs = connect(loadKubeconfig(original.kubeconfig));
  const names = new Set(imported.map((definition) => definition.metadata.name));
  await Promise.all([
    install(ours, imported),
    install(
      theirs,
      originals.filter((definition) => names.has(definition.metadata.name)),
    ),
  ]);
});

afterAll(() => {
  ours.close();
  theirs.close();
});

test("every imported definition is established, with a structural schema", async () => {
  const found = await ours.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" });
  const states = new Map(found.map((definition) => [definition.metadata.name, conditionsOf(definition)]));

  for (const { metadata } of imported) {
    expect([metadata.name, states.get(metadata.name)]).toEqual([metadata.name, expect.objectContaining({ Established: "True" })]);
    expect(states.get(metadata.name)).not.toHaveProperty("NonStructuralSchema");
  }
});

describe.each(kinds.map((kind) => [`${kind.kind} ${kind.group}/${kind.version}`, kind] as const))("%s", (_title, kind) => {
  const here = originals.some((definition) => definition.metadata.name === `${kind.plural}.${kind.group}`);
  const name = "is accepted, refused and defaulted as with the original definition";

  if (here) test(name, () => compareVerdicts(kind));
  else test.skip(`${name} (${NO_SOURCE})`, () => undefined);
});

const enough = "the objects tried were of both sorts, often enough to tell";
if (originals.length === 0) test.skip(`${enough} (${NO_SOURCE})`, () => undefined);
else
  test(enough, () => {
    // Of what was tried: on a machine that built the toolchain, kwok's definition may be the only one at hand.
    expect(Math.min(tally.accepted, tally.refused) / (tally.accepted + tally.refused)).toBeGreaterThan(0.05);
  });

async function compareVerdicts(kind: CustomKind): Promise<void> {
  const objects = fc.oneof(validObject(kind), mutatedObject(kind));
  await fc.assert(
    fc.asyncProperty(objects, async (object) => {
      const [mine, published] = await Promise.all([verdict(ours, object), verdict(theirs, object)]);

      expect(mine).toEqual(published);
      tally["apiVersion" in mine ? "accepted" : "refused"] += 1;
    }),
    { numRuns: TRIES },
  );
}

/** What the server makes of an object: what it would store, or which fields it refuses and why. Its wording is its own affair. */
async function verdict(client: KubeClient, object: KubeObject): Promise<JsonObject> {
  try {
    const { metadata: _metadata, ...stored } = await client.create(object, { dryRun: true });
    return stored;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const causes = error.causes.map(({ field, reason }) => `${field} ${reason}`).sort();
    return { status: error.status, reason: error.reason, causes, ...(causes.length === 0 && { message: error.message }) };
  }
}

/** By force, since a control plane comes with kwok's definition. */
async function install(client: KubeClient, definitions: readonly KubeObject[]): Promise<void> {
  await Promise.all(definitions.map((definition) => client.apply(definition, { fieldManager: "test", force: true })));
  const waiting = new Set(definitions.map((definition) => definition.metadata.name));
  if (waiting.size === 0) return;
  for await (const { object } of client.watch({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" })) {
    if (conditionsOf(object)["Established"] === "True") waiting.delete(object.metadata.name);
    if (waiting.size === 0) return;
  }
}

function conditionsOf(object: KubeObject): Record<string, string> {
  const conditions = valueAt(object, ["status", "conditions"]);
  const list = Array.isArray(conditions) ? conditions.filter(isJsonObject) : [];
  return Object.fromEntries(list.map((condition) => [String(condition["type"]), String(condition["status"])]));
}
