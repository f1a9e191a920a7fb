import { ownerLabels } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { guestsIn, replacedObjects } from "#stacks/cli/foreign-objects";
import { releaseWith } from "../../lib/release/fixture";

const RELEASE = releaseWith([]);
const OURS = ownerLabels({ component: "flink", environment: RELEASE.environment, stage: "serving" });

function configMap(name: string, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "flink", ...metadata } };
}

/** A cluster that has these objects, and knows ConfigMaps and a kind that nobody can create. */
function clusterWith(objects: readonly KubeObject[]) {
  const kinds = (kind: string, verbs: readonly string[]) => ({ responseKind: { kind }, scope: "Namespaced", verbs });
  const resources = [kinds("ConfigMap", ["list", "create", "delete", "get"]), kinds("PodMetrics", ["list", "get"])];
  const group = { items: [{ metadata: {}, versions: [{ version: "v1", resources }] }] };
  return {
    json: async ({ path }: { readonly path: string }) => (path === "/api" ? group : { items: [] }),
    list: async ({ kind }: { readonly kind: string }) => objects.filter((object) => object.kind === kind),
    get: async () => configMap("unused"),
  };
}

test("names what others put into a namespace, and nothing that the environment, the cluster or a controller made", async () => {
  const cluster = clusterWith([
    configMap("theirs"),
    configMap("ours", { labels: OURS }),
    configMap("kube-root-ca.crt"),
    configMap("made", { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u" }] }),
    configMap("high-availability", { labels: { "configmap-type": "high-availability" } }),
    { ...configMap("metrics"), kind: "PodMetrics" },
  ]);

  expect(await guestsIn(cluster, "flink", RELEASE)).toEqual(["core/ConfigMap/flink/theirs"]);
});

test.each([
  ["another uid and no mark of ours", { uid: "new" }, true],
  ["our label", { uid: "new", labels: OURS }, false],
  ["the recorded uid, and its labels removed by hand", { uid: "old" }, false],
])("an object with %s took our place: %p", async (_, metadata, taken) => {
  const recorded = {
    urn: "urn",
    id: "core/ConfigMap/flink/a",
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "a",
    namespace: "flink",
    uid: "old",
  };
  const cluster = clusterWith([configMap("a", metadata)]);

  expect(await replacedObjects(cluster, [{ ...recorded, retained: false }], RELEASE.environment)).toHaveLength(taken ? 1 : 0);
});
