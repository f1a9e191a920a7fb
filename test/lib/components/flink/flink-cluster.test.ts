/** A session cluster: its objects, and what pipelines see of it. */

import { App, Chart } from "cdk8s";
import { FlinkCluster } from "#lib/components/flink/index";
import { Size } from "#lib/core/size";
import { setImageRegistry } from "#lib/kube/images";
import { pods } from "#lib/kube/network";
import { objectsOf, problemsOf, specOf } from "./cluster";

test("is a session cluster in native mode", () => {
  expect(specOf({}, "job")).toBeUndefined();
  expect(specOf({}, "mode")).toBe("native");
  expect(specOf({ versions: { beamSdk: "2.77.0", flinkVersion: "1.19", python: "3.13" } }, "flinkVersion")).toBe("v1_19");
});

test("writes memory as Flink reads it and CPU as a number", () => {
  const jobManager = { cpu: 0.5, memory: Size.mebibytes(1536) };

  expect(specOf({ jobManager }, "jobManager", "resource")).toEqual({ cpu: 0.5, memory: "1536m" });
});

test("says of TaskManagers no count that native mode would ignore", () => {
  expect(specOf({ taskManager: { replicas: 3 } }, "taskManager", "replicas")).toBeUndefined();
});

test("protects stand-bys from being drained together, and a lone pod from nothing", () => {
  const storage = { type: "s3", uri: "s3://bucket/flink" } as const;
  const budgets = (props: Parameters<typeof objectsOf>[0]) => objectsOf(props).filter(({ kind }) => kind === "PodDisruptionBudget");

  expect(budgets({})).toEqual([]);
  expect(
    budgets({ highAvailability: true, storage, jobManager: { replicas: 2 }, taskManager: { replicas: 3 } }).map(({ spec }) => spec),
  ).toEqual([expect.objectContaining({ maxUnavailable: 1 }), expect.objectContaining({ minAvailable: 2 })]);
});

test("lets nobody in but its own pods and the operator", () => {
  const policies = objectsOf({ namespace: "streams" }).filter(({ kind }) => kind === "NetworkPolicy");
  const ingress = policies.filter(({ metadata }) => metadata.name.endsWith("-ingress"));

  expect(ingress.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
    "streams/main-internal-ingress",
    "streams/main-operator-ingress",
  ]);
});

test("opens the identity service of the cloud whose bucket holds its state", () => {
  const names = (type: "gcs" | "s3") => {
    const storage = type === "gcs" ? ({ type, uri: "gs://bucket" } as const) : ({ type, uri: "s3://bucket" } as const);
    return objectsOf({ storage }).map(({ metadata }) => metadata.name);
  };

  const identities = (type: "gcs" | "s3") => names(type).filter((name) => name.endsWith("-identity-egress"));
  expect(identities("gcs")).toEqual(["main-gcp-identity-egress"]);
  expect(identities("s3")).toEqual(["main-aws-identity-egress"]);
});

test("tells pipelines where it is and what runs there", () => {
  const chart = new Chart(new App(), "chart");
  setImageRegistry(chart, "registry.example.com/mirror");

  const cluster = new FlinkCluster(chart, "Subject", { name: "main", storage: { type: "s3", uri: "s3://bucket/flink" } });

  expect(cluster).toMatchObject({
    restAddress: "main-rest.flink:8081",
    workers: pods("flink", { app: "main", component: "taskmanager", type: "flink-native-kubernetes" }),
    beamSdk: "2.77.0",
    python: "3.11",
    workerImage: "registry.example.com/mirror/apache/beam_python3.11_sdk:2.77.0",
    savepointDirectory: "s3://bucket/flink/main/savepoints",
  });
});

test("a cluster that exists already is a runner without objects", () => {
  const chart = new Chart(new App(), "chart");

  const cluster = FlinkCluster.fromExisting(chart, "Existing", {
    name: "old",
    namespace: "legacy",
    versions: { beamSdk: "2.75.0", flinkVersion: "1.20", python: "3.10" },
  });

  expect(cluster).toMatchObject({ namespace: "legacy", workerImage: "apache/beam_python3.10_sdk:2.75.0" });
  expect(chart.toJson()).toEqual([]);
});

test.each(["Main", "1main", "main-", "a".repeat(46), "", "../etc", "mäin"])("refuses the name %j", (name) => {
  expect(problemsOf({ name }).map(({ id }) => id)).toContain("flink.cluster-name");
});

test("takes a name of 45 characters, which is the operator's limit", () => {
  expect(problemsOf({ name: `a${"b".repeat(44)}` })).toEqual([]);
});

test("names the legal versions where a combination is illegal", () => {
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.3", python: "3.11" } as const;

  // @ts-expect-error Beam 2.77 has no runner for Flink 2.3
  expect(problemsOf({ versions })).toEqual([
    expect.objectContaining({
      id: "beam.illegal-pair",
      path: expect.stringMatching(/versions\.flinkVersion$/),
      allowed: "Flink 1.19, 1.20, 2.0, 2.1, 2.2 with Beam 2.77.0",
    }),
  ]);
});

test("reports everything that is wrong with a cluster at once", () => {
  const found = problemsOf({
    highAvailability: true,
    savepoints: {},
    checkpoints: {},
    jobManager: { memory: Size.mebibytes(256) },
    worker: { gpus: 1 },
  });

  expect(found.map(({ id }) => id)).toEqual([
    "flink.checkpoint-without-storage",
    "flink.ha-without-storage",
    "flink.memory-too-small",
    "flink.savepoint-without-storage",
    "flink.gpu-without-pool",
  ]);
});

test("an image that is none is a problem, not a crash", () => {
  expect(problemsOf({ image: "not an image", worker: { image: "latest" } }).map(({ id, path }) => [id, path.split("/").at(-1)])).toEqual([
    ["spec.wrong-value", "Subject.image"],
    ["spec.wrong-value", "Subject.worker.image"],
  ]);
});
