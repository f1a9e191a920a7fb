import type { JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { type LivePipeline, livePipelines } from "#stacks/beam/live-pipelines";
import { type LogClient, pipelineLogs } from "#stacks/beam/pipeline-logs";
import { ApiError } from "#stacks/cluster/api-error";
import { FakeCluster } from "./fake-cluster";
import { ENVIRONMENT, ended, live, run } from "./live";

const FLINK = "/api/v1/namespaces/flink/services/http:main-rest:8081/proxy/v1/jobs/";

function pod(name: string, labels: Record<string, string>, containers: readonly string[]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "flink", labels },
    spec: { containers: containers.map((container) => ({ name: container })) },
  };
}

const taskManager = pod("main-taskmanager-1-1", { app: "main", type: "flink-native-kubernetes", component: "taskmanager" }, [
  "flink-main-container",
  "beam-worker",
]);

/** A cluster with the pipeline `clicks`, these pods, and these answers of Flink's REST API. */
async function clusterWith(
  pods: readonly KubeObject[],
  answers: Readonly<Record<string, JsonValue>> = {},
  objects: readonly KubeObject[] = ended(live("clicks")),
) {
  const cluster = new FakeCluster([...objects, ...pods]);
  const client: LogClient = {
    list: (query) => cluster.list(query),
    text: async ({ path, query }) => `${path.split("/").at(-2)} ${query?.["container"]}\n\n`,
    json: async ({ path }) => {
      const answer = answers[path.slice(FLINK.length)];
      if (path.startsWith(FLINK) && answer !== undefined) return answer;
      throw new ApiError(503, "ServiceUnavailable", "no endpoints available");
    },
  };
  const [pipeline] = await livePipelines(cluster, ENVIRONMENT, "clicks");
  if (!pipeline) throw new Error("no pipeline");
  return { client, pipeline };
}

const submitterOf = ({ job }: LivePipeline) => pod("clicks-x", { "batch.kubernetes.io/job-name": job.metadata.name }, ["submit"]);

test("the submitter, Flink's failure of the newest version, and the workers are told, in this order", async () => {
  const { pipeline } = await clusterWith([]);
  const { client } = await clusterWith([submitterOf(pipeline), taskManager], {
    overview: {
      jobs: [
        { jid: "1", name: "clicks-00000001", state: "FINISHED", "start-time": 1 },
        { jid: "2", name: "clicks-00000002", state: "RESTARTING", "start-time": 2 },
        { jid: "3", name: "clicks-daily-00000003", state: "RUNNING", "start-time": 3 },
      ],
    },
    "2/exceptions": { exceptionHistory: { entries: [{ stacktrace: "java.lang.RuntimeException: ZeroDivisionError\n\tat a\n" }] } },
  });

  expect(await pipelineLogs(client, pipeline, 50)).toEqual([
    { from: "submitter clicks-x", lines: ["clicks-x submit"] },
    {
      from: "Flink cluster main, job clicks-00000002: RESTARTING",
      lines: ["java.lang.RuntimeException: ZeroDivisionError", "\tat a"],
    },
    { from: "worker main-taskmanager-1-1", lines: ["main-taskmanager-1-1 beam-worker"] },
  ]);
});

test("a place that has nothing says why", async () => {
  const { client, pipeline } = await clusterWith([]);

  expect(await pipelineLogs(client, pipeline, 50)).toEqual([
    { from: "submitter", lines: [], missing: `the Job ${pipeline.job.metadata.name} has no pod` },
    { from: "Flink cluster main", lines: [], missing: "no endpoints available" },
    { from: "workers of main", lines: [], missing: "there is no TaskManager: Flink starts them for jobs" },
  ]);
});

describe("on a schedule", () => {
  const scheduled = live("clicks", {
    definition: "pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: LogForTesting}]}\n",
    schedule: { cron: "@daily" },
  });
  const [first, second] = [run(scheduled, 1), run(scheduled, 2)];

  test("the submitter is that of the newest run, and Flink's job that of the pipeline", async () => {
    const other = { ...run(scheduled, 3), metadata: { ...run(scheduled, 3).metadata, ownerReferences: [] } };
    const objects = [...scheduled, first, second, other];
    const pods = [first, second].map(({ metadata: { name } }) => pod(`${name}-x`, { "batch.kubernetes.io/job-name": name }, ["submit"]));

    const { client, pipeline } = await clusterWith(pods, {}, objects);

    expect(pipeline).toMatchObject({ name: "clicks", schedule: { kind: "CronJob" }, jobs: [second, first] });
    expect(pipeline.files).toHaveProperty(["settings.json"]);
    const [submitter, flink] = await pipelineLogs(client, pipeline, 50);
    expect(submitter).toEqual({ from: `submitter ${second.metadata.name}-x`, lines: [`${second.metadata.name}-x submit`] });
    expect(flink?.from).toBe("Flink cluster main");
  });

  test("before the first run there is nothing of it", async () => {
    const { client, pipeline } = await clusterWith([], {}, scheduled);

    expect((await pipelineLogs(client, pipeline, 50))[0]).toEqual({ from: "submitter", lines: [], missing: "no run has started yet" });
  });
});
