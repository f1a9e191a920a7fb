import { type JsonValue, valueAt } from "#lib/core/json";
import { submitterFiles } from "#lib/imports/submitter/index";
import type { KubeObject } from "#lib/kube/object";
import { type LivePipeline, livePipelines } from "#stacks/beam/live-pipelines";
import { stopPipeline } from "#stacks/beam/stop-pipeline";
import { FakeCluster, type JobOutcome } from "./fake-cluster";
import { ENVIRONMENT, ended, live } from "./live";

const SAVEPOINT = "s3://flink/savepoints/1";
const QUICK = { pollMs: 1, timeoutSeconds: 1 };

/** What the pod of the stop Job does. */
const stops: JobOutcome = {
  end: "Complete",
  log: "INFO:root:x\nbeamstack: stopping clicks-0 with a savepoint\nbeamstack: clicks is stopped\n",
  effect: (cluster) =>
    cluster.put({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "clicks-state", namespace: "flink" },
      data: { savepoint: SAVEPOINT, status: "STOPPED" },
    }),
};

async function pipelineIn(cluster: FakeCluster): Promise<LivePipeline> {
  const [found] = await livePipelines(cluster, ENVIRONMENT, "clicks");
  if (!found) throw new Error("no pipeline");
  return found;
}

const stream = (): KubeObject[] => live("clicks", { upgrade: "savepoint" });
const nameOf = (objects: readonly KubeObject[]) => objects.find(({ kind }) => kind === "Job")?.metadata.name;
const submitter = (job: KubeObject | undefined, path: readonly (string | number)[]): JsonValue | undefined =>
  valueAt(job, ["spec", "template", "spec", ...path]);

test("a stream is stopped by a Job of its own submitter, which is gone afterwards; its savepoint is known", async () => {
  const cluster = new FakeCluster(ended(stream()), stops);

  const stopped = await stopPipeline(cluster, await pipelineIn(cluster), QUICK);

  expect(stopped).toEqual({ messages: ["stopping clicks-0 with a savepoint", "clicks is stopped"], savepoint: SAVEPOINT });
  expect(cluster.writes).toEqual([
    "create batch/Job/flink/clicks-stop",
    "create core/ConfigMap/flink/clicks-stop",
    "delete batch/Job/flink/clicks-stop",
    "delete core/ConfigMap/flink/clicks-stop",
  ]);
});

test("the stop Job has the account, labels and arguments of the submitter, the variable, and neither sidecars nor Secrets", async () => {
  const objects = ended(stream());
  const cluster = new FakeCluster(objects, stops);
  await stopPipeline(cluster, await pipelineIn(cluster), QUICK);
  const original = objects.find(({ kind }) => kind === "Job");
  const [job, files] = cluster.created;

  for (const path of [["serviceAccountName"], ["containers", 0, "args"], ["containers", 0, "image"], ["securityContext"]])
    expect(submitter(job, path)).toEqual(submitter(original, path));
  expect(valueAt(job, ["spec", "template", "metadata", "labels"])).toEqual(valueAt(original, ["spec", "template", "metadata", "labels"]));
  expect(job?.metadata.labels).not.toHaveProperty("batch.kubernetes.io/job-name");
  expect(submitter(job, ["containers", 0, "env"])).toContainEqual({ name: "BEAMSTACK_STOP", value: "1" });
  expect(submitter(job, ["initContainers"])).toBeUndefined();
  expect(JSON.stringify(submitter(job, ["volumes"]))).not.toContain('"secret":');
  expect(valueAt(files, ["metadata", "ownerReferences", 0, "uid"])).toBe("job-uid");
});

test("the stop Job brings the submitter of this package: the live one may be too old to stop", async () => {
  const objects = ended(stream()).map((object) =>
    object.kind === "ConfigMap" && object["immutable"] === true
      ? { ...object, data: { "submit.py": "old", "settings.json": JSON.stringify({ state: "clicks-state" }) } }
      : object,
  );
  const cluster = new FakeCluster(objects, stops);

  await stopPipeline(cluster, await pipelineIn(cluster), QUICK);

  const data = valueAt(cluster.created[1], ["data"]);
  expect(data).toMatchObject({ "submit.py": submitterFiles["submit.py"], "settings.json": '{"state":"clicks-state"}' });
  expect(submitter(cluster.created[0], ["volumes", 0, "projected", "sources", 0, "configMap", "items"])).toContainEqual({
    key: "beamstack_submitter..stop.py",
    path: "beamstack_submitter/stop.py",
  });
});

test("a submitter that is at work is suspended first, and stays so", async () => {
  const objects = stream();
  const cluster = new FakeCluster(objects, stops);

  await stopPipeline(cluster, await pipelineIn(cluster), QUICK);

  expect(cluster.writes[0]).toBe(`patch batch/Job/flink/${nameOf(objects)} {"spec":{"suspend":true}}`);
  expect(cluster.writes.filter((write) => write.startsWith("patch"))).toHaveLength(1);
});

test.each<[string, JobOutcome, string]>([
  [
    "the last words of the pod",
    { end: "Failed", log: "beamstack: clicks cannot be stopped: no savepoint\n" },
    "clicks cannot be stopped: no savepoint",
  ],
  [
    "what keeps the pod from starting",
    {
      pod: {
        phase: "Pending",
        containerStatuses: [{ name: "submit", state: { waiting: { reason: "ErrImagePull", message: "no such image" } } }],
      },
    },
    "no such image",
  ],
  ["that it did not end", {}, "its Job did not end in time"],
])("a stop that fails tells %s, resumes the submitter and removes its Job", async (_, outcome, reason) => {
  const objects = stream();
  const cluster = new FakeCluster(objects, outcome);

  await expect(stopPipeline(cluster, await pipelineIn(cluster), { pollMs: 1, timeoutSeconds: 0.05 })).rejects.toThrow(reason);

  expect(cluster.writes.at(-1)).toBe(`patch batch/Job/flink/${nameOf(objects)} {"spec":{"suspend":false}}`);
  expect([...cluster.objects.keys()]).not.toContain("batch/Job/flink/clicks-stop");
});

test("the newest Job is the one that stops, and what another command left of a stop is replaced", async () => {
  const old = live("clicks", { upgrade: "savepoint", parallelism: 2 }, "2025-01-01T00:00:00Z");
  const cluster = new FakeCluster([...ended(old), ...ended(stream())], stops);
  cluster.put({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "clicks-stop", namespace: "flink" } });

  const pipeline = await pipelineIn(cluster);
  await stopPipeline(cluster, pipeline, QUICK);

  expect([pipeline.job.metadata.name, pipeline.jobs.length]).toEqual([nameOf(stream()), 2]);
  expect(cluster.writes.slice(0, 2)).toEqual(["delete batch/Job/flink/clicks-stop", "create batch/Job/flink/clicks-stop"]);
});
