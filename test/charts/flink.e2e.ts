/** Flink and its monitoring in every shape that we can give them, on a real API server under strict validation, with simulated operators. */

import { createPlatform } from "#charts/platform";
import { isJsonObject, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";
import { SIMULATE_ANNOTATION } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { applyRelease, applyStrictly, until } from "../fixtures/apply-release";
import { withControlPlane } from "../fixtures/control-plane";

/** Longer than anything here takes. */
const WITHIN_MS = 120_000;

const credentials = { accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") };

const spec = defineEnvironment({
  name: "flink",
  cluster: { type: "embedded" },
  certManager: {},
  nodePools: {
    gpu: { type: "static", nodes: 1, node: { cpu: 16, memory: Size.gibibytes(64), accelerators: { type: "nvidia-l4", count: 4 } } },
  },
  flink: {
    alerts: { restarts: 5 },
    operator: { replicas: 2, watchNamespaces: ["flink", "streams"] },
    clusters: {
      small: {},
      available: {
        namespace: "streams",
        storage: { type: "s3", uri: "s3://bucket/flink", endpoint: "http://seaweedfs.storage:8333", credentials },
        highAvailability: true,
        checkpoints: {},
        jobManager: { replicas: 2 },
        taskManager: { replicas: 3, slots: 2 },
        restart: { type: "none" },
        logging: { level: "WARN", loggers: { "org.apache.flink": "DEBUG" } },
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/flink" },
        flinkConfiguration: { "taskmanager.memory.managed.fraction": "0.2" },
      },
      accelerated: {
        storage: { type: "gcs", uri: "gs://bucket/flink" },
        savepoints: { storage: { type: "claim", claimName: "savepoints" } },
        taskManager: { pool: "gpu", maxReplicas: 2 },
        jobManager: { pool: "gpu" },
        worker: { gpus: 2, env: { A: "b" }, secretEnv: { TOKEN: secretRef("hub", "token") }, filesClaim: "files" },
      },
      azure: { storage: { type: "azure", uri: "abfss://c@account.dfs.core.windows.net/flink", accountKey: secretRef("azure", "key") } },
    },
  },
  monitoring: { grafana: { adminSecret: "grafana-admin" }, storage: { size: Size.gibibytes(10) } },
});

const { release, nodes } = unwrap(createPlatform().resolve(spec));
const { objects } = release;
const controlPlane = withControlPlane(nodes);
let client: KubeClient;

beforeAll(async () => {
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  await applyRelease(client, objects);
}, WITHIN_MS);

afterAll(() => client.close());

function ofKind(kind: string): KubeObject[] {
  return objects.map(({ manifest }) => manifest).filter((manifest) => manifest.kind === kind);
}

test("every cluster becomes ready as the operator would say it", async () => {
  for (const cluster of ofKind("FlinkDeployment")) {
    const ready = await until(client, cluster, (found) => valueAt(found, ["status", "lifecycleState"]) === "STABLE");
    expect(valueAt(ready, ["status", "jobManagerDeploymentStatus"])).toBe("READY");
  }
  expect(ofKind("FlinkDeployment")).toHaveLength(4);
});

test("a cluster that is asked to fail says so where readiness looks", async () => {
  const [cluster] = ofKind("FlinkDeployment");
  if (!cluster) throw new Error("no cluster");
  const failing = { ...cluster, metadata: { name: "failing", namespace: "flink", annotations: { [SIMULATE_ANNOTATION]: "failed" } } };

  await applyStrictly(client, failing);

  const failed = await until(client, failing, (found) => valueAt(found, ["status", "jobManagerDeploymentStatus"]) === "ERROR");
  // As the real operator: only jobs make the lifecycle FAILED.
  expect(valueAt(failed, ["status", "lifecycleState"])).toBe("DEPLOYED");
});

test("Prometheus and Alertmanager become available", async () => {
  for (const server of [...ofKind("Prometheus"), ...ofKind("Alertmanager")]) {
    await until(client, server, (found) => isTrue(found, "Available") && isTrue(found, "Reconciled"));
  }
  expect([...ofKind("Prometheus"), ...ofKind("Alertmanager")]).toHaveLength(2);
});

test("pods of every template pass Pod Security, quota and limits of their namespace", async () => {
  const templates = ofKind("FlinkDeployment").flatMap((cluster) =>
    (["jobManager", "taskManager"] as const).map((part) => podOf(cluster, part)),
  );

  for (const pod of templates) await client.apply(pod, { fieldManager: "test", fieldValidation: "Strict", dryRun: true });

  expect(templates).toHaveLength(8);
});

function isTrue(object: KubeObject, condition: string): boolean {
  const conditions = valueAt(object, ["status", "conditions"]);
  return Array.isArray(conditions) && conditions.some((one) => isJsonObject(one) && one["type"] === condition && one["status"] === "True");
}

/** The pod that the operator and native mode make of a template: image and resources of Flink's own container come from elsewhere. */
function podOf(cluster: KubeObject, part: "jobManager" | "taskManager"): KubeObject {
  const template = valueAt(cluster, ["spec", part, "podTemplate"]);
  const spec = isJsonObject(template) ? template["spec"] : undefined;
  const containers = valueAt(spec, ["containers"]);
  if (!isJsonObject(spec) || !Array.isArray(containers)) throw new Error("no pod template");
  const [main, ...others] = containers;
  const cpu = String(valueAt(cluster, ["spec", part, "resource", "cpu"]));
  const memory = "2Gi";
  const own = { image: valueAt(cluster, ["spec", "image"]), resources: { requests: { cpu, memory }, limits: { cpu, memory } } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${cluster.metadata.name}-${part.toLowerCase()}`, namespace: cluster.metadata.namespace },
    spec: { ...spec, serviceAccountName: cluster.metadata.name, containers: [{ ...(isJsonObject(main) && main), ...own }, ...others] },
  };
}
