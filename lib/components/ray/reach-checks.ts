/** Rules on what pods have to reach outside of the cluster: network policies close every other way. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketUris } from "#lib/kube/bucket-clients";
import type { NodesSettings, RuntimeEnvSettings } from "./schema";

/** Problems of a runtime environment that no port leads to. Source: Ray documentation, "Remote URIs". */
export function reachProblems(
  { workingDir, pyModules, pip }: RuntimeEnvSettings,
  { outsidePorts, buckets }: Pick<NodesSettings, "outsidePorts" | "buckets">,
  path: string,
): Problem[] {
  if (outsidePorts.length > 0) return [];
  const open = buckets.flatMap(({ location }) => Object.values(bucketUris({ ...location, prefix: "" })));
  const isRemote = (uri: string | undefined): boolean =>
    uri !== undefined && /^(?!file:)[a-z0-9]+:\/\//.test(uri) && !open.some((bucket) => uri.startsWith(`${bucket}/`));
  return [
    ...(isRemote(workingDir) ? [outOfReach(`${workingDir}`, `${path}.workingDir`)] : []),
    ...pyModules.flatMap((uri, index) => (isRemote(uri) ? [outOfReach(uri, joinPath(`${path}.pyModules`, [index]))] : [])),
    ...(pip.length > 0 ? [outOfReach("packages of an index", `${path}.pip`)] : []),
  ];
}

function outOfReach(what: string, path: string): Problem {
  return {
    id: "ray.out-of-reach",
    path,
    got: `${what}, with no port open to the outside`,
    allowed: "files and packages of the image, archives in buckets, or outsidePorts",
    fix: "add its bucket to buckets, set outsidePorts: [443] or the port of the address, or put it into the image",
  };
}
