/** SeaweedFS clusters and their buckets. */

import { App } from "cdk8s";
import { Construct } from "constructs";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { Seaweedfs, type SeaweedfsProps, SeaweedOperator, seaweedfsPin } from "#lib/components/seaweedfs/index";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { setPlace } from "#lib/kube/ownership";
import { places } from "../../../fixtures/platform";

function build(props: Partial<SeaweedfsProps> = {}, name = "main", use: (bucket: IBucket) => void = () => undefined) {
  const app = new App();
  const chart = new StageChart(app, "data-preparation");
  const operator = new SeaweedOperator(chart, "Operator");
  const scope = new Construct(chart, "Scope");
  setPlace(scope, { source: "here" });
  const store = new Seaweedfs(scope, "Store", { volume: { storage: Size.gibibytes(10) }, ...props, name, operator });
  const bucket = store.addBucket(scope, { name: "state", bucket: "flink-state" });
  use(bucket);
  return { bucket, result: synthesize(app, "test", { kinds: seaweedfsPin.kinds }) };
}

const objectsOf = (use?: (bucket: IBucket) => void, props: Partial<SeaweedfsProps> = {}) =>
  unwrap(build(props, "main", use).result).objects.map(({ manifest }) => manifest);
const refused = (props: Partial<SeaweedfsProps>, name?: string) => {
  const { result } = build(props, name);
  return result.ok ? [] : result.problems.map(({ id, path }) => [id, path]);
};

test("creates an access key in the namespace of each client, once, and lets it refer to the cluster", () => {
  const enter = (bucket: IBucket) => {
    const access = ["flink", "flink", "seaweedfs"].map((namespace) => bucket.enter(namespace));
    expect(access[0]).toBe(access[1]);
    expect(access[0]?.credentials).toEqual({
      type: "access-key",
      accessKeyId: secretRef("bucket-state", "accessKey"),
      secretAccessKey: secretRef("bucket-state", "secretKey"),
    });
  };

  const made = objectsOf(enter);

  const namesOf = (kind: string) =>
    made.filter((each) => each.kind === kind).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  expect(namesOf("S3Credentials").sort()).toEqual(["flink/bucket-state", "seaweedfs/bucket-state"]);
  expect(namesOf("ResourceReferenceGrant")).toEqual(["seaweedfs/state.flink"]);
  expect(namesOf("S3Identity")).toEqual(["seaweedfs/state"]);
});

test("keeps buckets and takes over what an earlier run left", () => {
  expect(objectsOf().find(({ kind }) => kind === "Bucket")?.["spec"]).toEqual({
    name: "flink-state",
    clusterRef: { name: "main" },
    reclaimPolicy: "Retain",
    adoptExisting: true,
    versioning: "Off",
    access: [{ user: "state", actions: ["Read", "Write", "List", "Tagging"] }],
  });
});

test("clients reach the gateway, by TLS where it has a certificate", () => {
  expect(build().bucket.location).toMatchObject({ endpoint: "http://main-s3.seaweedfs.svc:8333", pathStyle: true });
  expect(build().bucket.flows).toMatchObject([{ ports: [{ port: 8333 }] }]);

  const secure = build({ tls: { secretName: "s3-tls", ca: secretRef("ca", "ca.crt") } });

  expect(secure.bucket.location).toMatchObject({ endpoint: "https://main-s3-tls.seaweedfs.svc:8334" });
  expect(secure.bucket.flows).toMatchObject([{ ports: [{ port: 8334 }] }]);
  expect(secure.bucket.enter("flink").ca).toEqual(secretRef("ca", "ca.crt"));
});

test("makes volumes small enough that a small disk has room for several buckets", () => {
  const limit = (storage: Size) =>
    valueAt(
      objectsOf(undefined, { volume: { storage } }).find(({ kind }) => kind === "Seaweed"),
      ["spec", "master", "volumeSizeLimitMB"],
    );

  expect([Size.gibibytes(1), Size.gibibytes(100), Size.tebibytes(10)].map(limit)).toEqual([64, 1024, 30_720]);
});

test("gives a disruption budget to parts of several pods only", () => {
  const made = objectsOf(undefined, { master: { replicas: 3 }, s3: { replicas: 2 } });

  expect(made.filter(({ kind }) => kind === "PodDisruptionBudget").map(({ metadata }) => metadata.name)).toEqual([
    "main-master",
    "main-s3",
  ]);
});

test("refuses names from which Services and StatefulSets could not be named", () => {
  expect(refused({}, "9main")).toEqual([["seaweedfs.cluster-name", "here"]]);
  expect(refused({}, "a".repeat(41))).toEqual([["seaweedfs.cluster-name", "here"]]);
});

test("refuses a webhook without an issuer of its certificate", () => {
  const app = new App();
  const chart = new StageChart(app, "data-preparation");
  new SeaweedOperator(chart, "Operator", { webhook: true });

  const result = synthesize(app, "test", { kinds: seaweedfsPin.kinds });

  expect(result.ok ? [] : result.problems.map(({ id }) => id)).toEqual(["seaweedfs.webhook-without-cert-manager"]);
});

test("refuses several pull Secrets where the chart takes one", () => {
  const of = (imagePullSecrets: readonly string[]) =>
    places({ name: "test", cluster: { type: "context", context: "any" }, imagePullSecrets, seaweedfs: { clusters: {} } });

  expect(of(["one"])).toEqual([]);
  expect(of(["one", "two"])).toEqual([{ id: "charts.one-pull-secret", path: "imagePullSecrets" }]);
});
