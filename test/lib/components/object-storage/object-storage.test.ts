/** Buckets in an environment. */

import fc from "fast-check";
import { loadPlatform } from "./environment";

const flink = (storage: object) => ({ clusters: { main: { storage: { type: "bucket", ...storage }, checkpoints: {} } } });

test("a bucket in the cluster and one in a cloud differ by their declaration only", () => {
  const store = loadPlatform({
    seaweedfs: { clusters: { objects: { volume: { storage: "10Gi" } } } },
    buckets: { state: { type: "in-cluster", store: "objects" } },
    flink: flink({ bucket: "state", path: "flink" }),
  });
  const cloud = loadPlatform({
    buckets: { state: { type: "s3", bucket: "state", region: "eu-central-1", role: "arn:aws:iam::123456789012:role/flink" } },
    flink: flink({ bucket: "state", path: "flink" }),
  });

  expect(store.flinkConfiguration).toMatchObject({
    "state.checkpoints.dir": "s3://state/flink/main/checkpoints",
    "s3.endpoint": "http://objects-s3.seaweedfs.svc:8333",
    "s3.path.style.access": "true",
    "s3.endpoint.region": "us-east-1",
  });
  expect(store.policies).toEqual(
    expect.arrayContaining(["flink/flink.main-to-bucket.state.store-egress", "seaweedfs/flink.main-to-bucket.state.store-ingress"]),
  );
  expect(cloud.flinkConfiguration).toMatchObject({
    "state.checkpoints.dir": "s3://state/flink/main/checkpoints",
    "fs.s3a.aws.credentials.provider": "com.amazonaws.auth.WebIdentityTokenCredentialsProvider",
    "s3.endpoint.region": "eu-central-1",
  });
  expect(cloud.flinkConfiguration).not.toHaveProperty(["s3.endpoint"]);
  expect(cloud.policies).toContain("flink/flink.main-to-bucket.state.identity-egress");
});

test("warns of a bucket that nothing uses", () => {
  const { problems } = loadPlatform({ buckets: { state: { type: "gcs", bucket: "state" } } });

  expect(problems).toEqual([["object-storage.unused", "buckets.state"]]);
});

test("refuses buckets that Flink cannot write, and a second identity for its pods", () => {
  const azure = {
    type: "azure-blob",
    account: "acme",
    container: "state",
    credentials: { type: "identity", clientId: "00000000-0000-0000-0000-000000000001" },
  };
  const open = { type: "s3-compatible", endpoint: "https://s3.example.com", bucket: "state", credentials: { type: "public" } };
  const role = { type: "s3", bucket: "state", region: "eu-central-1", role: "arn:aws:iam::123456789012:role/flink" };
  const annotated = {
    clusters: {
      main: {
        storage: { type: "bucket", bucket: "state" },
        checkpoints: {},
        serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:other" },
      },
    },
  };
  const ids = (spec: object) => loadPlatform(spec).problems.map(([id]) => id);

  expect(ids({ buckets: { state: azure }, flink: flink({ bucket: "state" }) })).toContain("flink.azure-identity");
  expect(ids({ buckets: { state: open }, flink: flink({ bucket: "state" }) })).toContain("flink.bucket-read-only");
  expect(ids({ buckets: { state: role }, flink: annotated })).toContain("flink.identity-twice");
});

/** Who writes to a bucket: the props, the namespace of the pods, and the problem of a bucket that nobody may write. */
const WRITERS = {
  flink: {
    props: { flink: flink({ bucket: "state" }) },
    namespace: "flink",
    problem: ["flink.bucket-read-only", "flink.clusters.main.storage"],
  },
  milvus: {
    props: { milvus: { clusters: { deep: { bucket: "state" } } } },
    namespace: "milvus",
    problem: ["milvus.read-only-bucket", "milvus.clusters.deep.bucket"],
  },
  postgres: {
    props: { certManager: {}, cloudnativePg: { clusters: { main: { storage: "10Gi", backup: { bucket: "state" } } } } },
    namespace: "databases",
    problem: ["cloudnative-pg.backup-bucket", "cloudnativePg.clusters.main.backup.bucket"],
  },
  feast: {
    props: {
      feast: {
        stores: {
          people: {
            registry: { type: "bucket", bucket: "state" },
            online: { type: "redis", address: "redis://redis.example.com:6379" },
            offline: { type: "bucket", bucket: "state" },
            repository: { type: "git", url: "https://git.example.com/a/b.git", commit: "0123456789abcdef0123456789abcdef01234567" },
          },
        },
      },
    },
    namespace: "feast",
    problem: ["feast.read-only-registry", "feast.stores.people.registry.bucket"],
  },
} as const;

test("a bucket without credentials for whoever writes to it is one problem, with credentials none", () => {
  const ref = (name: string) => ({ type: "secret-ref", name, key: "value" });
  const keys = { type: "access-key", accessKeyId: ref("id"), secretAccessKey: ref("key") };
  const names = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

  fc.assert(
    fc.property(fc.constantFrom(...names), fc.constantFrom("public", "none in its namespace", "keys"), (name, given) => {
      const { props, namespace, problem } = WRITERS[name];
      const access = given === "public" ? { credentials: { type: "public" } } : { credentials: keys, namespaces: ["other"] };
      const state = {
        ...{ type: "s3-compatible", endpoint: "https://s3.example.com", bucket: "state", ...access },
        ...(given === "keys" && { namespaces: [namespace] }),
      };
      const { problems } = loadPlatform({ buckets: { state }, ...props });
      const wanted = {
        public: [[...problem]],
        "none in its namespace": [["object-storage.client-without-secrets", "buckets.state.namespaces"]],
        keys: [],
      };
      expect(problems).toEqual(wanted[given as keyof typeof wanted]);
    }),
    { numRuns: 24 },
  );
});

test("production has two copies of each object", () => {
  const { problems } = loadPlatform({
    production: true,
    seaweedfs: { clusters: { objects: { volume: { storage: "10Gi" } } } },
    buckets: { state: { type: "in-cluster", store: "objects" } },
  });

  expect(problems).toContainEqual(["seaweedfs.one-copy-in-production", "seaweedfs.clusters.objects.copies"]);
});

test("puts a CA of its own into the trust store of Flink's JVM", () => {
  const ref = (name: string) => ({ type: "secret-ref", name, key: "value" });
  const { flink: deployment } = loadPlatform({
    buckets: {
      state: {
        type: "s3-compatible",
        endpoint: "https://s3.example.com",
        bucket: "state",
        credentials: { type: "access-key", accessKeyId: ref("id"), secretAccessKey: ref("key") },
        ca: ref("ca"),
        namespaces: ["flink"],
      },
    },
    flink: flink({ bucket: "state" }),
  });

  expect(JSON.stringify(deployment)).toContain("-importcert");
  expect(JSON.stringify(deployment)).toContain('"secretKeyRef":{"key":"value","name":"id"}');
});
