import type { KubeObject } from "#lib/kube/object";
import { ApiError } from "#stacks/cluster/api-error";
import { referencesSeen } from "#stacks/program/admission";

const job: KubeObject = { apiVersion: "trainer.kubeflow.org/v1alpha1", kind: "TrainJob", metadata: { name: "llm", namespace: "training" } };
const denied = (reason: string) =>
  new ApiError(403, "Forbidden", `admission webhook "validator.trainjob.trainer.kubeflow.org" denied the request: ${reason}`);
const UNSEEN = denied(
  "spec.runtimeRef: Invalid value: not found: specified trainingRuntime must be created before the TrainJob is created",
);

/** A cluster that answers dry runs in turn, and the last one from then on. */
function answering(...answers: (Error | undefined)[]) {
  const asked: unknown[] = [];
  const create = async (object: KubeObject, options?: object): Promise<KubeObject> => {
    asked.push(options);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer) throw answer;
    return object;
  };
  return { asked, client: { create } };
}

const quick = { timeoutMs: 200, everyMs: 10 };

test("asks with dry runs until the webhook has seen the runtime of a job", async () => {
  const { asked, client } = answering(UNSEEN, UNSEEN, undefined);

  await referencesSeen(job, client, quick);

  expect(asked).toEqual([{ dryRun: true }, { dryRun: true }, { dryRun: true }]);
});

test.each([
  ["any other refusal", denied("spec.trainer.env: Invalid value")],
  ["an object that exists", new ApiError(409, "AlreadyExists", 'trainjobs "llm" already exists')],
])("leaves %s to the provider", async (_, answer) => {
  const { asked, client } = answering(answer);

  await referencesSeen(job, client, quick);

  expect(asked).toHaveLength(1);
});

test("gives up in time: the provider says why", async () => {
  const { asked, client } = answering(UNSEEN);

  await referencesSeen(job, client, quick);

  expect(asked.length).toBeGreaterThan(2);
});

test("asks nothing about kinds whose webhooks look at no other object", async () => {
  const { asked, client } = answering(UNSEEN);

  await referencesSeen({ ...job, kind: "TrainingRuntime" }, client, quick);

  expect(asked).toEqual([]);
});
