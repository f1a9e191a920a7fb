/** What a pipeline says of itself: its submitter, Flink's last failure of its job, and the pods that run its code. */

import { clusterLabels } from "#lib/components/flink/cluster-labels";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { ApiError, ConnectionError } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import { podLog } from "../cluster/pod-log";
import { type LivePipeline, listOf, newestFirst, submitterArgument } from "./live-pipelines";

/** What of a client it needs. */
export type LogClient = Pick<KubeClient, "list" | "text" | "json">;

/** Lines of one place. */
export interface LogPart {
  /** Such as `submitter clicks-0a1b2c3d-x5x9z`. */
  readonly from: string;
  readonly lines: readonly string[];
  /** Why there are no lines. @default there are, or nothing was written */
  readonly missing?: string;
}

/** Containers that run the pipeline's code: in TaskManagers, and in the pods of runners that have no cluster. */
const WORKER = "beam-worker";
/** Flink's REST API may be closed to the API server by a network policy, which drops what it forbids. */
const FLINK_WITHIN_MS = 5_000;

/** The last lines of each place; a place that cannot be asked says why. */
export async function pipelineLogs(client: LogClient, pipeline: LivePipeline, tailLines: number): Promise<readonly LogPart[]> {
  const { job, jobs, namespace } = pipeline;
  const pods = await client.list(podsWith(namespace, `batch.kubernetes.io/job-name=${job.metadata.name}`));
  const [submitter] = newestFirst(pods);
  const own = submitter
    ? [await logOf(client, submitter, { container: "submit", tailLines, as: "submitter" })]
    : [{ from: "submitter", lines: [], missing: jobs.length > 0 ? `the Job ${job.metadata.name} has no pod` : "no run has started yet" }];
  const flink = flinkOf(pipeline);
  if (!flink) return [...own, ...(await workerLogs(client, submitter ? [submitter] : [], tailLines))];
  const labels = Object.entries(clusterLabels(flink.cluster, "taskmanager")).map((pair) => pair.join("="));
  const taskManagers = await client.list(podsWith(flink.namespace, labels.join(",")));
  const workers: readonly LogPart[] =
    taskManagers.length > 0
      ? await workerLogs(client, taskManagers, tailLines)
      : [{ from: `workers of ${flink.cluster}`, lines: [], missing: "there is no TaskManager: Flink starts them for jobs" }];
  return [...own, await failureOf(client, { pipeline, flink, tailLines }), ...workers];
}

interface FlinkAddress {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: string;
}

/** Taken from an address such as `main-rest.flink:8081`; `undefined` for a pipeline on no Flink. */
function flinkOf(pipeline: LivePipeline): FlinkAddress | undefined {
  const found = /^(?<service>(?<cluster>[^.:]+)-rest)\.(?<namespace>[^.:]+):(?<port>\d+)$/.exec(
    submitterArgument(pipeline, "flink_master") ?? "",
  );
  const { cluster, namespace, service, port } = found?.groups ?? {};
  return cluster && namespace && service && port ? { cluster, namespace, service, port } : undefined;
}

/** The first failure in the history of the pipeline's newest job. */
async function failureOf(
  client: LogClient,
  { pipeline, flink, tailLines }: { readonly pipeline: LivePipeline; readonly flink: FlinkAddress; readonly tailLines: number },
): Promise<LogPart> {
  const { namespace, service, port, cluster } = flink;
  const from = `Flink cluster ${cluster}`;
  const ask = (path: string): Promise<JsonValue> =>
    client.json(
      {
        method: "GET",
        path: `/api/v1/namespaces/${namespace}/services/http:${service}:${port}/proxy/v1/jobs/${path}`,
        withinMs: FLINK_WITHIN_MS,
      },
      { retry: { deadlineMs: 0 } },
    );
  return orReason(from, async () => {
    const job = newestVersion(listOf(valueAt(await ask("overview"), ["jobs"])).filter(isJsonObject), pipeline.name);
    if (!job) return { from, lines: [], missing: `Flink knows no job of ${pipeline.name}` };
    const answer = await ask(`${String(job["jid"])}/exceptions`);
    const trace = valueAt(answer, ["exceptionHistory", "entries", 0, "stacktrace"]);
    const lines = typeof trace === "string" ? trace.trimEnd().split("\n").slice(0, tailLines) : [];
    return {
      from: `${from}, job ${String(job["name"])}: ${String(job["state"])}`,
      lines,
      ...(lines.length === 0 && { missing: "it has not failed" }),
    };
  });
}

function newestVersion(jobs: readonly JsonObject[], pipeline: string): JsonObject | undefined {
  const own = jobs.filter(({ name }) => typeof name === "string" && name.slice(0, -9) === pipeline && /-[0-9a-f]{8}$/.test(name));
  return own.sort((one, other) => Number(other["start-time"]) - Number(one["start-time"]))[0];
}

function workerLogs(client: LogClient, pods: readonly KubeObject[], tailLines: number): Promise<readonly LogPart[]> {
  const named = pods.filter((pod) => containersOf(pod).includes(WORKER));
  return Promise.all(named.map((pod) => logOf(client, pod, { container: WORKER, tailLines, as: "worker" })));
}

function containersOf(pod: KubeObject): readonly JsonValue[] {
  return ["initContainers", "containers"].flatMap((kind) =>
    listOf(valueAt(pod, ["spec", kind])).map((one) => valueAt(one, ["name"]) ?? ""),
  );
}

function logOf(
  client: LogClient,
  pod: KubeObject,
  { as, ...part }: { readonly container: string; readonly tailLines: number; readonly as: string },
): Promise<LogPart> {
  const from = `${as} ${pod.metadata.name}`;
  return orReason(from, async () => ({ from, lines: await podLog(client, pod, part) }));
}

async function orReason(from: string, ask: () => Promise<LogPart>): Promise<LogPart> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof ApiError || thrown instanceof ConnectionError) return { from, lines: [], missing: thrown.message };
    throw thrown;
  }
}

function podsWith(namespace: string, labelSelector: string) {
  return { apiVersion: "v1", kind: "Pod", namespace, labelSelector };
}
