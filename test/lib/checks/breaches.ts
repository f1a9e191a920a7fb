/** For every rule: releases that break it, and releases that come close and do not. */

import type { JsonObject, JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { chartOf, object, releaseWith } from "../release/fixture";
import type { Breaches } from "./breach";
import { budgetBreaches } from "./budget-breaches";
import {
  binding,
  chartRelease,
  cluster,
  config,
  container,
  deployment,
  foundation,
  gateRelease,
  podSpec,
  policy,
  release,
  releaseWithout,
  role,
  routed,
  scaler,
  secured,
} from "./good";

const inPod = (changes: Parameters<typeof podSpec>[0]) => release(deployment(changes));
const inContainer = (changes: Parameters<typeof container>[0]) => inPod({ containers: [container(changes)] });
const inContext = (changes: Parameters<typeof secured>[0]) => inPod({ containers: [secured(changes)] });
const inNamespace = (labels: Record<string, string>) =>
  release({ ...foundation.namespace, metadata: { name: "app", labels: { ...foundation.namespace.metadata.labels, ...labels } } });
const service = (spec: Record<string, unknown>) => release(object("Service", "app", { namespace: "app", spec }));
const ingress = (spec: Record<string, unknown>) =>
  release(object("Ingress", "app", { namespace: "app", apiVersion: "networking.k8s.io/v1", spec }));
const secret = (body: Record<string, unknown>) => release(object("Secret", "app", { namespace: "app", ...body }));
const storageQuota = object("ResourceQuota", "quota", {
  namespace: "app",
  spec: { hard: { "requests.storage": "2560Mi", "requests.nvidia.com/gpu": 0 } },
});
const claimOf = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
const claim = (storage: string) => object("PersistentVolumeClaim", "files", { namespace: "app", ...claimOf(storage) });
const set = (replicas: number, storage: string) =>
  object("StatefulSet", "set", {
    namespace: "app",
    apiVersion: "apps/v1",
    spec: { replicas, template: { spec: podSpec() }, volumeClaimTemplates: [claimOf(storage)] },
  });
const budget = (spec: JsonObject) =>
  object("PodDisruptionBudget", "other", { namespace: "app", apiVersion: "policy/v1", spec: { maxUnavailable: 1, ...spec } });
const searchWith = (spec: JsonObject) =>
  object("Elasticsearch", "search", {
    namespace: "app",
    apiVersion: "elasticsearch.k8s.elastic.co/v1",
    spec: { podDisruptionBudget: { spec: { maxUnavailable: 1, ...spec } } },
  });
const nodes = (count: number, storage: string) =>
  object("Elasticsearch", "search", {
    namespace: "app",
    apiVersion: "elasticsearch.k8s.elastic.co/v1",
    spec: { nodeSets: [{ count, volumeClaimTemplates: [claimOf(storage)] }] },
  });
const chartWithClaims = (quota: KubeObject) => {
  const spec = { replicas: 4, storageSpec: { volumeClaimTemplate: claimOf("1Gi") } };
  return releaseWith([quota], {
    charts: [chartOf({ name: "product", namespace: "app", values: { prometheus: { prometheusSpec: spec } } })],
  });
};
const elsewhere = object("PersistentVolumeClaim", "files", { namespace: "other", ...claimOf("1Ti") });
const noFilter = { runAsNonRoot: true };
const big = (bytes: number): string => "x".repeat(bytes);
const search = (volumes: JsonValue[]) =>
  release(
    object("Elasticsearch", "main", {
      namespace: "app",
      apiVersion: "elasticsearch.k8s.elastic.co/v1",
      spec: { nodeSets: [{ name: "all", count: 3, podTemplate: { spec: podSpec({ volumes }) } }] },
    }),
  );
const prometheus = (spec: Record<string, unknown>) =>
  release(object("Prometheus", "main", { namespace: "app", apiVersion: "monitoring.coreos.com/v1", spec }));
const job = (name: string) => release(object("Job", name, { namespace: "app", apiVersion: "batch/v1" }));

/** By rule id. */
export const breaches: Readonly<Record<string, Breaches>> = {
  ...budgetBreaches,
  "annotation-size": {
    breaks: [["bytes", release({ ...config({}), metadata: { name: "settings", annotations: { a: big(262_145) } } })]],
    keeps: [release({ ...config({}), metadata: { name: "settings", annotations: { a: big(200_000) } } })],
  },
  "config-map-size": {
    breaks: [["1048577 bytes", release(config({ a: big(1_048_576), b: "x" }))]],
    keeps: [release(config({ a: big(1_048_576) }))],
  },
  "container-resources": {
    breaks: [
      ["nothing", inContainer({ resources: { requests: { cpu: "1", memory: "1Gi" } } })],
      ["nothing", inPod({ initContainers: [container({ resources: {} })] })],
      ["nothing", release(cluster({}, { containers: [container({ resources: {} })] }))],
    ],
    keeps: [release(cluster())],
  },
  "drop-all-capabilities": {
    breaks: [
      ["NET_RAW", inContext({ capabilities: { drop: ["NET_RAW"] } })],
      ["SYS_ADMIN", inContext({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } })],
    ],
    keeps: [inContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })],
  },
  "image-pinned": {
    breaks: [
      ["app:latest", inContainer({ image: "registry.example.com/team/app:latest" })],
      ["registry.example.com/team/app", inContainer({ image: "registry.example.com/team/app" })],
      ["product:latest", chartRelease({ image: { repository: "registry.example.com/team/product", tag: "latest" } })],
    ],
    keeps: [inContainer({ image: `registry.example.com/team/app@sha256:${"0".repeat(64)}` })],
  },
  "image-registry": {
    breaks: [
      ["docker.io/library/app:1", inContainer({ image: "docker.io/library/app:1" })],
      ["registry.example.community/team/app:1", inContainer({ image: "registry.example.community/team/app:1" })],
    ],
    keeps: [inContainer({ image: "registry.example.com/team/deep/app:1" })],
  },
  "ingress-tls": {
    breaks: [
      ["a.example.com without TLS", ingress({ rules: [{ host: "a.example.com" }], tls: [{ hosts: ["b.example.com"] }] })],
      ["*.example.com", ingress({ rules: [{ host: "*.example.com" }], tls: [{ hosts: ["*.example.com"] }] })],
      ["every host", ingress({ rules: [{ http: {} }] })],
    ],
    keeps: [ingress({ rules: [{ host: "a.example.com" }], tls: [{ hosts: ["a.example.com"] }] })],
  },
  "label-syntax": {
    breaks: [
      ['"a b"', release({ ...config({}), metadata: { name: "settings", labels: { a: "a b" } } })],
      ["xxx", release({ ...config({}), metadata: { name: "settings", labels: { a: big(64) } } })],
      ["an illegal key", release({ ...config({}), metadata: { name: "settings", annotations: { "a/b/c": "" } } })],
      ['"-"', release(deployment({}, { template: { metadata: { labels: { a: "-" } }, spec: podSpec() } }))],
    ],
    keeps: [release({ ...config({}), metadata: { name: "settings", labels: { "example.com/a": "", b: big(63) } } })],
  },
  "namespace-default-deny": {
    breaks: [
      ["default-deny", releaseWithout("deny")],
      ["default-deny", release(policy("default-deny", { podSelector: {}, policyTypes: ["Ingress"] }))],
      ["default-deny", release(policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [{}] }))],
      ["default-deny", release(policy("default-deny", { podSelector: { matchLabels: { a: "b" } }, policyTypes: ["Ingress", "Egress"] }))],
    ],
    keeps: [release(policy("more", { podSelector: {}, policyTypes: ["Egress"], egress: [] }))],
  },
  "namespace-limit-range": { breaks: [["LimitRange", releaseWithout("limits")]], keeps: [release()] },
  "namespace-pod-security": {
    breaks: [
      ["none", inNamespace({ "pod-security.kubernetes.io/enforce": "none" })],
      ["latest", inNamespace({ "pod-security.kubernetes.io/enforce-version": "latest" })],
    ],
    keeps: [inNamespace({ "pod-security.kubernetes.io/enforce": "baseline" })],
  },
  "namespace-quota": { breaks: [["ResourceQuota", releaseWithout("quota")]], keeps: [release()] },
  "namespace-exists": {
    breaks: [
      ["namespace app", releaseWithout("namespace", deployment())],
      ["namespace app", chartRelease({})],
    ],
    keeps: [release(deployment())],
  },
  "namespace-quota-fits": {
    breaks: [
      ["11 pods in namespace app", release(deployment({}, { replicas: 11 }))],
      ["12 pods in namespace app", release(deployment(), cluster({ flinkConfiguration: { "slotmanager.number-of-slots.max": "10" } }))],
      ["3Gi of volumes", release(storageQuota, set(3, "1Gi"))],
      ["2561Mi of volumes", release(storageQuota, set(2, "1Gi"), claim("513Mi"))],
      ["4Gi of volumes", release(storageQuota, nodes(4, "1Gi"))],
      ["4Gi of volumes", chartWithClaims(storageQuota)],
    ],
    keeps: [
      release(deployment({}, { replicas: 10 })),
      release(storageQuota, set(2, "1Gi"), claim("512Mi")),
      release(set(3, "1Ti")),
      release(storageQuota, elsewhere),
    ],
  },
  "no-host-namespaces": {
    breaks: [
      ["true", inPod({ hostNetwork: true })],
      ["true", release(cluster({}, { hostPID: true }))],
    ],
    keeps: [inPod({ hostNetwork: false })],
  },
  "no-host-paths": {
    breaks: [["/var/run/docker.sock", inPod({ volumes: [{ name: "a", hostPath: { path: "/var/run/docker.sock" } }] })]],
    keeps: [inPod({ volumes: [{ name: "a", emptyDir: {} }] })],
  },
  "no-host-ports": {
    breaks: [["8080", inContainer({ ports: [{ containerPort: 80, hostPort: 8080 }] })]],
    keeps: [inContainer({ ports: [{ containerPort: 80, hostPort: 0 }] })],
  },
  "no-metadata-egress": {
    breaks: [
      ["0.0.0.0/0", release(policy("out", { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }))],
      ["every address", release(policy("out", { egress: [{}] }))],
      ["every address", release(policy("out", { egress: [{ ports: [{ port: 80 }] }] }))],
      ["every address", release(policy("out", { egress: [{ ports: [{ port: "http" }] }] }))],
      ["every address", release(policy("out", { egress: [{ ports: [{ port: 1, endPort: 100 }] }] }))],
      ["::/0", release(policy("out", { egress: [{ to: [{ ipBlock: { cidr: "::/0", except: ["169.254.169.254/32"] } }] }] }))],
    ],
    keeps: [
      release(policy("out", { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }] }] })),
      release(policy("out", { egress: [{ ports: [{ port: 443 }, { port: 8000, endPort: 9000 }] }] })),
    ],
  },
  "no-privilege-escalation": {
    breaks: [
      ["true", inContext({ allowPrivilegeEscalation: true })],
      ["nothing", inContainer({ securityContext: {} })],
    ],
    keeps: [inContext({ allowPrivilegeEscalation: false })],
  },
  "no-privileged": { breaks: [["true", inContext({ privileged: true })]], keeps: [inContext({ privileged: false })] },
  "no-secret-data": {
    breaks: [
      ["password", secret({ data: { password: "eA==" } })],
      ["token", secret({ stringData: { token: "x" } })],
    ],
    keeps: [secret({ type: "Opaque" })],
  },
  "no-secret-in-clear-text": {
    breaks: [
      ["a private key", release(config({ "tls.key": "-----BEGIN RSA PRIVATE KEY-----\nMII" }))],
      ["an AWS access key", release(config({ env: `AWS_ACCESS_KEY_ID=AKIA${"A".repeat(16)}` }))],
      ["a password in a URL", release(config({ env: "url: postgres://user:hunter2@db:5432/x" }))],
      ["DB_PASSWORD", inContainer({ env: [{ name: "DB_PASSWORD", value: "hunter2" }] })],
      ["apiKey", inContainer({ env: [{ name: "apiKey", value: "x" }] })],
    ],
    keeps: [
      release(config({ env: "url: postgres://user:$(PASSWORD)@db:5432/x\nsecretName: tls\n" })),
      inContainer({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }] }),
      inContainer({ env: [{ name: "DB_PASSWORD_FILE", value: "/run/secrets/db" }] }),
    ],
  },
  "object-name": {
    breaks: [
      ['"A"', release(object("ConfigMap", "A", { namespace: "app" }))],
      ['"a.b"', release(object("Service", "a.b", { namespace: "app" }))],
      ["xxx", job(big(64))],
      ["xxx", release(object("CronJob", big(53), { namespace: "app", apiVersion: "batch/v1" }))],
      ['"a.b"', release(object("ConfigMap", "a", { namespace: "a.b" }))],
    ],
    keeps: [job(big(63)), release(object("ClusterRole", "a:B", { apiVersion: "rbac.authorization.k8s.io/v1" }))],
  },
  "object-size": {
    breaks: [["bytes", release(cluster({ notes: big(1_600_000) }))]],
    keeps: [release(cluster({ notes: big(1_500_000) }))],
  },
  "own-namespace": {
    breaks: [["default", release(object("ConfigMap", "a", { namespace: "default" }))]],
    keeps: [release(config({}))],
  },
  "own-service-account": {
    breaks: [
      ["default", inPod({ serviceAccountName: "default" })],
      ["nothing", inPod({ serviceAccountName: undefined })],
    ],
    keeps: [release(cluster({}, { serviceAccountName: undefined }))],
  },
  "disruption-budget-selects": {
    breaks: [
      ["no selector", release(budget({}))],
      ["which no pod has", release(budget({ selector: { matchLabels: { app: "other" } } }))],
      ["no selector", release(searchWith({}))],
      ["which no pod has", release(searchWith({ selector: { matchLabels: { app: "search" } } }))],
    ],
    keeps: [
      release(deployment(), budget({ selector: {} })),
      release(searchWith({ selector: { matchLabels: { "elasticsearch.k8s.elastic.co/cluster-name": "search" } } })),
    ],
  },
  "production-disruption-budget": {
    breaks: [["no budget", releaseWithout("budget", deployment())]],
    keeps: [releaseWithout("budget", deployment({}, { replicas: 1 })), release(deployment())],
  },
  "production-durable-storage": {
    breaks: [
      ["elasticsearch-data", search([{ name: "elasticsearch-data", emptyDir: {} }])],
      ["emptyDir", prometheus({})],
      ["checkpoints in memory", release(cluster({ flinkConfiguration: {} }))],
      ["nothing", release(object("StatefulSet", "db", { namespace: "app", apiVersion: "apps/v1", spec: { replicas: 2 } }))],
    ],
    keeps: [search([]), prometheus({ storage: { volumeClaimTemplate: { spec: {} } } })],
  },
  "production-gpu-quota": {
    breaks: [["GPUs", release({ ...foundation.quota, spec: { hard: { pods: 10 } } })]],
    keeps: [release()],
  },
  "production-replicas": {
    breaks: [
      ["1", release(deployment({}, { replicas: 1 }))],
      ["1", release(cluster({ jobManager: {} }))],
      ["1", gateRelease({ replicas: 1 })],
      ["1", release(routed({ replicas: 1 }), scaler("other"))],
    ],
    keeps: [
      release(cluster(), deployment()),
      gateRelease({ replicas: 2 }),
      chartRelease({ replicas: 1 }),
      release(routed({}), scaler("chat-kserve")),
    ],
  },
  "rbac-bindings": {
    breaks: [
      ["cluster-admin", release(binding("cluster-admin"))],
      ["system:authenticated", release(binding("reader", { kind: "Group", name: "system:authenticated" }))],
    ],
    keeps: [release(binding("reader"))],
  },
  "rbac-no-admission-control": {
    breaks: [
      [
        "validatingwebhookconfigurations, with update",
        release(role("ClusterRole", { resources: ["validatingwebhookconfigurations"], verbs: ["get", "update"] })),
      ],
    ],
    keeps: [release(role("ClusterRole", { resources: ["validatingwebhookconfigurations"], verbs: ["get", "watch"] }))],
  },
  "rbac-no-cluster-secrets": {
    breaks: [["secrets, with list", release(role("ClusterRole", { resources: ["secrets"], verbs: ["list"] }))]],
    keeps: [
      release(role("Role", { resources: ["secrets"], verbs: ["list"] })),
      release(role("ClusterRole", { resources: ["secrets"], verbs: ["get"], resourceNames: ["one"] })),
    ],
  },
  "rbac-no-escalation": { breaks: [["bind", release(role("Role", { verbs: ["bind"] }))]], keeps: [release(role("Role", {}))] },
  "rbac-no-exec": {
    breaks: [["pods/exec", release(role("Role", { resources: ["pods/exec"] }))]],
    keeps: [release(role("Role", { resources: ["pods/log"] }))],
  },
  "rbac-no-wildcard": {
    breaks: [
      ["*", release(role("Role", { verbs: ["*"] }))],
      ["*", release(role("ClusterRole", { apiGroups: ["*"] }))],
    ],
    keeps: [release(role("Role", {}))],
  },
  "read-only-root": { breaks: [["nothing", inContext({ readOnlyRootFilesystem: undefined })]], keeps: [inContext({})] },
  "readiness-probe": {
    breaks: [
      ["nothing", inContainer({ readinessProbe: undefined })],
      ["the readinessProbe again", inContainer({ livenessProbe: { tcpSocket: { port: 80 } } })],
    ],
    keeps: [
      inPod({ initContainers: [container({ readinessProbe: undefined })] }),
      release({
        ...deployment({ containers: [container({ readinessProbe: undefined })] }),
        metadata: { name: "app", namespace: "app", labels: { "beamstack-iac/simulated": "true" } },
      }),
    ],
  },
  "run-as-non-root": {
    breaks: [
      ["nothing", inPod({ securityContext: { seccompProfile: { type: "RuntimeDefault" } } })],
      ["false", inContext({ runAsNonRoot: false })],
      ["0", inContext({ runAsUser: 0 })],
      ["0", release(cluster({}, { initContainers: [secured({ runAsUser: 0 })] }))],
    ],
    keeps: [inPod({ securityContext: { seccompProfile: { type: "RuntimeDefault" } }, containers: [secured({ runAsNonRoot: true })] })],
  },
  "seccomp-profile": {
    breaks: [
      ["nothing", inPod({ securityContext: noFilter })],
      ["Unconfined", inContext({ seccompProfile: { type: "Unconfined" } })],
    ],
    keeps: [inPod({ securityContext: noFilter, containers: [secured({ seccompProfile: { type: "Localhost" } })] })],
  },
  "service-account-token": {
    breaks: [
      ["true", inPod({ automountServiceAccountToken: true })],
      ["nothing", inPod({ automountServiceAccountToken: undefined })],
      ["true", release(routed({}, { automountServiceAccountToken: true }))],
    ],
    keeps: [
      release(routed({}, { automountServiceAccountToken: true, serviceAccountName: "chat-epp" })),
      release(deployment({ automountServiceAccountToken: undefined }), binding("reader")),
      release(
        deployment({ automountServiceAccountToken: undefined }),
        object("ServiceAccount", "app", { namespace: "app", automountServiceAccountToken: false }),
      ),
    ],
  },
  "service-exposure": {
    breaks: [
      ["NodePort", service({ type: "NodePort" })],
      ["LoadBalancer", service({ type: "LoadBalancer" })],
      ["192.0.2.1", service({ externalIPs: ["192.0.2.1"] })],
    ],
    keeps: [service({ type: "ClusterIP" }), service({})],
  },
};
