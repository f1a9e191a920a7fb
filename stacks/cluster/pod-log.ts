/** Logs of pods. */

import type { KubeObject } from "#lib/kube/object";
import type { CallOptions } from "./calls";
import type { KubeClient } from "./client";

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
  options: CallOptions = {},
): Promise<readonly string[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const text = await client.text({ method: "GET", path, query: { container, tailLines } }, options);
  return text.split("\n").filter((line) => line !== "");
}
