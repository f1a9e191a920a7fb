/** What an object names, wherever in it a pod spec stands. */

import fc from "fast-check";
import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { referencesOf } from "#lib/kube/references";

const container = (fields: JsonObject): JsonObject => ({ containers: [{ name: "main", ...fields }] });
const volume = (source: JsonObject): JsonObject => ({ volumes: [{ name: "v", ...source }] });
const projected = (source: JsonObject): JsonObject => volume({ projected: { sources: [source] } });

/** By what names it: a piece of a pod spec, and the id of what it names. Source: PodSpec of Kubernetes 1.34. */
const NAMED: Readonly<Record<string, readonly [JsonObject, string]>> = {
  "its account": [{ serviceAccountName: "a" }, "core/ServiceAccount/ns/a"],
  "its account by the old name": [{ serviceAccount: "a" }, "core/ServiceAccount/ns/a"],
  "the secret of a registry": [{ imagePullSecrets: [{ name: "a" }] }, "core/Secret/ns/a"],
  "its priority": [{ priorityClassName: "a" }, "scheduling.k8s.io/PriorityClass/a"],
  "its runtime": [{ runtimeClassName: "a" }, "node.k8s.io/RuntimeClass/a"],
  "a claim of devices": [{ resourceClaims: [{ name: "gpu", resourceClaimName: "a" }] }, "resource.k8s.io/ResourceClaim/ns/a"],
  "a template of such claims": [
    { resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "a" }] },
    "resource.k8s.io/ResourceClaimTemplate/ns/a",
  ],
  "a variable from configuration": [
    container({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "a", key: "k" } } }] }),
    "core/ConfigMap/ns/a",
  ],
  "a variable from a secret": [
    container({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "a", key: "k" } } }] }),
    "core/Secret/ns/a",
  ],
  "all variables from configuration": [container({ envFrom: [{ configMapRef: { name: "a" } }] }), "core/ConfigMap/ns/a"],
  "all variables from a secret": [container({ envFrom: [{ prefix: "A_", secretRef: { name: "a" } }] }), "core/Secret/ns/a"],
  "a secret of an init container": [{ initContainers: [{ name: "first", envFrom: [{ secretRef: { name: "a" } }] }] }, "core/Secret/ns/a"],
  "a volume of configuration": [volume({ configMap: { name: "a" } }), "core/ConfigMap/ns/a"],
  "a volume of a secret": [volume({ secret: { secretName: "a" } }), "core/Secret/ns/a"],
  "a claim": [volume({ persistentVolumeClaim: { claimName: "a" } }), "core/PersistentVolumeClaim/ns/a"],
  "the class of a claim that comes and goes with it": [
    volume({ ephemeral: { volumeClaimTemplate: { spec: { storageClassName: "a" } } } }),
    "storage.k8s.io/StorageClass/a",
  ],
  "configuration in a projected volume": [projected({ configMap: { name: "a", items: [] } }), "core/ConfigMap/ns/a"],
  "a secret in a projected volume": [projected({ secret: { name: "a", items: [] } }), "core/Secret/ns/a"],
  "a bundle of authorities": [projected({ clusterTrustBundle: { name: "a", path: "ca" } }), "certificates.k8s.io/ClusterTrustBundle/a"],
  "the secret of a driver": [volume({ csi: { driver: "d", nodePublishSecretRef: { name: "a" } } }), "core/Secret/ns/a"],
  "the secret of a file share": [volume({ azureFile: { shareName: "s", secretName: "a" } }), "core/Secret/ns/a"],
};

const pod = (spec: JsonObject): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "ns" }, spec });
const idsOf = (object: KubeObject): string[] => referencesOf(object).map(({ id }) => id);

test.each(Object.entries(NAMED))("a pod names %s", (_what, [spec, id]) => {
  expect(idsOf(pod(spec))).toEqual(["core/Namespace/ns", id]);
});

test.each([
  ["a token of its own account", projected({ serviceAccountToken: { path: "token", audience: "somebody" } })],
  ["fields of its own", projected({ downwardAPI: { items: [] } })],
  ["authorities by their signer", projected({ clusterTrustBundle: { signerName: "example.com/ca", path: "ca" } })],
  ["a certificate of its own", projected({ podCertificate: { signerName: "example.com/ca", keyType: "ED25519" } })],
  ["scratch space", volume({ emptyDir: {} })],
])("%s is no other object", (_what, spec) => {
  expect(idsOf(pod(spec))).toEqual(["core/Namespace/ns"]);
});

test("whatever stands together, and wherever its pod spec stands, each is named", () => {
  const pieces = fc.subarray(Object.values(NAMED));
  const around = fc.array(fc.constantFrom("template", "jobTemplate", "podTemplate", "nodeSets"), { maxLength: 4 });
  fc.assert(
    fc.property(pieces, around, fc.boolean(), (chosen, keys, listed) => {
      const specs = chosen.map(([spec]) => spec);
      const inside = keys.reduce<JsonObject>((value, key) => ({ [key]: { spec: value } }), listed ? { all: specs } : { last: { specs } });

      expect(idsOf(pod(inside)).sort()).toEqual(["core/Namespace/ns", ...chosen.map(([, id]) => id)].sort());
    }),
    { numRuns: 60 },
  );
});

test("an Ingress names the certificate of its hosts and its class", () => {
  const ingress: KubeObject = {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "i", namespace: "ns" },
    spec: { ingressClassName: "public", tls: [{ hosts: ["a.example.com"], secretName: "tls" }, { hosts: ["b.example.com"] }] },
  };

  expect(idsOf(ingress)).toEqual(["core/Namespace/ns", "networking.k8s.io/IngressClass/public", "core/Secret/ns/tls"]);
});

test("an account names the secrets of its registries", () => {
  const account: KubeObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "a", namespace: "ns" },
    imagePullSecrets: [{ name: "registry" }],
  };

  expect(idsOf(account)).toEqual(["core/Namespace/ns", "core/Secret/ns/registry"]);
});
