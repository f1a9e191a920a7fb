/** Model storage as its clients take it. */

import { App, Chart } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { ModelStorage } from "#lib/components/model-storage/index";
import { catalog } from "#lib/components/registry";
import { secretRef } from "#lib/core/secret-ref";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { bucketSet } from "#lib/kube/bucket-set";
import { modelStorageClient } from "#lib/kube/model-storage";
import { pods } from "#lib/kube/network";
import { bucketWith } from "../../../fixtures/bucket";

const trainer = pods("training", { app: "trainer" });

test("a pod gets the URI of the folder, variables, the CA, flows and what to wait for", () => {
  const bucket = bucketWith("models", { location: { prefix: "acme" }, access: { ca: secretRef("ca", "ca.crt") } });
  const storage = new ModelStorage(new Chart(new App(), "test"), "Storage", { name: "main", bucket, path: "team-a" });

  const client = modelStorageClient(storage, "training", "bert");

  expect(client.uri).toBe("s3://models/acme/team-a/bert");
  expect(client.environment).toMatchObject({
    MODEL_STORAGE_URI: client.uri,
    AWS_ENDPOINT_URL_S3: "http://s3.data:8333",
    AWS_CA_BUNDLE: client.trust?.file,
    AWS_ACCESS_KEY_ID: secretRef("keys", "id"),
  });
  expect(client.dependencies).toEqual([bucket]);
  expect(client.flows("trainer", trainer)).toMatchObject([{ name: "trainer-to-bucket.main.models-api", from: trainer }]);
});

test("a pod may have the bucket and a storage in it", () => {
  const bucket = bucketWith("models");
  const storage = new ModelStorage(new Chart(new App(), "test"), "Storage", { name: "models", bucket, path: "team-a" });

  const names = [bucket, storage].flatMap((each) => bucketFlows(each, "trainer", trainer).map(({ name }) => name));

  expect(new Set(names).size).toBe(2);
  expect(bucketSet([bucket, storage], "training").environment).toEqual(bucketSet([bucket], "training").environment);
});

test("warns of storage that nothing uses", () => {
  const result = createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    buckets: { models: { type: "gcs", bucket: "models" } },
    modelStorage: { models: { bucket: "models" } },
  } as never);

  const warnings = result.ok ? result.warnings : result.problems;
  expect(warnings.map(({ id, path }) => [id, path])).toContainEqual(["model-storage.unused", "modelStorage.models"]);
});
