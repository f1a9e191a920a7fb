/** Patches of a platform: what they change, what is recorded, and what they may not do. */

import { createPlatform } from "#charts/platform";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { DIGEST_ANNOTATION } from "#lib/kube/labels";
import type { Patch } from "#lib/release/patch";
import { EMBEDDED, released } from "../fixtures/platform";

const spec = { ...EMBEDDED, certManager: {}, namespaces: { lab: {} } };
const QUOTA = { kind: "core/ResourceQuota", name: "quota" } as const;
const reason = "the finance team asks for it";

function resolved(...patch: readonly Patch[]) {
  return createPlatform({ patch }).resolve(spec);
}

function problems(...patch: readonly Patch[]) {
  const result = resolved(...patch);
  return result.ok ? [] : result.problems.map(({ id, path }) => ({ id, path }));
}

test("a patch merges into the objects it names, removes with null, and touches no other", () => {
  const merge = { metadata: { labels: { "example.com/team": "lab" } }, spec: { hard: { pods: "7", "requests.cpu": null } } };

  const { release } = unwrap(resolved({ target: { ...QUOTA, namespace: "lab" }, merge, reason }));

  const before = released(spec);
  const changed = release.objects.filter(({ manifest }, at) => JSON.stringify(manifest) !== JSON.stringify(before.objects[at]?.manifest));
  expect(changed.map(({ id }) => id)).toEqual(["core/ResourceQuota/lab/quota"]);
  const [quota] = changed;
  expect(quota?.manifest.metadata.labels).toMatchObject({ "example.com/team": "lab", "app.kubernetes.io/managed-by": "beamstack-iac" });
  const hard = valueAt(quota?.manifest, ["spec", "hard"]);
  expect(hard).toMatchObject({ pods: "7", "requests.memory": expect.any(String) });
  expect(hard).not.toHaveProperty(["requests.cpu"]);
});

test("every object that a patch changed is recorded with the patch and its reason, and signed anew", () => {
  const merge = { spec: { hard: { pods: "7" } } };

  const { release } = unwrap(resolved({ target: QUOTA, merge, reason }));

  expect(release.deviations).toEqual([
    { id: "core/ResourceQuota/cert-manager/quota", merge, reason },
    { id: "core/ResourceQuota/lab/quota", merge, reason },
  ]);
  const before = released(spec);
  const signature = (of: typeof release) =>
    of.objects.find(({ id }) => id === "core/ResourceQuota/lab/quota")?.manifest.metadata.annotations?.[DIGEST_ANNOTATION];
  expect(signature(release)).not.toBe(signature(before));
  expect(release.digest).not.toBe(before.digest);
  expect(before.deviations).toBeUndefined();
});

test("patches apply in their order, each on what the one before left", () => {
  const pods = (count: string): Patch => ({ target: { ...QUOTA, namespace: "lab" }, merge: { spec: { hard: { pods: count } } }, reason });

  const { release } = unwrap(resolved(pods("7"), pods("8")));

  const quota = release.objects.find(({ id }) => id === "core/ResourceQuota/lab/quota");
  expect(valueAt(quota?.manifest, ["spec", "hard", "pods"])).toBe("8");
  expect(release.deviations).toHaveLength(2);
});

test("a patch of a Helm release merges into its values", () => {
  const patch: Patch = { target: { kind: "helm/Release", name: "cert-manager" }, merge: { replicaCount: 3 }, reason };
  const helm = { ...spec, cluster: { type: "context", context: "c" } };

  const { release } = unwrap(createPlatform({ patch: [patch] }).resolve(helm));

  expect(release.helmReleases.map(({ values }) => values["replicaCount"])).toEqual([3]);
  expect(release.deviations?.map(({ id }) => id)).toEqual(["helm/Release/cert-manager/cert-manager"]);
});

test.each<readonly [string, Patch["target"], Patch["merge"]]>([
  ["names nothing of the release", { kind: "core/ResourceQuota", name: "qouta" }, { spec: { hard: { pods: "7" } } }],
  ["says what is so already", { kind: "core/ServiceAccount", name: "default" }, { automountServiceAccountToken: false }],
  ["says nothing", QUOTA, {}],
])("a patch that %s is refused: it would have no effect", (_what, target, merge) => {
  expect(problems({ target, merge, reason })).toEqual([{ id: "patch.without-effect", path: "patch[0]" }]);
});

test.each([
  [{ kind: "core/ResourceQuota", name: "qouta" }, "did you mean quota?"],
  [{ kind: "core/ResuorceQuota", name: "quota" }, "did you mean core/ResourceQuota?"],
  [{ kind: "core/ResourceQuota", name: "quota" }, "correct the target or remove the patch"],
] as const)("a patch of nothing is told what was meant: %p", (target, fix) => {
  const result = resolved({ target, merge: {}, reason });

  expect(result.ok ? [] : result.problems).toMatchObject([{ fix }]);
});

test.each<readonly [string, Patch["merge"]]>([
  ["kind", { kind: "Secret" }],
  ["apiVersion", { apiVersion: "v2" }],
  ["name", { metadata: { name: "other" } }],
  ["namespace", { metadata: { namespace: "other" } }],
  ["name, by removing it with all metadata", { metadata: null }],
  ["kind, by removing it", { kind: null }],
])("a patch of the %s of an object is refused: everything else knows it by that", (_what, merge) => {
  const harmless: Patch = { target: QUOTA, merge: { spec: { hard: { pods: "7" } } }, reason };

  expect(problems(harmless, { target: QUOTA, merge, reason }, harmless)).toEqual(
    expect.arrayContaining([{ id: "patch.identity", path: "patch[1]" }]),
  );
});

test("a patch cannot get past a rule", () => {
  const merge = { spec: { template: { spec: { hostNetwork: true } } } };

  const found = problems({ target: { kind: "apps/Deployment", name: "cert-manager" }, merge, reason });

  expect(found).toEqual([expect.objectContaining({ id: "checks.no-host-namespaces" })]);
});

test("where the environment is wrong, patches of what is missing then are no second problem", () => {
  const patch = { target: { kind: "core/Namespace", name: "cert-manager" }, merge: { metadata: { labels: { a: "b" } } }, reason } as const;

  const result = createPlatform({ patch: [patch] }).resolve({ ...spec, certManager: { replicas: 0 } });

  expect(result.ok ? [] : result.problems.map(({ id, path }) => ({ id, path }))).toEqual([
    { id: "spec.wrong-value", path: "certManager.replicas" },
  ]);
});
