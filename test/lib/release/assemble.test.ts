/** A release from its parts: stamps, edges, levels, retention, digest. */

import fc from "fast-check";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import { DIGEST_ANNOTATION, ENVIRONMENT_LABEL } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import { assemble, type Parts } from "#lib/release/assemble";
import type { RawObject } from "#lib/release/raw";
import type { Release, ReleaseObject } from "#lib/release/release";

const none: Parts = { environment: "test", objects: [], charts: [], declared: [], providers: new Map(), kinds: [], warnings: [] };

function raw(apiVersion: string, kind: string, rest: { name: string; namespace?: string } & JsonObject): RawObject {
  const { name, namespace, ...body } = rest;
  const manifest: KubeObject = { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace }, ...body };
  return { stage: "foundation", component: "test", source: "here", manifest };
}

function find(release: Release, id: string): ReleaseObject {
  const found = release.objects.find((object) => object.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}

const namespace = raw("v1", "Namespace", { name: "ns" });
const chart = {
  stage: "foundation",
  component: "op",
  source: "here",
  name: "op",
  namespace: "ns",
  chart: { name: "op", repository: "oci://x", version: "1" },
  values: {},
  provides: ["example.com/Thing"],
} as const;

test("an object comes after its namespace, its account and what its pods mount", () => {
  const job = raw("batch/v1", "Job", {
    name: "j",
    namespace: "ns",
    spec: {
      template: {
        spec: {
          serviceAccountName: "sa",
          priorityClassName: "high",
          volumes: [{ configMap: { name: "cm" } }, { persistentVolumeClaim: { claimName: "pvc" } }],
        },
      },
    },
  });
  const others = [
    raw("v1", "ServiceAccount", { name: "sa", namespace: "ns" }),
    raw("v1", "ConfigMap", { name: "cm", namespace: "ns" }),
    raw("v1", "PersistentVolumeClaim", { name: "pvc", namespace: "ns" }),
    raw("scheduling.k8s.io/v1", "PriorityClass", { name: "high" }),
  ];

  const release = assemble({ ...none, objects: [job, ...others, namespace] });

  const needs = release.edges.filter((edge) => edge.from === "batch/Job/ns/j").map((edge) => edge.to);
  expect(needs).toEqual(
    [
      "core/ConfigMap/ns/cm",
      "core/Namespace/ns",
      "core/PersistentVolumeClaim/ns/pvc",
      "core/ServiceAccount/ns/sa",
      "scheduling.k8s.io/PriorityClass/high",
    ].sort(),
  );
  expect(find(release, "batch/Job/ns/j").level).toBe(2);
});

test("a custom resource comes after its definition and after the chart that provides its kind", () => {
  const definition = raw("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
    name: "things.example.com",
    spec: { group: "example.com", names: { kind: "Thing" } },
  });
  const thing = raw("example.com/v1", "Thing", { name: "t", namespace: "ns" });

  const release = assemble({ ...none, objects: [thing, definition, namespace], charts: [chart] });

  const needs = release.edges.filter((edge) => edge.from === "example.com/Thing/ns/t").map((edge) => edge.to);
  expect(needs).toEqual(["apiextensions.k8s.io/CustomResourceDefinition/things.example.com", "core/Namespace/ns", "helm/Release/ns/op"]);
});

test("a stand-in comes after the stages of its kinds, of which the one for deletion is the last", () => {
  const simulated = ({ manifest, ...rest }: RawObject): RawObject => ({
    ...rest,
    manifest: { ...manifest, metadata: { ...manifest.metadata, labels: { "beamstack-iac/simulated": "true" } } },
  });
  const spec = { resourceRef: { apiGroup: "example.com/v1", kind: "Thing" } };
  const stage = (name: string) => simulated(raw("kwok.x-k8s.io/v1alpha1", "Stage", { name, spec }));
  const operator = simulated(raw("apps/v1", "Deployment", { name: "op", namespace: "ns" }));
  const objects = [operator, stage("things.example.com.release"), stage("things.example.com.0-ready"), namespace];

  const { edges } = assemble({ ...none, objects });

  const chain = edges.filter(({ reason }) => reason === "simulator").map(({ from, to }) => [from, to]);
  expect(chain).toEqual([
    ["apps/Deployment/ns/op", "kwok.x-k8s.io/Stage/things.example.com.release"],
    ["kwok.x-k8s.io/Stage/things.example.com.release", "kwok.x-k8s.io/Stage/things.example.com.0-ready"],
  ]);
});

const claimVolume = { name: "v", persistentVolumeClaim: { claimName: "theirs" } };
const SET = { spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] } };

test.each<readonly [string, Partial<Parts>]>([
  [
    "a pod that mounts a claim of somebody else",
    { objects: [raw("v1", "Pod", { name: "p", namespace: "ns", spec: { volumes: [claimVolume] } })] },
  ],
  ["a StatefulSet that makes claims", { objects: [raw("apps/v1", "StatefulSet", { name: "s", namespace: "ns", ...SET })] }],
  ["a Helm release that makes claims", { charts: [{ ...chart, values: { storageSpec: { volumeClaimTemplate: { spec: {} } } } }] }],
])("a namespace with %s stays on destroy", (_what, { objects = [], charts = [] }) => {
  const release = assemble({ ...none, objects: [namespace, ...objects], charts });

  expect(find(release, "core/Namespace/ns").retention).toBe("retain");
});

test("a namespace with a text that only speaks of claims goes on destroy", () => {
  const script = raw("v1", "ConfigMap", { name: "m", namespace: "ns", data: { "run.json": '{"persistentVolumeClaim":{}}' } });

  expect(find(assemble({ ...none, objects: [namespace, script] }), "core/Namespace/ns").retention).toBe("delete");
});

test("a reference to what is not part of the release makes no edge", () => {
  const pod = raw("v1", "Pod", { name: "p", namespace: "elsewhere", spec: { serviceAccountName: "theirs" } });

  expect(assemble({ ...none, objects: [pod] }).edges).toEqual([]);
});

test("definitions and claims stay on destroy, and so does a namespace with data in it", () => {
  const holder: OwnedKind = { kind: "example.com/Store", version: "v1", holdsData: true, readiness: { ready: [], failed: [], source: "" } };
  const objects = [
    namespace,
    raw("v1", "Namespace", { name: "data" }),
    raw("v1", "Namespace", { name: "claims" }),
    raw("example.com/v1", "Store", { name: "s", namespace: "data" }),
    raw("v1", "PersistentVolumeClaim", { name: "c", namespace: "claims" }),
    raw("v1", "ConfigMap", { name: "m", namespace: "ns" }),
    raw("v1", "ServiceAccount", { name: "default", namespace: "ns" }),
    raw("v1", "ServiceAccount", { name: "default", namespace: "data" }),
  ];

  const release = assemble({ ...none, objects, kinds: [holder] });

  expect(find(release, "core/ServiceAccount/ns/default").retention).toBe("cascade");
  expect(find(release, "core/ServiceAccount/data/default").retention).toBe("retain");
  const retained = release.objects.filter((object) => object.retention === "retain").map((object) => object.id);
  expect(retained).toEqual([
    "core/Namespace/claims",
    "core/Namespace/data",
    "core/PersistentVolumeClaim/claims/c",
    "core/ServiceAccount/data/default",
  ]);
});

test("the digest on an object is the digest of the object without it", () => {
  const { manifest } = find(assemble({ ...none, objects: [namespace] }), "core/Namespace/ns");
  const { [DIGEST_ANNOTATION]: signature, ...annotations } = manifest.metadata.annotations ?? {};

  expect(signature).toBe(digest({ ...manifest, metadata: { ...manifest.metadata, annotations } }));
});

test("waits as the readiness row of the kind says", () => {
  const kinds: OwnedKind[] = [
    {
      kind: "example.com/One",
      version: "v1",
      readiness: { ready: [{ type: "condition", name: "Ready", status: "True" }], failed: [], source: "" },
    },
    {
      kind: "example.com/Two",
      version: "v1",
      readiness: {
        ready: [
          { type: "field", path: ".status.phase", anyOf: ["Up"] },
          { type: "field", path: ".status.health", anyOf: ["green", "yellow"] },
        ],
        failed: [],
        source: "",
      },
    },
  ];
  const objects = [raw("example.com/v1", "One", { name: "a" }), raw("example.com/v1", "Two", { name: "b" })];

  const release = assemble({ ...none, objects, kinds });

  const waits = release.objects.map((object) => object.manifest.metadata.annotations?.["pulumi.com/waitFor"]);
  expect(waits).toEqual(["condition=Ready", '["jsonpath={.status.phase}=Up","jsonpath={.status.health}"]']);
});

test("the order in which parts are given changes nothing", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.nat()), (list, random) => {
      const objects = [namespace, ...list.map((name) => raw("v1", "ConfigMap", { name, namespace: "ns", data: { name } }))];
      const shuffled = objects.map((object) => [random.next().value, object] as const).sort(([a], [b]) => a - b);

      expect(assemble({ ...none, objects: shuffled.map(([, object]) => object) })).toEqual(assemble({ ...none, objects }));
    }),
  );
});

test("every object is labelled with its environment", () => {
  expect(find(assemble({ ...none, objects: [namespace] }), "core/Namespace/ns").manifest.metadata.labels?.[ENVIRONMENT_LABEL]).toBe("test");
});

test("a stage of the simulator comes after the definition of the kind it moves", () => {
  const definition = raw("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
    name: "things.example.org",
    spec: { group: "example.org", names: { kind: "Thing" } },
  });
  const stage = raw("kwok.x-k8s.io/v1alpha1", "Stage", { name: "s", spec: { resourceRef: { apiGroup: "example.org/v1", kind: "Thing" } } });

  const { edges } = assemble({ ...none, objects: [stage, definition] });

  expect(edges).toEqual([
    { from: "kwok.x-k8s.io/Stage/s", to: "apiextensions.k8s.io/CustomResourceDefinition/things.example.org", reason: "definition" },
  ]);
});
