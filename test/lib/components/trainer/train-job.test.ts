import { App, Chart, Testing } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { PretrainedModel } from "#lib/components/pretrained-models/index";
import { TrainJob, type TrainJobProps, trainerPin } from "#lib/components/trainer/index";
import { valueAt } from "#lib/core/json";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { bucketWith } from "../../../fixtures/bucket";
import { featureStoreWith } from "../../../fixtures/feature-store";
import { bert } from "../pretrained-models/models";

const environment = (parts: Partial<EnvironmentSpec>): EnvironmentSpec => ({
  name: "test",
  cluster: { type: "context", context: "any" },
  trainer: { jobs: { bert: { framework: { type: "pytorch", program: ["/app/train.py"] } } } },
  ...parts,
});

function objectsOf(props: TrainJobProps): readonly KubeObject[] {
  const chart = new Chart(new App(), "training");
  new TrainJob(chart, "Job", { ...props, name: "bert" });
  return Testing.synth(chart);
}

function object(objects: readonly KubeObject[], kind: string): KubeObject {
  const found = objects.find((each) => groupKind(each) === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

const runtimeOf = (props: TrainJobProps) => object(objectsOf(props), "trainer.kubeflow.org/TrainingRuntime");
const jobsOf = (props: TrainJobProps) => valueAt(runtimeOf(props), ["spec", "template", "spec", "replicatedJobs"]) as KubeObject[];
const containerOf = (job: unknown) => valueAt(job as KubeObject, ["template", "spec", "template", "spec", "containers", 0]) as KubeObject;

const pytorch: TrainJobProps = { framework: { type: "pytorch", program: ["/app/train.py", "--epochs", "3"] } };

test("requires JobSet", () => {
  const result = createPlatform().resolve(environment({}));
  expect(result.ok ? [] : result.problems.map(({ id, path }) => ({ id, path }))).toEqual([
    { id: "trainer.no-job-groups", path: "trainer" },
  ]);
  expect(createPlatform().resolve(environment({ jobset: {} })).ok).toBe(true);
});

test("refuses webhooks in the host's network, where its chart cannot serve them", () => {
  const result = createPlatform().resolve(environment({ jobset: {}, network: { webhooks: "host" } }));
  expect(result.ok ? [] : result.problems.map(({ id }) => id)).toContain("trainer.webhook-on-host");
});

test("refuses a name that leaves no room for those of pods", () => {
  const props = { framework: { type: "pytorch", program: ["/app/train.py"] } } as const;
  const result = createPlatform().resolve(environment({ jobset: {}, trainer: { jobs: { ["a".repeat(31)]: props } } }));
  expect(result.ok ? [] : result.problems.map(({ id }) => id)).toEqual(["trainer.name"]);
});

test("leaves ranks and addresses of PyTorch to the operator", () => {
  const objects = objectsOf({ ...pytorch, nodes: 2, processesPerNode: 4 });

  expect(object(objects, "trainer.kubeflow.org/TrainJob")["spec"]).toMatchObject({ trainer: { numNodes: 2, numProcPerNode: 4 } });
  expect(object(objects, "trainer.kubeflow.org/TrainingRuntime")["spec"]).toMatchObject({ mlPolicy: { numNodes: 2, torch: {} } });
  expect(containerOf(jobsOf({ ...pytorch, nodes: 2 })[0])["command"]).toEqual(["torchrun", "/app/train.py", "--epochs", "3"]);
});

test("starts from a pre-trained model, which is mounted read-only, and which recipes of TorchTune load", () => {
  const model = new PretrainedModel(new Chart(new App(), "models"), "Bert", { ...bert, name: "bert" });
  const tune = { type: "torchtune", recipe: "lora_finetune_distributed", config: "llama3_2/1B_lora" } as const;
  const container = containerOf(jobsOf({ framework: tune, initialModel: model })[0]);

  expect(container["command"]).toEqual(
    expect.arrayContaining(["checkpointer.checkpoint_dir=/models/bert", "checkpointer.checkpoint_files=[model.safetensors]"]),
  );
  expect(container["volumeMounts"]).toContainEqual({ name: "model-bert", mountPath: "/models/bert", subPath: "model", readOnly: true });
  expect(containerOf(jobsOf({ ...pytorch, initialModel: model })[0])["env"]).toContainEqual({
    name: "INITIAL_MODEL_PATH",
    value: "/models/bert",
  });
});

test("has the configuration of a feature store where Feast's SDK looks, and the way to its servers", () => {
  const objects = objectsOf({ ...pytorch, featureStore: featureStoreWith("people") });
  const container = containerOf(jobsOf({ ...pytorch, featureStore: featureStoreWith("people") })[0]);

  expect(container["env"]).toContainEqual({
    name: "FEAST_FS_YAML_FILE_PATH",
    value: "/etc/beamstack/feature-store/feature_store.yaml",
  });
  expect(container["volumeMounts"]).toContainEqual({ name: "feature-store", mountPath: "/etc/beamstack/feature-store", readOnly: true });
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(["train-bert-to-features.people-egress", "train-bert-to-features.people-ingress"]),
  );
});

test("keeps the JobSet of a finished job: without it the operator runs a failed job again", () => {
  expect(valueAt(runtimeOf(pytorch), ["spec", "template", "spec"])).toMatchObject({ failurePolicy: { maxRestarts: 3 } });
  expect(valueAt(runtimeOf(pytorch), ["spec", "template", "spec", "ttlSecondsAfterFinished"])).toBeUndefined();
});

test("starts processes of MPI on all nodes, with the variables of the program", () => {
  const [node, launcher] = jobsOf({
    framework: { type: "deepspeed", program: ["python", "/app/train.py"] },
    nodes: 3,
    processesPerNode: 2,
    env: { MODE: "fast" },
  });

  expect(containerOf(node)["command"]).toEqual(["/usr/sbin/sshd"]);
  expect(containerOf(launcher)["command"]).toEqual(["mpirun", "-np", "6", "-x", "MODE", "python", "/app/train.py"]);
  expect(launcher).toMatchObject({ name: "launcher", dependsOn: [{ name: "node", status: "Ready" }] });
});

test("has one launcher of MPI, however many other nodes there are", () => {
  const props: TrainJobProps = { framework: { type: "mpi", program: ["/app/train"] }, nodes: 4 };
  const [node] = jobsOf(props);

  // The operator would start as many launchers as the policy has nodes.
  expect(runtimeOf(props)["spec"]).toMatchObject({ mlPolicy: { numNodes: 1 } });
  expect(valueAt(node, ["template", "spec"])).toMatchObject({ parallelism: 3, completions: 3 });
});

test("gives TorchTune's options of torchrun to recipes of several processes only", () => {
  const command = (recipe: string) =>
    containerOf(jobsOf({ framework: { type: "torchtune", recipe, config: "llama3_2/1B_lora", overrides: { epochs: "1" } } })[0])["command"];

  expect(command("lora_finetune_distributed")).toEqual([
    "tune",
    "run",
    "--nnodes",
    "1",
    "--nproc-per-node",
    "1",
    "lora_finetune_distributed",
    "--config",
    "llama3_2/1B_lora",
    "epochs=1",
  ]);
  expect(command("lora_finetune_single_device")).toEqual([
    "tune",
    "run",
    "lora_finetune_single_device",
    "--config",
    "llama3_2/1B_lora",
    "epochs=1",
  ]);
});

test("a changed job is another one with the same checkpoints", () => {
  const models = bucketWith("models");
  const checkpoints = { storage: Object.assign(models, { bucket: models }) };
  const before = objectsOf({ ...pytorch, checkpoints });
  const after = objectsOf({ ...pytorch, checkpoints, nodes: 2 });
  const uri = (objects: readonly KubeObject[]) => JSON.stringify(objects).match(/"name":"CHECKPOINT_URI","value":"([^"]+)"/)?.[1];

  expect(object(after, "trainer.kubeflow.org/TrainJob").metadata.name).not.toBe(
    object(before, "trainer.kubeflow.org/TrainJob").metadata.name,
  );
  expect([uri(before), uri(after)]).toEqual(["s3://models/checkpoints/bert", "s3://models/checkpoints/bert"]);
});

test("counts every node of a runtime, the launcher among them", () => {
  const copies = trainerPin.kinds.find(({ kind }) => kind === "trainer.kubeflow.org/TrainingRuntime");
  const at = (index: number) => `spec.template.spec.replicatedJobs[${index}].template.spec.template.spec`;
  const count = (props: TrainJobProps, index: number) =>
    copies && "copiesOf" in copies ? copies.copiesOf(runtimeOf(props), at(index)) : undefined;
  const mpi: TrainJobProps = { framework: { type: "mpi", program: ["/app/train"] }, nodes: 4 };

  expect(count({ ...pytorch, nodes: 4 }, 0)).toBe(4);
  expect([count(mpi, 0), count(mpi, 1)]).toEqual([3, 1]);
});
