/** The objects that every peer creates: five per bundle, as in a small service. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Namespace of all of them. */
export const NAMESPACE = "bench";

/** Label of these objects and of those that controllers create for them. */
export const LABEL = "app";

/** Exactly `count` objects: bundles of account, configuration, service, network policy and deployment. */
export function objectSet(count: number): KubeObject[] {
  return Array.from({ length: count }, (_, i) => PARTS[i % PARTS.length]?.(`p${Math.floor(i / PARTS.length)}`)).filter(
    (object) => object !== undefined,
  );
}

const PARTS: readonly ((name: string) => KubeObject)[] = [
  (name) => of("v1", "ServiceAccount", name, { automountServiceAccountToken: false }),
  (name) => of("v1", "ConfigMap", name, { data: { "pipeline.yaml": `name: ${name}\n${"# step\n".repeat(40)}` } }),
  (name) =>
    of("v1", "Service", name, {
      spec: { selector: { [LABEL]: name }, ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }] },
    }),
  (name) =>
    of("networking.k8s.io/v1", "NetworkPolicy", name, {
      spec: { podSelector: { matchLabels: { [LABEL]: name } }, policyTypes: ["Ingress"] },
    }),
  (name) => of("apps/v1", "Deployment", name, deployment(name)),
];

/** Objects of a bundle. */
export const BUNDLE = PARTS.length;

/** Skips readiness: the benchmark measures the creation of objects, not the start of pods. */
function of(apiVersion: string, kind: string, name: string, body: JsonObject): KubeObject {
  const metadata = { name, namespace: NAMESPACE, labels: { [LABEL]: name }, annotations: { "pulumi.com/skipAwait": "true" } };
  return { apiVersion, kind, metadata, ...body };
}

function deployment(name: string): JsonObject {
  const container = {
    name: "main",
    image: "registry.example.com/app:1.0",
    ports: [{ containerPort: 8080 }],
    envFrom: [{ configMapRef: { name } }],
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
  };
  return {
    spec: {
      replicas: 0,
      selector: { matchLabels: { [LABEL]: name } },
      template: { metadata: { labels: { [LABEL]: name } }, spec: { serviceAccountName: name, containers: [container] } },
    },
  };
}
