/** Pre-trained models in an environment: acceptance, names, content, and what their readers get. */

import { App, Chart } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { ModelStorage } from "#lib/components/model-storage/index";
import { PretrainedModel } from "#lib/components/pretrained-models/index";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { pods } from "#lib/kube/network";
import { pretrainedModelClient } from "#lib/kube/pretrained-model";
import { bucketWith } from "../../../fixtures/bucket";
import { artifact, bert } from "./models";

function resolved(model: object, { name = "bert", accepted = ["apache-2.0"] } = {}, more: object = {}) {
  return createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    pretrainedModels: { acceptedLicences: accepted, models: { [name]: { ...bert, ...model } } },
    ...more,
  } as never);
}

const problems = (result: ReturnType<typeof resolved>) =>
  (result.ok ? result.warnings : result.problems).map(({ id, path, fix }) => [id, path, fix]);

const idsOf = (result: ReturnType<typeof resolved>, kind: string) =>
  unwrap(result)
    .release.objects.map(({ id }) => id)
    .filter((id) => id.startsWith(`${kind}/`));

test("a licence that nobody accepted is one problem, and says how to accept it", () => {
  expect(problems(resolved({ licence: "llama3.2" }))).toEqual([
    [
      "pretrained-models.licence-not-accepted",
      "pretrainedModels.models.bert.licence",
      'read the licence, and add "llama3.2" to pretrainedModels.acceptedLicences if you accept it',
    ],
  ]);
  expect(problems(resolved({ licence: "apache-2.1" }))).toMatchObject([[expect.anything(), expect.anything(), "did you mean apache-2.0?"]]);
});

test("refuses a name from which no Job can be named", () => {
  expect(problems(resolved({}, { name: "1st" })).map(([id]) => id)).toEqual(["pretrained-models.name"]);
});

test("warns of a model that nothing reads", () => {
  expect(problems(resolved({ place: { type: "volume" } }))).toMatchObject([
    ["pretrained-models.unused", "pretrainedModels.models.bert", expect.anything()],
  ]);
});

test("another revision has a claim and a Job of its own; another time limit has the same", () => {
  const claims = (model: object) => [...idsOf(resolved(model), "core/PersistentVolumeClaim"), ...idsOf(resolved(model), "batch/Job")];
  const usual = claims({});

  expect(usual).toHaveLength(2);
  expect(claims({ licence: "apache-2.0", facts: { parameters: 1000, precision: "float32" } })).toEqual(usual);
  for (const id of claims({ source: { ...bert.source, revision: "6".repeat(40) } })) expect(usual).not.toContain(id);
});

test("a token is a reference to a Secret, in no argument and no text of the release", () => {
  const { release } = unwrap(resolved({ source: { ...bert.source, token: secretRef("hub", "token") } }));
  const job = release.objects.find(({ id }) => id.startsWith("batch/Job/"))?.manifest ?? {};

  expect(valueAt(job, ["spec", "template", "spec", "containers", 0, "env"])).toContainEqual({
    name: "HF_TOKEN",
    valueFrom: { secretKeyRef: { name: "hub", key: "token" } },
  });
  expect(release.requires.map((need) => JSON.stringify(need)).join()).toContain('"hub"');
});

test("the key of a registry is a file of the container that pulls", () => {
  const { release } = unwrap(resolved({ source: { type: "oci", artifact, registryKey: secretRef("ghcr", ".dockerconfigjson") } }));
  const pod = valueAt(release.objects.find(({ id }) => id.startsWith("batch/Job/"))?.manifest ?? {}, ["spec", "template", "spec"]);

  expect(JSON.stringify(pod)).toContain('"items":[{"key":".dockerconfigjson","path":"config.json"}]');
  expect(JSON.stringify(valueAt(pod ?? {}, ["initContainers", 0, "args"]))).toContain("--registry-config /etc/registry/config.json");
});

describe("a reader", () => {
  const scope = () => new Chart(new App(), "test");
  const reader = pods("serving", { app: "reader" });

  test("of a volume mounts the model's folder read-only, after it was fetched", () => {
    const model = new PretrainedModel(scope(), "Model", { ...bert, name: "bert" });
    const client = pretrainedModelClient(model, "serving");

    const claim = model.enter("serving").place;
    expect(claim).toMatchObject({ type: "volume", folder: "model" });
    expect(client).toMatchObject({
      uri: `pvc://${claim.type === "volume" ? claim.claim : ""}/model`,
      path: "/models/bert",
      environment: { BERT_MODEL_PATH: "/models/bert" },
      volumes: [{ name: "model-bert", persistentVolumeClaim: { readOnly: true } }],
      volumeMounts: [{ name: "model-bert", mountPath: "/models/bert", subPath: "model", readOnly: true }],
    });
    expect(client.dependencies).toHaveLength(1);
    expect(client.flows("reader", reader)).toEqual([]);
  });

  test("of a bucket gets its URI, variables and flows", () => {
    const chart = scope();
    const storage = new ModelStorage(chart, "Storage", { name: "main", bucket: bucketWith("models"), path: "team-a" });
    const model = new PretrainedModel(chart, "Model", { ...bert, name: "bert", place: { type: "bucket", storage } });
    const client = pretrainedModelClient(model, "serving");

    expect(client.uri).toMatch(/^s3:\/\/models\/team-a\/pretrained\/bert\/[0-9a-f]{8}$/);
    expect(client.path).toBeUndefined();
    expect(client.environment).toMatchObject({ BERT_MODEL_URI: client.uri, AWS_ACCESS_KEY_ID: secretRef("keys", "id") });
    expect(client.flows("reader", reader)).toMatchObject([{ from: reader }]);
    expect(model.format).toBe("safetensors");
  });
});
