/** Wrong entries of an environment file, as a person would type them: each one thing wrong, each with a name of its own. */

/** One wrong entry. */
export interface WrongCase {
  /** Section it goes into, such as `flink.clusters`; empty for the top level. */
  readonly section: "" | "nodePools" | "namespaces" | "flink.clusters" | "elasticsearch.clusters" | "pipelines";
  readonly key: string;
  /** TypeScript of the value. */
  readonly value: string;
  /** Id of the one problem. */
  readonly id: string;
  /** Path of the problem. */
  readonly path: string;
  /** What the compiler says, where types can forbid it. */
  readonly compiler?: RegExp;
}

const STATIC = "type: 'static', nodes: 1, node: { cpu: 4, memory: Size.gibibytes(8) }";
const AWS = "type: 'karpenter-aws', instanceTypes: ['m7i.xlarge'], limits: { cpu: 16, memory: Size.gibibytes(64) }";
const NODE_SET = "nodeSets: { all: { count: 3, storage: Size.gibibytes(10) } }";
const PIPELINE = "file: 'p.yaml', runner: 'main'";
const S3 = "storage: { type: 's3', uri: 's3://state/flink' }";

function pool(key: string, value: string, rest: Pick<WrongCase, "id" | "path" | "compiler">): WrongCase {
  return { section: "nodePools", key, value: `{ ${value} }`, ...rest };
}
function cluster(key: string, value: string, rest: Pick<WrongCase, "id" | "path" | "compiler">): WrongCase {
  return { section: "flink.clusters", key, value: `{ ${value} }`, ...rest };
}
function search(key: string, value: string, rest: Pick<WrongCase, "id" | "path" | "compiler">): WrongCase {
  return { section: "elasticsearch.clusters", key, value: `{ ${value} }`, ...rest };
}
function pipeline(key: string, value: string, rest: Pick<WrongCase, "id" | "path" | "compiler">): WrongCase {
  return { section: "pipelines", key, value: `{ ${value} }`, ...rest };
}

/** All of them. */
export const WRONG_CASES: readonly WrongCase[] = [
  { section: "", key: "flnk", value: "{}", id: "spec.unknown-key", path: "flnk", compiler: /flnk.* does not exist in type/ },
  { section: "", key: "imageRegistry", value: "'https://registry.example.com'", id: "spec.wrong-value", path: "imageRegistry" },
  { section: "", key: "prefix", value: "'Blue'", id: "spec.wrong-value", path: "prefix" },
  {
    section: "",
    key: "network",
    value: "{ webhooks: 'nodes' }",
    id: "spec.wrong-value",
    path: "network.webhooks",
    compiler: /'"nodes"' is not assignable to type '"pods" \| "host" \| undefined'/,
  },
  {
    section: "",
    key: "production",
    value: "'yes'",
    id: "spec.wrong-type",
    path: "production",
    compiler: /'string' is not assignable to type 'boolean/,
  },
  { section: "", key: "certManager", value: "{ replicas: 1.5 }", id: "spec.wrong-type", path: "certManager.replicas" },
  {
    section: "",
    key: "karpenter",
    value: "{ clusterName: 'c' }",
    id: "spec.missing",
    path: "karpenter.nodes",
    compiler: /Property 'nodes' is missing/,
  },
  { section: "namespaces", key: "Upper_Case", value: "{}", id: "spec.wrong-value", path: "namespaces.Upper_Case" },
  {
    section: "namespaces",
    key: "weak",
    value: "{ podSecurity: 'privileged' }",
    id: "spec.wrong-value",
    path: "namespaces.weak.podSecurity",
    compiler: /"privileged"' is not assignable/,
  },
  { section: "namespaces", key: "tiny", value: "{ quota: { cpu: -1 } }", id: "spec.wrong-value", path: "namespaces.tiny.quota.cpu" },
  pool("typo", `${STATIC}, lables: {}`, {
    id: "spec.unknown-key",
    path: "nodePools.typo.lables",
    compiler: /'lables' does not exist in type/,
  }),
  pool("cloudless", "type: 'azure'", {
    id: "spec.wrong-value",
    path: "nodePools.cloudless.type",
    compiler: /"azure"' is not assignable to type '"static" \| "plain" \| .*"karpenter-azure"/,
  }),
  pool(
    "gpu-word",
    "type: 'static', nodes: 1, node: { cpu: 4, memory: Size.gibibytes(8), accelerators: { type: 'nvidia-h1000', count: 1 } }",
    {
      id: "spec.wrong-value",
      path: "nodePools.gpu-word.node.accelerators.type",
      compiler: /"nvidia-h1000"' is not assignable/,
    },
  ),
  pool("no-nodes", "type: 'static', nodes: 0, node: { cpu: 4, memory: Size.gibibytes(8) }", {
    id: "spec.wrong-value",
    path: "nodePools.no-nodes.nodes",
  }),
  pool("text-memory", "type: 'static', nodes: 1, node: { cpu: 4, memory: '8Gb' }", {
    id: "spec.wrong-value",
    path: "nodePools.text-memory.node.memory",
    compiler: /'string' is not assignable to type 'Size'/,
  }),
  pool("negative-memory", "type: 'static', nodes: 1, node: { cpu: 4, memory: Size.gibibytes(-8) }", {
    id: "spec.wrong-value",
    path: "nodePools.negative-memory.node.memory",
  }),
  pool("no-machine", AWS.replace("m7i.xlarge", "m7i.huge"), {
    id: "spec.wrong-value",
    path: "nodePools.no-machine.instanceTypes[0]",
    compiler: /"m7i.huge"' is not assignable/,
  }),
  pool("twice", AWS.replace("'m7i.xlarge'", "'m7i.xlarge', 'm7i.xlarge'"), {
    id: "node-pools.duplicate-instance-type",
    path: "nodePools.twice.instanceTypes",
  }),
  pool(
    "unbounded-gpus",
    AWS.replace("m7i.xlarge", "g6.12xlarge").replace("cpu: 16, memory: Size.gibibytes(64)", "cpu: 96, memory: Size.gibibytes(800)"),
    {
      id: "node-pools.no-accelerator-limit",
      path: "nodePools.unbounded-gpus.limits.accelerators",
    },
  ),
  pool("too-small", AWS.replace("cpu: 16", "cpu: 2"), { id: "node-pools.limits-below-one-node", path: "nodePools.too-small.limits" }),
  cluster("unknown-pool", "taskManager: { pool: 'gpus' }", {
    id: "environment.unknown-name",
    path: "flink.clusters.unknown-pool.taskManager.pool",
    compiler: /"gpus"' is not assignable to type/,
  }),
  cluster("old-flink", "versions: { beamSdk: '2.77.0', flinkVersion: '1.18', python: '3.11' }", {
    id: "beam.illegal-pair",
    path: "flink.clusters.old-flink.versions.flinkVersion",
    compiler: /"1.18"' is not assignable to type '"1.19" \| "1.20" \| "2.0" \| "2.1" \| "2.2"'/,
  }),
  cluster("old-python", "versions: { beamSdk: '2.77.0', flinkVersion: '2.2', python: '3.9' }", {
    id: "beam.illegal-pair",
    path: "flink.clusters.old-python.versions.python",
    compiler: /"3.9"' is not assignable/,
  }),
  cluster("ha-in-memory", "highAvailability: true", {
    id: "flink.ha-without-storage",
    path: "flink.clusters.ha-in-memory.highAvailability",
  }),
  cluster("lonely-stand-by", `jobManager: { replicas: 2 }, ${S3}`, {
    id: "flink.standby-without-ha",
    path: "flink.clusters.lonely-stand-by.jobManager.replicas",
  }),
  cluster("lost-checkpoints", "checkpoints: {}", {
    id: "flink.checkpoint-without-storage",
    path: "flink.clusters.lost-checkpoints.checkpoints",
  }),
  cluster("too-many-gpus", "worker: { gpus: 9 }, taskManager: { pool: 'gpu' }", {
    id: "flink.pod-does-not-fit",
    path: "flink.clusters.too-many-gpus.taskManager",
  }),
  cluster("gpus-nowhere", "worker: { gpus: 1 }", { id: "flink.gpu-without-pool", path: "flink.clusters.gpus-nowhere.worker.gpus" }),
  cluster("a-name-that-is-longer-than-forty-five-characters", "", {
    id: "flink.cluster-name",
    path: "flink.clusters.a-name-that-is-longer-than-forty-five-characters",
  }),
  cluster("latest", "image: 'flink:latest'", { id: "spec.wrong-value", path: "flink.clusters.latest.image" }),
  cluster("fewer-than-few", "taskManager: { replicas: 5, maxReplicas: 2 }", {
    id: "flink.max-replicas-below-replicas",
    path: "flink.clusters.fewer-than-few.taskManager.maxReplicas",
  }),
  cluster("their-key", "flinkConfiguration: { 'taskmanager.numberOfTaskSlots': '9' }", {
    id: "flink.configuration-key-owned",
    path: 'flink.clusters.their-key.flinkConfiguration."taskmanager.numberOfTaskSlots"',
  }),
  search("one-master-short", `nodeSets: { first: { count: 2, storage: Size.gibibytes(10) } }, highAvailability: true`, {
    id: "elasticsearch.too-few-masters",
    path: "elasticsearch.clusters.one-master-short.nodeSets",
  }),
  cluster("twice", "worker: { env: { KEY: 'x' }, secretEnv: { KEY: secretRef('s', 'k') } }", {
    id: "flink.variable-twice",
    path: "flink.clusters.twice.worker.secretEnv.KEY",
  }),
  pool("half-a-node", `${AWS}, disruptionBudgets: [{ nodes: '12.5%' }]`, {
    id: "spec.wrong-value",
    path: "nodePools.half-a-node.disruptionBudgets[0].nodes",
  }),
  pool("no-cron", `${AWS}, disruptionBudgets: [{ nodes: '0%', schedule: 'at night', duration: Duration.hours(8) }]`, {
    id: "spec.wrong-value",
    path: "nodePools.no-cron.disruptionBudgets[0].schedule",
  }),
  search("dotted.name", NODE_SET, { id: "elasticsearch.cluster-name", path: 'elasticsearch.clusters."dotted.name"' }),
  search("nested", "nodeSets: { all: { count: 3, storage: Size.gibibytes(10), config: { cluster: { name: 'x' } } } }", {
    id: "elasticsearch.reserved-setting",
    path: "elasticsearch.clusters.nested.nodeSets.all.config.cluster.name",
  }),
  search("no-class", "nodeSets: { all: { count: 3, storage: Size.gibibytes(10), storageClass: 'Fast SSD' } }", {
    id: "spec.wrong-value",
    path: "elasticsearch.clusters.no-class.nodeSets.all.storageClass",
  }),
  search("headless", "nodeSets: { data: { count: 2, storage: Size.gibibytes(10), roles: ['data'] } }", {
    id: "elasticsearch.no-master",
    path: "elasticsearch.clusters.headless.nodeSets",
  }),
  search("old-stack", `${NODE_SET}, version: '7.17.0'`, {
    id: "spec.wrong-value",
    path: "elasticsearch.clusters.old-stack.version",
    compiler: /"7.17.0"' is not assignable/,
  }),
  search("long-set", "nodeSets: { 'a-node-set-with-a-long-name': { count: 3, storage: Size.gibibytes(10) } }", {
    id: "spec.wrong-value",
    path: "elasticsearch.clusters.long-set.nodeSets.a-node-set-with-a-long-name",
  }),
  pipeline("no-runner", "file: 'p.yaml', runner: 'mian'", {
    id: "environment.unknown-name",
    path: "pipelines.no-runner.runner",
    compiler: /"mian"' is not assignable to type/,
  }),
  pipeline("no-store", `${PIPELINE}, stores: ['dosc']`, {
    id: "environment.unknown-name",
    path: "pipelines.no-store.stores[0]",
    compiler: /"dosc"' is not assignable to type/,
  }),
  pipeline("store-twice", `${PIPELINE}, stores: ['docs', 'docs']`, { id: "spec.wrong-value", path: "pipelines.store-twice.stores" }),
  pipeline("their-secret", `${PIPELINE}, bindings: { 'Create.elements': secretRef('docs-es-elastic-user', 'elastic') }`, {
    id: "pipelines.secret-in-other-namespace",
    path: 'pipelines.their-secret.bindings."Create.elements"',
  }),
  pipeline("too-wide", `${PIPELINE}, options: { streaming: true }, parallelism: 5`, {
    id: "pipelines.parallelism-beyond-slots",
    path: "pipelines.too-wide.parallelism",
  }),
  pipeline("no-file", "file: 'nowhere.yaml', runner: 'main'", { id: "pipelines.missing-file", path: "pipelines.no-file.file" }),
  pipeline("nothing", "runner: 'main'", { id: "pipelines.file-or-definition", path: "pipelines.nothing" }),
  pipeline("outside", "file: '../../etc/passwd', runner: 'main'", { id: "spec.wrong-value", path: "pipelines.outside.file" }),
  pipeline("no-yaml", "file: 'broken.yaml', runner: 'main'", { id: "beam.unreadable-file", path: "pipelines.no-yaml.file#broken.yaml" }),
  pipeline("taken-option", `${PIPELINE}, options: { runner: 'DirectRunner' }`, {
    id: "beam.reserved-option",
    path: "pipelines.taken-option.options.runner",
  }),
  pipeline("bound-to-nothing", `${PIPELINE}, bindings: { 'Nothing.here': secretRef('s', 'k') }`, {
    id: "beam.unknown-binding",
    path: 'pipelines.bound-to-nothing.bindings["Nothing.here"]',
  }),
  pipeline("no-time", `${PIPELINE}, timeout: Duration.minutes(0)`, { id: "spec.wrong-value", path: "pipelines.no-time.timeout" }),
  pipeline("late", `${PIPELINE}, timeout: '5m'`, {
    id: "spec.wrong-value",
    path: "pipelines.late.timeout",
    compiler: /'string' is not assignable to type 'Duration'/,
  }),
  pipeline("Evil/../name", PIPELINE, { id: "spec.wrong-value", path: 'pipelines."Evil/../name"' }),
  pipeline("secret-in-clear", `${PIPELINE}, variables: { key: 'sk-123' }`, {
    id: "spec.wrong-type",
    path: "pipelines.secret-in-clear.variables.key",
    compiler: /not assignable/,
  }),
];
