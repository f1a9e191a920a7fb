/** Mistakes that people reported in public for platforms like this one: each stands for a kind. */

import { createPlatform } from "#charts/platform";
import { Duration } from "#lib/core/duration";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";

const BASE = { name: "report", cluster: { type: "context", context: "any" } } as const;
const KARPENTER = {
  clusterName: "any",
  interruptionQueue: "any",
  nodes: { image: "bottlerocket@v1.63.0", identity: { type: "role", role: "any" } },
} as const;
const LIMITS = { cpu: 64, memory: Size.gibibytes(256) };
const FILES = new Map([
  ["local.yaml", "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }, { type: LogForTesting }] }"],
  ["s3.yaml", "pipeline: { type: chain, transforms: [{ type: ReadFromText, config: { path: s3://bucket/in } }, { type: LogForTesting }] }"],
]);

function resolved(spec: Partial<EnvironmentSpec>) {
  return createPlatform().resolve({ ...BASE, ...spec }, { files: FILES });
}

function objects(spec: Partial<EnvironmentSpec>): readonly KubeObject[] {
  return unwrap(resolved(spec)).release.objects.map(({ manifest }) => manifest);
}

function field(spec: Partial<EnvironmentSpec>, kind: string, path: readonly (string | number)[], name?: string): JsonValue | undefined {
  return valueAt(
    objects(spec).find((object) => object.kind === kind && (name === undefined || object.metadata.name === name)),
    path,
  );
}

function problems(spec: Partial<EnvironmentSpec>): string[] {
  const result = resolved(spec);
  return (result.ok ? result.warnings : result.problems).map(({ id, path, severity = "error" }) => `${severity} ${id} at ${path}`);
}

const MIRROR = { imageRegistry: "registry.example.com/mirror" };
const SUBMIT_IMAGE = ["spec", "template", "spec", "containers", 0, "image"];
const WORKER_IMAGE = ["spec", "taskManager", "podTemplate", "spec", "containers", 1, "image"];

test("an image is moved to the mirror once, also where one component takes it from another", () => {
  const spec = { ...MIRROR, flink: { clusters: { main: {} } }, pipelines: { numbers: { file: "local.yaml", runner: "main" } } };

  expect(field(spec, "Job", SUBMIT_IMAGE)).toBe("registry.example.com/mirror/apache/beam_python3.11_sdk:2.77.0");
});

test("an image of the mirror's own host stays where it is", () => {
  const worker = { image: "registry.example.com/team/worker:1.0" };

  expect(field({ ...MIRROR, flink: { clusters: { main: { worker } } } }, "FlinkDeployment", WORKER_IMAGE)).toBe(worker.image);
});

test("reserved capacity needs the reservations that it comes from", () => {
  const pool = { type: "karpenter-aws", instanceTypes: ["p5.48xlarge"], capacityTypes: ["reserved"] } as const;
  const limits = { cpu: 384, memory: Size.tebibytes(4), accelerators: 16 };
  const reserved = [{ id: "cr-0123456789abcdef0" }, { tags: { team: "ml" } }];
  const spec = (more: object) => ({ karpenter: KARPENTER, nodePools: { gpu: { ...pool, limits, ...more } } });

  expect(problems(spec({}))).toEqual(["error node-pools.reserved-without-reservations at nodePools.gpu.capacityTypes"]);
  expect(field(spec({ capacityReservations: reserved }), "EC2NodeClass", ["spec", "capacityReservationSelectorTerms"])).toEqual(reserved);
});

test("a taint of the user replaces ours, and two of one key and effect are refused", () => {
  const gpu = { type: "karpenter-aws", instanceTypes: ["g5.xlarge"], limits: { ...LIMITS, accelerators: 4 } } as const;
  const taints = [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }] as const;
  const team = (value: string) => ({ key: "team", value, effect: "NoSchedule" }) as const;
  const cpu = { type: "karpenter-aws", instanceTypes: ["m7i.large"], limits: LIMITS, taints: [team("a"), team("b")] } as const;

  expect(
    field({ karpenter: KARPENTER, nodePools: { gpu: { ...gpu, taints } } }, "NodePool", ["spec", "template", "spec", "taints"]),
  ).toEqual(taints);
  expect(problems({ karpenter: KARPENTER, nodePools: { cpu } })).toEqual(["error node-pools.duplicate-taint at nodePools.cpu.taints[1]"]);
});

test("a window that expiry ignores is a warning, and an hour that no clock has an error", () => {
  const pool = { type: "karpenter-aws", instanceTypes: ["m7i.large"], limits: LIMITS } as const;
  const window = (hour: number) => ({ nodes: 0, schedule: `0 ${hour} * * mon-fri`, duration: Duration.hours(10) });
  const found = (more: object) => problems({ karpenter: KARPENTER, nodePools: { night: { ...pool, ...more } } });
  const ignored = "warning node-pools.expiry-ignores-budgets at nodePools.night.disruptionBudgets[0]";

  expect(found({ expireAfter: Duration.hours(48), disruptionBudgets: [window(8)] })).toEqual([ignored]);
  expect(found({ disruptionBudgets: [{ nodes: 0 }] })).toEqual([ignored]);
  expect(found({ expireAfter: "never", disruptionBudgets: [window(8)] })).toEqual([]);
  expect(found({ expireAfter: "never", disruptionBudgets: [window(25)] })).toEqual([
    "error spec.wrong-value at nodePools.night.disruptionBudgets[0].schedule",
  ]);
});

test("a pipeline and its cluster may have one name", () => {
  expect(problems({ flink: { clusters: { clicks: {} } }, pipelines: { clicks: { file: "s3.yaml", runner: "clicks" } } })).toEqual([]);
});

test("clusters whose namespace and name read alike are monitored apart", () => {
  const spec = { flink: { clusters: { "a-b": { namespace: "flink" }, b: { namespace: "flink-a" } } }, monitoring: {} };

  expect(objects(spec).filter(({ kind, metadata }) => kind === "PodMonitor" && metadata.name.startsWith("flink-flink"))).toHaveLength(2);
});

test.each(["abfss://c@any.dfs.core.windows.net/x", "hdfs://any:8020/x", "file:///data/artifacts"])(
  "artifacts at %s are refused: the job server cannot write there",
  (artifacts) => {
    const pipelines = { a: { file: "local.yaml", runner: "main", artifacts } };

    expect(problems({ flink: { clusters: { main: {} } }, pipelines })).toEqual([
      "error pipelines.artifacts-scheme at pipelines.a.artifacts",
    ]);
  },
);

test("a cluster that survives machines keeps copies in different zones", () => {
  const nodeSets = { all: { count: 6, storage: Size.gibibytes(10) } };
  const cluster = (more: object) => ({ elasticsearch: { clusters: { docs: { nodeSets, ...more } } } });
  const ZONES = ["spec", "nodeSets", 0, "zoneAwareness"];

  expect(field(cluster({ highAvailability: true }), "Elasticsearch", ZONES)).toEqual({});
  expect(field(cluster({}), "Elasticsearch", ZONES)).toBeUndefined();
});

test("a pod that needs more memory than Karpenter expects of any machine of its pool is refused", () => {
  const big = { type: "karpenter-aws", instanceTypes: ["c7i.16xlarge"], limits: { cpu: 128, memory: Size.gibibytes(512) } } as const;
  const nodeSets = { all: { count: 1, storage: Size.gibibytes(10), memory: Size.gibibytes(116), pool: "big" } };
  const result = resolved({ karpenter: KARPENTER, nodePools: { big }, elasticsearch: { clusters: { docs: { nodeSets } } } });

  expect(result).toMatchObject({
    ok: false,
    problems: [{ id: "elasticsearch.fits-no-machine", allowed: expect.stringContaining("112779Mi memory") }],
  });
});

test("a pod that needs more ephemeral storage than the volumes of its pool hold is refused", () => {
  const nodePools = {
    made: { type: "karpenter-aws", instanceTypes: ["m7i.8xlarge"], limits: { cpu: 128, memory: Size.gibibytes(512) } },
    found: { type: "static", nodes: 2, node: { cpu: 32, memory: Size.gibibytes(128), scratch: Size.gibibytes(50) } },
  } as const;
  const found = (onMade: number, onFound: number) =>
    problems({
      karpenter: KARPENTER,
      nodePools,
      flink: {
        clusters: {
          a: { taskManager: { pool: "made", scratch: Size.gibibytes(onMade) } },
          b: { taskManager: { pool: "found" }, worker: { scratch: Size.gibibytes(onFound) } },
        },
      },
    });

  expect(found(300, 80)).toEqual([
    "error flink.pod-does-not-fit at flink.clusters.a.taskManager",
    "error flink.pod-does-not-fit at flink.clusters.b.taskManager",
  ]);
  expect(found(89, 50)).toEqual([]);
  expect(found(90, 50)).toEqual(["error flink.pod-does-not-fit at flink.clusters.a.taskManager"]);
});

test("savepoints in S3 use the identity of the ServiceAccount, wherever the other state is", () => {
  const role = { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/any" };
  const savepoints = { storage: { type: "s3", uri: "s3://any/savepoints" } } as const;
  const main = { storage: { type: "claim", claimName: "state" }, savepoints, serviceAccountAnnotations: role } as const;

  expect(
    field({ flink: { clusters: { main } } }, "FlinkDeployment", ["spec", "flinkConfiguration", "fs.s3a.aws.credentials.provider"]),
  ).toBe("com.amazonaws.auth.WebIdentityTokenCredentialsProvider");
});

test("one setting gives every pod, account and chart the Secrets of private registries", () => {
  const imagePullSecrets = ["registry-keys"];
  const keys = [{ name: "registry-keys" }];
  const spec = { flink: { clusters: { main: {} } }, pipelines: { numbers: { file: "local.yaml", runner: "main" } } };
  const pulling = { ...spec, imagePullSecrets };

  expect(field(pulling, "FlinkDeployment", ["spec", "taskManager", "podTemplate", "spec", "imagePullSecrets"])).toEqual(keys);
  expect(field(pulling, "ServiceAccount", ["imagePullSecrets"], "default")).toEqual(keys);
  expect(field(pulling, "Job", ["spec", "template", "spec", "imagePullSecrets"])).toEqual(keys);
  // A Job's pods are immutable: it has another name with another Secret.
  expect(field(pulling, "Job", ["metadata", "name"])).not.toBe(field(spec, "Job", ["metadata", "name"]));
});

describe("operators that are on the cluster already", () => {
  const nodes = { count: 1, storage: Size.gibibytes(10) };
  const theirs = {
    certManager: { existing: { namespace: "certs" } },
    karpenter: { ...KARPENTER, existing: true },
    monitoring: { existing: { namespace: "observability" } },
    flink: { operator: { existing: { namespace: "flink-operator" } }, clusters: { main: {} } },
    elasticsearch: { operator: { existing: true }, clusters: { docs: { nodeSets: { all: nodes } } } },
    kueue: { operator: { existing: true }, queues: {} },
  } as const;

  test("a webhook takes its certificate from the cert-manager that exists", () => {
    expect(problems({ certManager: { existing: true }, flink: { operator: { webhook: true }, clusters: { main: {} } } })).toEqual([]);
  });

  test("nothing of theirs is made: no chart, no definition, no namespace, no policy", () => {
    const { release } = unwrap(resolved(theirs));
    const namespaces = ["certs", "kube-system", "observability", "flink-operator", "elastic-system", "kueue-system"];
    const inTheirs = release.objects.filter(({ manifest }) => namespaces.includes(manifest.metadata.namespace ?? manifest.metadata.name));

    expect(release.helmReleases).toEqual([]);
    expect(release.objects.filter(({ manifest }) => manifest.kind === "CustomResourceDefinition")).toEqual([]);
    expect([...new Set(inTheirs.map(({ manifest }) => manifest.kind))].sort()).toEqual(["ConfigMap", "PodMonitor", "PrometheusRule"]);
  });

  test("ours still work with them: issuer, monitors that are selected, and flows from their pods", () => {
    const from = ["spec", "ingress", 0, "from", 0, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"];

    expect(field(theirs, "ClusterIssuer", ["metadata", "name"])).toBe("beamstack-selfsigned");
    expect(field(theirs, "PodMonitor", ["metadata", "labels", "release"])).toBe("kube-prometheus-stack");
    expect(field(theirs, "NetworkPolicy", from, "main-operator-ingress")).toBe("flink-operator");
  });

  test("on an embedded control plane they are simulated like any other", () => {
    const embedded = { ...theirs, cluster: { type: "embedded" } } as const;

    expect(field(embedded, "Deployment", ["metadata", "namespace"], "cert-manager")).toBe("cert-manager");
  });

  test("their namespaces are no place for ours", () => {
    const clusters = { main: { namespace: "flink-operator" } };

    expect(problems({ flink: { operator: theirs.flink.operator, clusters } })).toContain(
      "error environment.foreign-namespace at flink.clusters.main",
    );
  });
});

test("workers have Secrets and ConfigMaps as files, such as the CA that advice asks for", () => {
  const mounts = {
    "/etc/ca": { type: "secret", name: "docs-ca", keys: ["ca.crt"] },
    "/etc/rules": { type: "config-map", name: "rules" },
  } as const;
  const spec = { flink: { clusters: { main: { worker: { mounts } } } } };
  const pod = ["spec", "taskManager", "podTemplate", "spec"];

  expect(field(spec, "FlinkDeployment", [...pod, "volumes"])).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ secret: { secretName: "docs-ca", defaultMode: 0o440, items: [{ key: "ca.crt", path: "ca.crt" }] } }),
      expect.objectContaining({ configMap: { name: "rules", defaultMode: 0o440 } }),
    ]),
  );
  expect(field(spec, "FlinkDeployment", [...pod, "containers", 1, "volumeMounts"])).toEqual(
    expect.arrayContaining(["/etc/ca", "/etc/rules"].map((mountPath) => expect.objectContaining({ mountPath, readOnly: true }))),
  );
  expect(problems({ flink: { clusters: { main: { worker: { mounts: { "/etc/../x": mounts["/etc/ca"] } } } } } })).toEqual([
    'error spec.wrong-value at flink.clusters.main.worker.mounts."/etc/../x"',
  ]);
});
