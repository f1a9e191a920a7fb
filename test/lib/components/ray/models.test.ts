/** Pre-trained models that the pods of Ray read. */

import { Testing } from "cdk8s";
import { RayJob, RayOperator } from "#lib/components/ray/index";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import type { IPretrainedModel } from "#lib/kube/pretrained-model";
import { bucketWith } from "../../../fixtures/bucket";
import { pretrainedModelWith } from "../../../fixtures/pretrained-model";

const head = { runsTasks: true } as const;
const workers = { cpu: { cpu: 1, memory: Size.gibibytes(2) } };

/** Objects of a job that reads a model. */
function objectsOf(model: IPretrainedModel, own: object): KubeObject[] {
  const chart = Testing.chart();
  const operator = new RayOperator(chart, "Operator");
  new RayJob(chart, "Job", { name: "embed", operator, entrypoint: "python main.py", head, models: [model], ...own });
  return chart.toJson() as KubeObject[];
}

/** Pods of the cluster of the job. */
function podsOf(objects: readonly KubeObject[]): JsonObject[] {
  const spec = objects.find(({ kind }) => kind === "RayJob")?.["spec"];
  const cluster = valueAt(spec, ["rayClusterSpec"]);
  const groups = valueAt(cluster, ["workerGroupSpecs"]);
  const parts = [valueAt(cluster, ["headGroupSpec"]), ...(Array.isArray(groups) ? groups : [])];
  return parts.map((part) => valueAt(part, ["template", "spec"])).filter(isJsonObject);
}

const variablesOf = (pod: JsonObject) =>
  Object.fromEntries((valueAt(pod, ["containers", 0, "env"]) as JsonObject[]).map(({ name, value }) => [name, value]));

test("a model in a volume is a folder of the only pod", () => {
  const [pod = {}, ...others] = podsOf(objectsOf(pretrainedModelWith("bert"), { workers: {} }));

  expect(others).toEqual([]);
  expect(variablesOf(pod)).toMatchObject({ BERT_MODEL_PATH: "/models/bert", BERT_MODEL_URI: "pvc://model-bert/files" });
  const mount = { name: "model-bert", mountPath: "/models/bert", subPath: "files", readOnly: true };
  expect(valueAt(pod, ["containers", 0, "volumeMounts"])).toContainEqual(mount);
  expect(valueAt(pod, ["volumes"])).toContainEqual({
    name: "model-bert",
    persistentVolumeClaim: { claimName: "model-bert", readOnly: true },
  });
});

test("a model in a bucket is an address for head and workers, with endpoint, keys and the way there", () => {
  const bucket = bucketWith("models", { location: { endpoint: "https://store.data:8333" } });
  const objects = objectsOf(pretrainedModelWith("bert", Object.assign(bucketWith("models"), { bucket })), { workers });

  const pods = podsOf(objects);
  expect(pods).toHaveLength(2);
  for (const pod of pods)
    expect(variablesOf(pod)).toMatchObject({ BERT_MODEL_URI: "s3://models/pretrained/bert", AWS_REGION: expect.any(String) });
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy").map(({ metadata }) => metadata.name);
  expect(policies.filter((name) => name.includes("models"))).not.toEqual([]);
});
