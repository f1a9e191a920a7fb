/** A release that breaks no rule, and ways to change it. */

import type { CheckContext } from "#lib/checks/context";
import { ownedKinds } from "#lib/components/registry";
import { type JsonObject, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { chartOf, object, releaseWith } from "../release/fixture";

const PSA = "pod-security.kubernetes.io";
const RBAC = "rbac.authorization.k8s.io/v1";
const ns = "app";

/** A container that breaks no rule, with changes. */
export function container(changes: JsonObject = {}): JsonObject {
  return {
    name: "main",
    image: "registry.example.com/team/app:1.0",
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    resources: { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } },
    readinessProbe: { tcpSocket: { port: 80 } },
    ...changes,
  };
}

/** The container's security context with changes. */
export function secured(changes: JsonObject): JsonObject {
  const { securityContext } = container();
  return container({ securityContext: { ...(securityContext as JsonObject), ...changes } });
}

/** A pod spec that breaks no rule, with changes. */
export function podSpec(changes: JsonObject = {}): JsonObject {
  return {
    serviceAccountName: "app",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container()],
    ...changes,
  };
}

/** A Deployment that breaks no rule, with changes to its pods and to itself. */
export function deployment(pod: JsonObject = {}, spec: JsonObject = {}): KubeObject {
  const template = { metadata: { labels: { app: "app" } }, spec: podSpec(pod) };
  return object("Deployment", "app", { namespace: ns, apiVersion: "apps/v1", spec: { replicas: 2, template, ...spec } });
}

/** A custom resource whose operator makes a Deployment of its template, and binds a role to an account. */
export function routed(spec: JsonObject, pod: JsonObject = {}): KubeObject {
  const template = podSpec(pod);
  return object("LLMInferenceService", "chat", { namespace: ns, apiVersion: "serving.kserve.io/v1alpha2", spec: { template, ...spec } });
}

/** What scales a Deployment. */
export function scaler(name: string): KubeObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name };
  return object("ScaledObject", "chat", { namespace: ns, apiVersion: "keda.sh/v1alpha1", spec: { minReplicaCount: 2, scaleTargetRef } });
}

/** A custom resource with a pod template in it, whose main container its operator fills in. */
export function cluster(changes: JsonObject = {}, pod: JsonObject = {}): KubeObject {
  const { image: _image, resources: _resources, ...main } = container();
  return object("FlinkDeployment", "main", {
    namespace: ns,
    apiVersion: "flink.apache.org/v1beta1",
    spec: {
      flinkConfiguration: { "execution.checkpointing.dir": "s3://bucket/checkpoints" },
      jobManager: { replicas: 2 },
      taskManager: { podTemplate: { spec: podSpec({ containers: [main, container({ name: "sidecar" })], ...pod }) } },
      ...changes,
    },
  });
}

/** A role of the namespace, or of the cluster. */
export function role(kind: "Role" | "ClusterRole", rule: JsonObject): KubeObject {
  const namespace = kind === "Role" ? { namespace: ns } : {};
  return object(kind, "reader", {
    ...namespace,
    apiVersion: RBAC,
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"], ...rule }],
  });
}

/** A binding of the app's account. */
export function binding(roleName: string, subject: JsonObject = { kind: "ServiceAccount", name: "app" }): KubeObject {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: roleName };
  return object("RoleBinding", "app", { namespace: ns, apiVersion: RBAC, roleRef, subjects: [subject] });
}

/** A network policy. */
export function policy(name: string, spec: JsonObject): KubeObject {
  return object("NetworkPolicy", name, { namespace: ns, apiVersion: "networking.k8s.io/v1", spec });
}

/** A ConfigMap. */
export function config(data: JsonObject): KubeObject {
  return object("ConfigMap", "settings", { namespace: ns, data });
}

/** Everything that a namespace needs, by a word for each. */
export const foundation: Readonly<Record<"namespace" | "deny" | "quota" | "limits" | "budget", KubeObject>> = {
  namespace: {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: ns, labels: { [`${PSA}/enforce`]: "restricted", [`${PSA}/enforce-version`]: "v1.34" } },
  },
  deny: policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
  quota: object("ResourceQuota", "quota", { namespace: ns, spec: { hard: { pods: 10, "requests.nvidia.com/gpu": 0 } } }),
  limits: object("LimitRange", "limits", { namespace: ns, spec: { limits: [{ type: "Container", default: { memory: "1Gi" } }] } }),
  budget: object("PodDisruptionBudget", "app", {
    namespace: ns,
    apiVersion: "policy/v1",
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: "app" } } },
  }),
};

/** The release of what every namespace needs and these objects; an object replaces the one of its id. A budget comes with its pods. */
export function release(...objects: readonly KubeObject[]): Release {
  const key = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;
  const budgeted = objects.some((one) => valueAt(one, ["spec", "template", "metadata", "labels", "app"]) === "app");
  const needed = Object.values(foundation).filter((one) => budgeted || one !== foundation.budget);
  const all = new Map([...needed, ...objects].map((one) => [key(one), one]));
  return releaseWith([...all.values()]);
}

/** The same without one thing that every namespace needs. */
export function releaseWithout(what: keyof typeof foundation, ...objects: readonly KubeObject[]): Release {
  return releaseWith([...Object.entries(foundation).flatMap(([name, one]) => (name === what ? [] : [one])), ...objects]);
}

/** A release of one Helm release. */
export function chartRelease(values: JsonObject): Release {
  return releaseWith([], { charts: [chartOf({ name: "product", namespace: ns, values })] });
}

/** A chart whose pods stand between others and the API server. */
export function gateRelease(values: JsonObject): Release {
  const product = chartOf({ name: "product", namespace: ns, values });
  return releaseWith([], { charts: [{ ...product, chart: { ...product.chart, gateReplicasAt: ["replicas"] } }] });
}

/** A production environment with a mirror, one pool of eight GPUs, four on a node, and a queue for four of them. */
export const production: CheckContext = {
  production: true,
  kinds: ownedKinds,
  imageRegistry: "registry.example.com/team",
  queues: [{ name: "research", shares: [{ pool: "gpu", accelerators: 4 }], admits: { "kueue.x-k8s.io/queue-name": "research" } }],
  pools: [
    {
      name: "gpu",
      nodeSelector: { "beamstack-iac/node-pool": "gpu" },
      shapes: [{ cpu: 16, memory: Size.gibibytes(64), accelerators: 4, scratch: Size.gibibytes(100), pods: 110 }],
      capacity: { nodes: 2, cpu: 32, memory: Size.gibibytes(128), accelerators: 8, resource: "nvidia.com/gpu" },
    },
  ],
};

/** A pod spec that asks the pool for GPUs. */
export function gpuPod(gpus: number): JsonObject {
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi", "nvidia.com/gpu": gpus } };
  return { nodeSelector: { "beamstack-iac/node-pool": "gpu" }, containers: [container({ resources })] };
}
