/** Logs of pods. */

import type { KubeObject } from "#lib/kube/object";
import type { KubeClient } from "./client";

/** A node that does not answer is an error of the API server, which is tried again: a log is not worth a minute. */
const DEADLINE_MS = 5_000;

/** Which part of a pod's log. */
interface LogRange {
  readonly container: string;
  /** How many of the last lines. */
  readonly tailLines: number;
}

/** The last lines of a container, without empty ones. */
export async function podLog(
  client: Pick<KubeClient, "text">,
  { metadata: { name, namespace = "default" } }: KubeObject,
  { container, tailLines }: LogRange,
): Promise<readonly string[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const text = await client.text({ method: "GET", path, query: { container, tailLines } }, { retry: { deadlineMs: DEADLINE_MS } });
  return text.split("\n").filter((line) => line !== "");
}
