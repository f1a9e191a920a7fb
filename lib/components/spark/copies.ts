/** How many executors an application or a server has at most. */

import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** The most executors of the pod template at this path of the object; `undefined` for the template of a driver or server. */
export function executorsOf({ spec }: KubeObject, at: string): number | undefined {
  if (!at.includes("executor.template")) return undefined;
  const scheduled = valueAt(spec, ["template"]);
  const application = isJsonObject(scheduled) ? scheduled : spec;
  const most = valueAt(application, ["dynamicAllocation", "maxExecutors"]);
  const fixed = valueAt(application, ["executor", "instances"]);
  return typeof most === "number" ? most : typeof fixed === "number" ? fixed : 1;
}

/** The same of Apache's operator, which takes the number from properties. */
export function apacheExecutorsOf({ spec }: KubeObject, at: string): number | undefined {
  if (!at.includes("executorSpec")) return undefined;
  const property = (name: string) => Number(valueAt(spec, ["sparkConf", name]) ?? 0);
  return Math.max(property("spark.dynamicAllocation.maxExecutors"), property("spark.executor.instances"), 1);
}
