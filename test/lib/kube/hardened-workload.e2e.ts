/** The API server takes every hardened workload, strictly, and admits its pods at the restricted level. */

import { Testing } from "cdk8s";
import { valueAt } from "#lib/core/json";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { withControlPlane } from "../../fixtures/control-plane";
import { addVariant, NAMESPACE, variants } from "./workload-variants";

const controlPlane = withControlPlane();
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE, labels } });
  await apply({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "beamstack-serving" }, value: 1 });
});

afterAll(() => client.close());

const apply = (object: KubeObject): Promise<KubeObject> => client.apply(object, { fieldManager: "test" });

/** Everything but policies in the namespaces of others, which are not here. */
function objectsOf(name: string): KubeObject[] {
  const chart = Testing.chart();
  addVariant(chart, name);
  return (chart.toJson() as KubeObject[]).filter(({ metadata }) => metadata.namespace === NAMESPACE);
}

test.each(Object.keys(variants))(
  "%s is accepted, and its pods are admitted",
  async (name) => {
    const objects = objectsOf(name);
    for (const object of objects) await apply(object);

    const workload = objects.find((object) => /^(?:apps|batch)\//.test(groupKind(object)));
    if (!workload || workload.kind === "CronJob") return;
    const { apiVersion, kind } = workload;
    for await (const { object } of client.watch({ apiVersion, kind, fieldSelector: `metadata.name=${name}` })) {
      if (valueAt(object, ["status", "readyReplicas"]) === valueAt(workload, ["spec", "replicas"])) break;
      if (valueAt(object, ["status", "succeeded"]) === 1) break;
    }
    await client.delete(refOf(workload));
  },
  120_000,
);
