/** Workspaces in an environment: names, permissions, secrets, queue and exposure. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { bert } from "../pretrained-models/models";

function resolved(workspace: object, more: object = {}, name = "alice") {
  return createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    workspaces: { [name]: { editor: { type: "jupyterlab" }, token: secretRef("workspace", "token"), ...workspace } },
    ...more,
  } as never);
}

const manifest = (result: ReturnType<typeof resolved>, id: string) =>
  unwrap(result).release.objects.find((each) => each.id === id)?.manifest ?? {};

const MODELS = { acceptedLicences: ["apache-2.0"], models: { bert: { ...bert, place: { type: "volume" } } } };
const SET = "apps/StatefulSet/alice/alice";

test("refuses a name that no Service may have", () => {
  const result = resolved({}, {}, "1st");

  expect(result.ok ? [] : result.problems.map(({ id, path }) => [id, path])).toEqual([["workspaces.name", "workspaces.1st"]]);
});

test("has a namespace of its own, a home that is kept, and no number of pods, so that a stopped one stays so", () => {
  const set = manifest(resolved({}), SET);

  expect(valueAt(set, ["spec", "volumeClaimTemplates", 0, "metadata", "name"])).toBe("home");
  expect(valueAt(set, ["spec", "persistentVolumeClaimRetentionPolicy"])).toBeUndefined();
  expect(valueAt(set, ["spec"])).not.toHaveProperty("replicas");
});

test("no argument has the token, or a way to read it", () => {
  const container = valueAt(manifest(resolved({}), SET), ["spec", "template", "spec", "containers", 0]);
  const { command, args } = container as { command: string[]; args: string[] };

  expect([...command, ...args].join(" ")).not.toMatch(/JUPYTER_TOKEN|IdentityProvider\.token|--password/);
  expect(JSON.stringify(container)).toContain('{"name":"JUPYTER_TOKEN","valueFrom":{"secretKeyRef":{"key":"token","name":"workspace"}}}');
});

test.each(["HOME", "JUPYTER_TOKEN", "WORKSPACE_NAME", "BERT_MODEL_PATH"])(
  "refuses the variable %s, which would be lost beside its own",
  (name) => {
    const result = resolved({ env: { [name]: "mine" }, models: ["bert"] }, { pretrainedModels: MODELS });

    const problem = { id: "workspaces.reserved-variable", path: `workspaces.alice.env.${name}` };
    expect(result).toMatchObject({ problems: [problem] });
  },
);

test("the pod may scale its own StatefulSet and do nothing else; members read no Secrets", () => {
  const result = resolved({ members: { users: ["alice@example.com"], groups: ["research"] } });
  const rules = (name: string) => valueAt(manifest(result, `rbac.authorization.k8s.io/Role/alice/${name}`), ["rules"]);

  expect(rules("alice")).toEqual([
    { apiGroups: ["apps"], resources: ["statefulsets/scale"], resourceNames: ["alice"], verbs: ["get", "patch", "update"] },
  ]);
  expect(JSON.stringify(rules("alice-members"))).not.toMatch(/secrets|pods\/(?:exec|portforward)/);
  expect(valueAt(manifest(result, "rbac.authorization.k8s.io/RoleBinding/alice/alice-members"), ["subjects"])).toMatchObject([
    { kind: "User", name: "alice@example.com" },
    { kind: "Group", name: "research" },
  ]);
});

test("mounts a model read-only, after the Job that fetches it into the namespace of the workspace", () => {
  const result = resolved({ models: ["bert"] }, { pretrainedModels: MODELS });
  const { release } = unwrap(result);
  const job = release.objects.find(({ id }) => id.startsWith("batch/Job/alice/bert-fetch-"));

  expect(JSON.stringify(valueAt(manifest(result, SET), ["spec", "template", "spec"]))).toContain(
    '"mountPath":"/models/bert","name":"model-bert","readOnly":true,"subPath":"model"',
  );
  expect(release.edges).toContainEqual(expect.objectContaining({ from: SET, to: job?.id }));
});

test("a queue has the StatefulSet's label, and its pods carry what Kueue writes", () => {
  const node = { cpu: 16, memory: Size.gibibytes(64) };
  const kueue = { operator: { statefulSets: true }, queues: { people: { quotas: [{ pool: "cpu", cpu: 8, memory: Size.gibibytes(32) }] } } };
  const result = resolved({ queue: "people", pool: "cpu" }, { kueue, nodePools: { cpu: { type: "static", nodes: 2, node } } });
  const set = manifest(result, SET);

  expect(valueAt(set, ["metadata", "labels"])).toMatchObject({ "kueue.x-k8s.io/queue-name": "people" });
  expect(valueAt(set, ["spec", "template", "metadata", "labels"])).not.toHaveProperty("kueue.x-k8s.io/queue-name");
  expect(valueAt(set, ["spec", "template", "metadata", "annotations"])).toEqual({ "kueue.x-k8s.io/pod-suspending-parent": "statefulset" });
});
