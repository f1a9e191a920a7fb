/** Networks that people reported in public: DNS, proxies, overlay networks, closed namespaces, shared clusters. */

import { createPlatform } from "#charts/platform";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { PACKAGES } from "../lib/components/beam/network";

const BASE = { name: "report", cluster: { type: "context", context: "any" } } as const;
const FILES = new Map([["packages.yaml", PACKAGES]]);

function resolved(spec: Partial<EnvironmentSpec>) {
  return createPlatform().resolve({ ...BASE, ...spec }, { files: FILES });
}

function release(spec: Partial<EnvironmentSpec>): Release {
  return unwrap(resolved(spec)).release;
}

function problems(spec: Partial<EnvironmentSpec>): string[] {
  const result = resolved(spec);
  return (result.ok ? result.warnings : result.problems).map(({ id, path, severity = "error" }) => `${severity} ${id} at ${path}`);
}

function at({ objects }: Release, id: string, ...path: (string | number)[]): JsonValue | undefined {
  return valueAt(objects.find((object) => object.id === id)?.manifest, path);
}

function values(made: Release, name: string, ...path: string[]): JsonValue | undefined {
  return valueAt(made.helmReleases.find((one) => one.name === name)?.values, path);
}

const POLICY = "networking.k8s.io/NetworkPolicy";
const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: "TCP" }));

test("monitoring reaches nodes and the API server without a block of addresses, which Cilium does not match", () => {
  const made = release({ monitoring: { nodeExporter: false, controlPlane: true, grafana: { adminSecret: "any" } } });

  expect(at(made, `${POLICY}/monitoring/monitoring-to-api-server-egress`, "spec")).toMatchObject({
    podSelector: { matchLabels: {} },
    egress: [{ ports: tcp(443, 6443, 8443) }],
  });
  expect(at(made, `${POLICY}/monitoring/monitoring-nodes-egress`, "spec", "egress")).toEqual([
    { ports: tcp(10_250, 2381, 10_249, 10_257, 10_259) },
  ]);
});

test("DNS may be elsewhere: on an address of the node, or in pods of another namespace and port", () => {
  const dns = [
    { type: "address", address: "169.254.25.10" },
    { type: "pods", namespace: "openshift-dns", port: 5353 },
  ] as const;
  const made = release({ network: { dns }, namespaces: { lab: {} } });

  expect(JSON.stringify(at(made, `${POLICY}/lab/allow-node-local-dns-egress`, "spec", "egress"))).toContain("169.254.25.10/32");
  expect(at(made, `${POLICY}/lab/allow-dns-1-egress`, "spec", "egress")).toMatchObject([
    {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } }],
      ports: [
        { port: 5353, protocol: "UDP" },
        { port: 5353, protocol: "TCP" },
      ],
    },
  ]);
  expect(made.objects.filter(({ manifest }) => manifest.metadata.namespace === "openshift-dns")).toEqual([]);
});

test.each([["169.254.25.10:53"], ["169.254.0.0/16"], ["dns.example.com"]])("DNS at %s is refused: it is no address", (address) => {
  expect(problems({ network: { dns: [{ type: "address", address }] } })).toEqual(["error spec.wrong-value at network.dns[0].address"]);
});

const env = { HTTPS_PROXY: "http://proxy.example.com:3128", PIP_INDEX_URL: "http://pypi.example.com:8081/simple" };
const packages = { file: "packages.yaml", runner: "main", artifacts: "s3://any/artifacts" } as const;
const OUTSIDE = `${POLICY}/flink/pipeline.packages.outside-egress`;
const portsOf = (made: Release) => {
  const found = at(made, OUTSIDE, "spec", "egress", 0, "ports");
  return Array.isArray(found) ? found.map((each) => valueAt(each, ["port"])) : [];
};
const submitterEnv = (made: Release) => {
  const job = made.objects.find(({ manifest }) => manifest.kind === "Job");
  const found = valueAt(job?.manifest, ["spec", "template", "spec", "containers", 0, "env"]);
  return Array.isArray(found) ? found : [];
};

test("the submitter has the variables of the workers, and reaches the proxy, the package index and the store that they and its options name", () => {
  const options = { s3_endpoint_url: "http://store.example.com:9000" };
  const made = release({ flink: { clusters: { main: { worker: { env } } } }, pipelines: { packages: { ...packages, options } } });

  expect(portsOf(made)).toEqual([443, 3128, 8081, 9000]);
  expect(submitterEnv(made)).toEqual(expect.arrayContaining(Object.entries(env).map(([name, value]) => ({ name, value }))));
});

test("variables of a pipeline override those of the workers, and ports that no URL shows can be named", () => {
  const own = { env: { PIP_INDEX_URL: "https://index.example.com:8443" }, secretEnv: { HTTPS_PROXY: secretRef("proxy", "url") } };
  const made = release({
    flink: { clusters: { main: { worker: { env } } } },
    pipelines: { packages: { ...packages, ...own, outsidePorts: [3129] } },
  });

  const names = submitterEnv(made).map((each) => valueAt(each, ["name"]));
  expect(names).toEqual([...new Set(names)]);
  expect(submitterEnv(made)).toContainEqual({ name: "PIP_INDEX_URL", value: "https://index.example.com:8443" });
  expect(submitterEnv(made)).toContainEqual({ name: "HTTPS_PROXY", valueFrom: { secretKeyRef: { name: "proxy", key: "url" } } });
  expect(portsOf(made)).toEqual(expect.arrayContaining([443, 3129, 8443]));
});

test("no proxy is asked for hosts inside the cluster, neither by the submitter nor by workers", () => {
  const made = release({
    flink: { clusters: { main: { worker: { env: { ...env, NO_PROXY: "store.example.com" } } } } },
    pipelines: { packages },
  });
  const noProxy = "store.example.com,localhost,127.0.0.1,::1,.svc,.cluster.local";

  expect(submitterEnv(made)).toContainEqual({ name: "no_proxy", value: `${noProxy},.flink` });
  const worker = ["spec", "taskManager", "podTemplate", "spec", "containers", 1, "env"];
  expect(at(made, "flink.apache.org/FlinkDeployment/flink/main", ...worker)).toContainEqual({ name: "NO_PROXY", value: noProxy });
});

const everything = {
  certManager: {},
  kueue: { queues: {} },
  flink: { clusters: { main: {} } },
  elasticsearch: { clusters: { docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(1) } } } } },
  monitoring: {},
} as const;

test("webhooks are in the host's network where the API server reaches no pods, each on a port that is free there", () => {
  const made = release({ ...everything, network: { webhooks: "host" } });

  expect(values(made, "cert-manager", "webhook")).toMatchObject({ hostNetwork: true, securePort: 10_260 });
  expect(values(made, "elastic-operator")).toMatchObject({
    hostNetwork: true,
    webhook: { port: 9444 },
    config: { metrics: { port: "9101" } },
  });
  expect(values(made, "kueue", "controllerManager")).toMatchObject({ hostNetwork: true });
  expect(values(made, "kube-prometheus-stack", "prometheusOperator")).toMatchObject({ hostNetwork: true, tls: { internalPort: 10_261 } });
  expect(values(made, "flink-kubernetes-operator", "webhook", "create")).toBe(false);
  for (const namespace of ["cert-manager", "elastic-system", "kueue-system", "monitoring"])
    expect(at(made, `core/Namespace/${namespace}`, "metadata", "labels", "pod-security.kubernetes.io/enforce")).toBe("privileged");
});

test("a webhook that cannot be in the host's network is refused there", () => {
  const flink = { ...everything.flink, operator: { webhook: true } };

  expect(problems({ ...everything, flink, network: { webhooks: "host" } })).toEqual([
    "error flink.webhook-on-host at flink.operator.webhook",
  ]);
});

test("nodes start tainted until Cilium runs on them", () => {
  const karpenter = {
    clusterName: "any",
    interruptionQueue: "any",
    nodes: { image: "bottlerocket@v1.63.0", identity: { type: "role", role: "any" } },
  } as const;
  const cpu = { type: "karpenter-aws", instanceTypes: ["m7i.large"], limits: { cpu: 64, memory: Size.gibibytes(256) } } as const;
  const taints = (policies: "cilium" | "kubernetes") =>
    at(
      release({ karpenter, nodePools: { cpu }, network: { policies } }),
      "karpenter.sh/NodePool/cpu",
      "spec",
      "template",
      "spec",
      "startupTaints",
    );

  expect(taints("cilium")).toEqual([{ key: "node.cilium.io/agent-not-ready", value: "true", effect: "NoExecute" }]);
  expect(taints("kubernetes")).toBeUndefined();
});

test("a simulated cluster whose network is Cilium knows its policies", () => {
  const cluster = { type: "embedded" } as const;
  const made = release({ cluster, network: { policies: "cilium" }, namespaces: { lab: {} } });

  expect(at(made, "apiextensions.k8s.io/CustomResourceDefinition/ciliumnetworkpolicies.cilium.io", "spec", "group")).toBe("cilium.io");
  expect(at(made, "cilium.io/CiliumNetworkPolicy/lab/allow-node-local-dns-egress", "spec", "egress", 0, "toEntities")).toEqual(["host"]);
});

test("nothing has to be in kube-system, which GKE Autopilot closes", () => {
  const made = release({ ...everything, monitoring: { nodeExporter: false, coreDns: false } });

  expect(values(made, "cert-manager", "global", "leaderElection", "namespace")).toBe("cert-manager");
  expect(values(made, "kube-prometheus-stack", "kubelet", "namespace")).toBe("monitoring");
  expect(values(made, "kube-prometheus-stack", "prometheusOperator", "kubeletService", "namespace")).toBe("monitoring");
  expect(values(made, "kube-prometheus-stack", "coreDns", "enabled")).toBe(false);
  expect(made.objects.filter(({ manifest }) => manifest.metadata.namespace === "kube-system")).toEqual([]);
});

test("two environments share a cluster: with a prefix of its own, the second has no name of the first", () => {
  const pool = { type: "static", nodes: 1, node: { cpu: 4, memory: Size.gibibytes(8) } } as const;
  const ids = (spec: Partial<EnvironmentSpec>) => release({ nodePools: { cpu: pool }, ...spec }).objects.map(({ id }) => id);
  const first = new Set(ids({ namespaces: { red: {} } }));
  const second = ids({ namespaces: { blue: {} }, prefix: "blue" });

  expect(second.filter((id) => first.has(id))).toEqual([]);
  expect(second).toEqual(expect.arrayContaining(["scheduling.k8s.io/PriorityClass/blue-system", "core/Namespace/blue-system"]));
  // Without it they would share what each of them makes.
  expect(ids({ namespaces: { blue: {} } }).filter((id) => first.has(id)).length).toBeGreaterThan(10);
});

test("pods have the priority classes of their environment's prefix", () => {
  const made = release({ ...everything, prefix: "blue" });

  const text = JSON.stringify([made.objects, made.helmReleases]);
  expect(text).toContain('"priorityClassName":"blue-pipelines"');
  expect(text).not.toMatch(/"priorityClassName":"beamstack-/);
});
