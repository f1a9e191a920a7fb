/** Milvus clusters. */

import { App } from "cdk8s";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { Milvus, type MilvusClusterProps, type MilvusPlace } from "#lib/components/milvus/index";
import { milvusIndexPlan } from "#lib/components/milvus/index-plan";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { pods } from "#lib/kube/network";
import { bucketWith } from "../../../fixtures/bucket";

const operator = { pods: pods("milvus-operator") };

function build(props: Partial<MilvusClusterProps & MilvusPlace> = {}) {
  const app = new App();
  const scope = new StageChart(app, "data-preparation");
  const store = new Milvus(scope, "Store", { bucket: bucketWith("vectors"), name: "deep", operator, ...props });
  return { store, result: synthesize(app, "test") };
}

const objectsOf = (props: Partial<MilvusClusterProps & MilvusPlace> = {}) =>
  unwrap(build(props).result).objects.map(({ manifest }) => manifest);

function specOf(props: Partial<MilvusClusterProps & MilvusPlace> = {}) {
  const found = objectsOf(props).find(({ kind }) => kind === "Milvus");
  if (!found) throw new Error("no Milvus");
  return found;
}

const idsOf = (props: Partial<MilvusClusterProps & MilvusPlace>) => {
  const { result } = build(props);
  return result.ok ? [] : result.problems.map(({ id }) => id);
};

test("keys of the bucket and the password are variables from their Secrets, which the operator copies nowhere", () => {
  const spec = specOf({ rootPassword: secretRef("root", "password") });

  expect(valueAt(spec, ["spec", "dependencies", "storage"])).toEqual({ external: true, type: "S3", endpoint: "s3.data:8333" });
  expect(valueAt(spec, ["spec", "components", "env"])).toEqual([
    { name: "MINIO_USEIAM", value: "false" },
    { name: "MINIO_ACCESS_KEY_ID", valueFrom: { secretKeyRef: { name: "keys", key: "id" } } },
    { name: "MINIO_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "keys", key: "secret" } } },
    { name: "COMMON_SECURITY_DEFAULTROOTPASSWORD", valueFrom: { secretKeyRef: { name: "root", key: "password" } } },
  ]);
  expect(valueAt(spec, ["spec", "config", "common", "security"])).toEqual({ authorizationEnabled: true });
  expect(valueAt(spec, ["spec", "config", "minio"])).toMatchObject({ bucketName: "vectors", rootPath: "milvus/deep", useSSL: false });
});

test("members of etcd start together and know each other by name", () => {
  const objects = objectsOf({ etcd: { members: 3 } });
  const set = objects.find(({ kind }) => kind === "StatefulSet");
  const service = objects.find(({ kind, metadata }) => kind === "Service" && metadata.name === "deep-etcd");

  expect(set).toMatchObject({ spec: { replicas: 3, podManagementPolicy: "Parallel" } });
  expect(service).toMatchObject({ spec: { clusterIP: "None", publishNotReadyAddresses: true } });
  expect(valueAt(set, ["spec", "template", "spec", "containers", "0", "env", "0"])).toEqual({
    name: "POD_NAME",
    valueFrom: { fieldRef: { fieldPath: "metadata.name" } },
  });
  expect(JSON.stringify(set)).toContain("deep-etcd-2=http://deep-etcd-2.deep-etcd.milvus.svc:2380");
});

test("production needs a cluster with two of each, three members of etcd and a password", () => {
  const parts = ["proxy", "coordinator", "queryNode", "dataNode", "streamingNode"] as const;
  const two = Object.fromEntries(parts.map((part) => [part, { replicas: 2 }]));
  const rootPassword = secretRef("root", "password");

  expect(idsOf({ production: true })).toEqual([
    "milvus.one-etcd-in-production",
    "milvus.standalone-in-production",
    "milvus.open-in-production",
  ]);
  expect(idsOf({ production: true, mode: { type: "cluster" }, etcd: { members: 3 }, rootPassword })).toEqual(
    parts.map(() => "milvus.one-pod-in-production"),
  );
  expect(idsOf({ production: true, mode: { type: "cluster", ...two }, etcd: { members: 3 }, rootPassword })).toEqual([]);
  expect(idsOf({ name: "Vectors" })).toEqual(["milvus.cluster-name"]);
});

test("a collection has the dimensions and metric of the index, and its alias is altered before it is created", () => {
  const shape = { alias: "faq", index: "faq_v2", served: "faq_v2", expired: ["faq_v1"], dimensions: 384, shards: 2, copies: 1 } as const;

  expect(milvusIndexPlan({ ...shape, similarity: "dot-product" })).toMatchObject({
    create: { body: { collectionName: "faq_v2", indexParams: [{ metricType: "IP" }], params: { shardsNum: 2 } } },
    serve: [{ path: "/v2/vectordb/aliases/alter" }, { path: "/v2/vectordb/aliases/create" }],
    expire: [{ body: { collectionName: "faq_v1" } }],
  });
});
