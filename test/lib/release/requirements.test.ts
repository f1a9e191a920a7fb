import { certManagerPin } from "#lib/components/cert-manager/pin";
import type { KubeObject } from "#lib/kube/object";
import { chartOf, object, releaseWith } from "./fixture";

/** A Deployment with these fields of a pod. */
const pod = (spec: Record<string, unknown>): KubeObject =>
  object("Deployment", "web", { namespace: "a", apiVersion: "apps/v1", spec: { template: { spec } } });

const env = (name: string, key: string, optional = false) => ({
  name: "X",
  valueFrom: { secretKeyRef: { name, key, ...(optional && { optional }) } },
});

/** Type, place and keys of what a release requires. */
const requires = (objects: readonly KubeObject[], rest = {}) =>
  releaseWith(objects, rest).requires.map(({ type, namespace, name, keys = [] }) =>
    [type, namespace ?? "", name, keys.join(",")].join(" "),
  );

test.each<[string, KubeObject]>([
  ["secret a keys one,two", pod({ containers: [{ env: [env("keys", "two"), env("keys", "one")] }] })],
  [
    "secret a keys file",
    pod({ volumes: [{ projected: { sources: [{ secret: { name: "keys", items: [{ key: "file", path: "x" }] } }] } }] }),
  ],
  ["secret a pull .dockerconfigjson", pod({ imagePullSecrets: [{ name: "pull" }] })],
  ["config-map a settings k", pod({ containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: "settings", key: "k" } } }] }] })],
  ["volume-claim a data ", pod({ volumes: [{ persistentVolumeClaim: { claimName: "data" } }] })],
  ["priority-class  urgent ", pod({ priorityClassName: "urgent" })],
  ["runtime-class  gvisor ", pod({ runtimeClassName: "gvisor" })],
  ["kind  example.com/v1 Thing ", object("Thing", "x", { namespace: "a", apiVersion: "example.com/v1" })],
])("finds what nothing in the release makes: %s", (expected, manifest) => {
  expect(requires([manifest])).toEqual([expected]);
});

test.each<[string, readonly KubeObject[]]>([
  ["an optional key", [pod({ containers: [{ env: [env("keys", "k", true)] }] })]],
  ["a class of every cluster", [pod({ priorityClassName: "system-node-critical" })]],
  ["an object of the release", [pod({ volumes: [{ configMap: { name: "own" } }] }), object("ConfigMap", "own", { namespace: "a" })]],
])("does not ask for %s", (_, objects) => {
  expect(requires(objects)).toEqual([]);
});

test("a Secret that an operator makes is not required", () => {
  const certificate = object("Certificate", "web", {
    namespace: "a",
    apiVersion: "cert-manager.io/v1",
    spec: { secretName: "web-tls", issuerRef: { name: "ca" } },
  });
  const chart = chartOf({ name: "cert-manager", namespace: "c", provides: ["cert-manager.io/Certificate"] });

  expect(
    requires([pod({ volumes: [{ secret: { secretName: "web-tls" } }] }), certificate], { kinds: certManagerPin.kinds, charts: [chart] }),
  ).toEqual([]);
});

test("claims name their storage class or want the default one, also in the values of charts", () => {
  const claim = (storageClassName?: string) => ({
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    ...(storageClassName !== undefined && { storageClassName }),
  });
  const charts = [chartOf({ name: "prometheus", namespace: "a", values: { storage: { volumeClaimTemplate: { spec: claim("fast") } } } })];
  const objects = [undefined, ""].map((name) => object("PersistentVolumeClaim", `c${name}`, { namespace: "a", spec: claim(name) }));

  expect(requires(objects, { charts })).toEqual(["storage-class   ", "storage-class  fast "]);
});

test("one requirement of two parts of the file names both", () => {
  const requires = [{ type: "bucket", name: "s3://x", purpose: "state" } as const];
  const [found] = releaseWith([], {
    requires: ["b", "a"].flatMap((source) => requires.map((each) => ({ ...each, sources: [source] }))),
  }).requires;

  expect(found).toEqual({ type: "bucket", name: "s3://x", purpose: "state", sources: ["a", "b"] });
});
