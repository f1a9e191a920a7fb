/** Everything that we can emit is accepted by the real API server, strictly, against the real definitions. */

import { catalog } from "#lib/components/registry";
import { unwrap } from "#lib/core/problem";
import { DIGEST_ANNOTATION } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { groupKind } from "#lib/kube/object";
import type { OperatorMode } from "#lib/kube/operator";
import type { Release } from "#lib/release/release";
import { ApiError } from "#stacks/cluster/api-error";
import { KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { environmentNames, loadEnvironment } from "#stacks/environments";
import { withControlPlane } from "../fixtures/control-plane";
import { ENVIRONMENTS, releaseOf } from "../network/environments";
import { entries } from "./entries";

const MODES: readonly OperatorMode[] = ["helm", "simulated"];
const controlPlane = withControlPlane();
let client: KubeClient;

beforeAll(async () => {
  client = new KubeClient(await loadKubeconfig(controlPlane.kubeconfig));
  const all: readonly KubeObject[] = catalog.flatMap(({ crds }) => crds?.() ?? []);
  for (const definition of all) await client.apply(definition, { fieldManager: "test" });
  for (const definition of all) await established(definition);
  client.rediscover();
});

/** A definition is served a moment after it is accepted. */
async function established(definition: KubeObject): Promise<void> {
  for await (const { object } of client.watch({
    apiVersion: definition.apiVersion,
    kind: definition.kind,
    fieldSelector: `metadata.name=${definition.metadata.name}`,
  })) {
    if (JSON.stringify(object).includes('"type":"Established"')) return;
  }
}

/** What the server says against an object; nothing where it takes it. */
async function refusal(object: KubeObject): Promise<string[]> {
  try {
    await client.apply(object, { fieldManager: "test", dryRun: true });
    return [];
  } catch (error) {
    if (error instanceof ApiError) return [`${groupKind(object)} ${object.metadata.name}: ${error.message}`];
    throw error;
  }
}

/** Digests of objects that were tried: most variants of a prop change a few objects only. */
const tried = new Set<string>();

function isNew({ metadata }: KubeObject): boolean {
  const signature = metadata.annotations?.[DIGEST_ANNOTATION] ?? "";
  const known = tried.has(signature);
  tried.add(signature);
  return !known;
}

/** Namespaces are made for real, or nothing in them could be tried; the rest is a dry run. */
async function refusals(release: Release): Promise<string[]> {
  const manifests = release.objects.map(({ manifest }) => manifest).filter(isNew);
  const named = new Set(manifests.flatMap(({ metadata }) => metadata.namespace ?? []));
  for (const name of named) await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager: "test" });
  return (await Promise.all(manifests.map(refusal))).flat();
}

test.each(entries.flatMap((any) => MODES.map((mode) => [any.entry.title, mode, any] as const)))(
  "takes %s with every prop, operators %s",
  async (_title, mode, any) => {
    const releases = [undefined, ...any.props].map((prop) => unwrap(any.release(mode, prop)));

    for (const release of releases) expect(await refusals(release)).toEqual([]);
  },
  120_000,
);

test("takes the policies of Cilium", async () => {
  const spec = ENVIRONMENTS["everything, on Cilium"];
  if (!spec) throw new Error("no such environment");
  const cilium = releaseOf(spec);
  const policies = cilium.objects.filter(({ manifest }) => manifest.kind === "CiliumNetworkPolicy");

  expect(policies.length).toBeGreaterThan(5);
  expect(await refusals({ ...cilium, objects: policies })).toEqual([]);
});

test.each(environmentNames())(
  "takes the environment %s",
  async (name) => {
    expect(await refusals(unwrap(loadEnvironment(name)).release)).toEqual([]);
  },
  120_000,
);
