/** Rules on services. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { nameProblems, nodesProblems } from "./checks";
import { capacityProblems } from "./placement-checks";
import { queueRules } from "./queue-checks";
import { reachProblems } from "./reach-checks";
import type { RayServiceSettings } from "./schema";
import { taskVariableProblems } from "./variable-checks";

/** Problems of a service; `path` is its path in the file. */
export function rayServiceProblems(name: string, settings: RayServiceSettings, path: string): Problem[] {
  const { upgrade, applications } = settings;
  return [
    ...nameProblems(name, 46, path),
    ...nodesProblems(settings, path),
    ...capacityProblems(settings, upgrade === "new-cluster" ? 2 : 1, path),
    ...queueRules(settings, { podSets: 0, submitter: false }, path),
    ...(Object.keys(applications).length === 0 ? [noApplication(path)] : []),
    ...prefixProblems(applications, `${path}.applications`),
    ...Object.entries(applications).flatMap(([app, { runtimeEnv }]) => {
      const at = joinPath(`${path}.applications`, [app, "runtimeEnv"]);
      return [...reachProblems(runtimeEnv, settings, at), ...taskVariableProblems(runtimeEnv, settings, at)];
    }),
  ];
}

/** Such a service never becomes ready: KubeRay waits for an endpoint. */
function noApplication(path: string): Problem {
  return {
    id: "ray.no-application",
    path: `${path}.applications`,
    got: "no application",
    allowed: "at least one",
    fix: "add an application, or declare a cluster",
  };
}

/** Source: Ray 2.58, serve/schema.py, ServeDeploySchema: route prefixes are unique. */
function prefixProblems(applications: RayServiceSettings["applications"], path: string): Problem[] {
  const prefixes = Object.entries(applications).map(([name, { routePrefix }]) => ({ name, routePrefix }));
  return prefixes
    .filter(({ routePrefix }, index) => prefixes.findIndex((other) => other.routePrefix === routePrefix) < index)
    .map(({ name, routePrefix }) => ({
      id: "ray.route-prefix-twice",
      path: joinPath(path, [name, "routePrefix"]),
      got: `${routePrefix}, which another application has`,
      allowed: "each prefix once",
      fix: "set another routePrefix",
    }));
}
