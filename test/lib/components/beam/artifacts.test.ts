/** Staged packages in a bucket of the environment. */

import { createPlatform } from "#charts/platform";
import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";

const FILES = new Map([
  ["p.yaml", "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }, { type: LogForTesting }] }"],
]);
const KEYS = { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") } as const;
const ROLE = "arn:aws:iam::111122223333:role/state";
const AWS = { type: "s3", bucket: "acme-state", region: "eu-central-1", role: ROLE } as const;
const IN_BUCKET = { bucket: "state", path: "beam" } as const;

function resolved(bucket: object, main: object = { storage: { type: "bucket", bucket: "state", path: "flink" } }) {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "any" },
    buckets: { state: bucket },
    flink: { clusters: { main } },
    pipelines: { numbers: { file: "p.yaml", runner: "main", artifacts: IN_BUCKET } },
  } as unknown as EnvironmentSpec;
  const result = createPlatform().resolve(spec, { files: FILES });
  const objects: readonly KubeObject[] = result.ok ? result.value.release.objects.map(({ manifest }) => manifest) : [];
  return { objects, problems: result.ok ? [] : result.problems.map(({ id, path }) => `${id} at ${path}`) };
}

test("the job server writes there, TaskManagers read in its region, and the submitter's account has its role and its flows", () => {
  const { objects, problems } = resolved(AWS);
  const find = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));
  const job = JSON.stringify(find("Job", "numbers"));
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy").map(({ metadata }) => metadata.name);

  expect(problems).toEqual([]);
  expect(job).toContain("--artifacts-dir=s3://acme-state/beam");
  expect(job).toContain('{"name":"AWS_REGION","value":"eu-central-1"}');
  expect(JSON.stringify(find("FlinkDeployment", "main"))).toContain('{"name":"AWS_REGION","value":"eu-central-1"}');
  expect(find("ServiceAccount", "numbers-submitter")?.metadata["annotations"]).toMatchObject({ "eks.amazonaws.com/role-arn": ROLE });
  expect(policies.filter((name) => name.includes("numbers-to-bucket")).length).toBeGreaterThan(0);
});

test.each([
  [
    "a store with an endpoint, which Beam's job server cannot be told",
    { type: "s3-compatible", bucket: "acme-state", endpoint: "https://minio.example.com", credentials: KEYS, namespaces: ["flink"] },
    undefined,
    "pipelines.artifacts-bucket",
  ],
  ["a cluster that has no access to it", AWS, {}, "pipelines.artifacts-unreadable"],
  [
    "Azure, for which the job server has no file system",
    {
      type: "azure-blob",
      account: "acme",
      container: "state",
      credentials: { type: "account-key", accountKey: secretRef("az", "key") },
      namespaces: ["flink"],
    },
    undefined,
    "pipelines.artifacts-scheme",
  ],
])("refuses %s", (_what, bucket, main, id) => {
  expect(resolved(bucket, main).problems).toContain(`${id} at pipelines.numbers.artifacts`);
});
