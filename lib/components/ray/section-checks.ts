/** Rules on the section as a whole. */

import type { Problem } from "#lib/core/problem";
import type { SettingsOf } from "#lib/kube/props";
import type { raySectionSchema } from "./schema";

type SectionProblem = Omit<Problem, "path"> & { readonly path: readonly string[] };

const LISTS = ["clusters", "jobs", "trials", "services", "cronJobs"] as const;

/** Problems of names and namespaces; paths are keys below the section. */
export function sectionProblems(settings: SettingsOf<typeof raySectionSchema>): SectionProblem[] {
  const named = LISTS.flatMap((list) =>
    Object.entries(settings[list]).map(([key, { namespace }]) => {
      // Jobs of trials have names of their own.
      const name = list === "trials" ? `trial-${key}` : key;
      return { path: [list, key], name, namespace };
    }),
  );
  const watched = settings.operator.watchNamespaces;
  return [
    ...named
      .filter(({ name, namespace }, index) => named.findIndex((other) => other.name === name && other.namespace === namespace) < index)
      .map(({ path, name, namespace }) => nameTwice(path, name, namespace)),
    ...named
      .filter(({ namespace }) => watched !== undefined && !watched.includes(namespace))
      .map(({ path, namespace }) => notWatched([...path, "namespace"], namespace, watched ?? [])),
  ];
}

/** KubeRay names the Service of a head `<name>-head-svc`, for all kinds. Source: KubeRay v1.7.0, utils.GenerateHeadServiceName. */
function nameTwice(path: readonly string[], name: string, namespace: string): SectionProblem {
  return {
    id: "ray.name-twice",
    path,
    got: `the name ${name} a second time in namespace ${namespace}`,
    allowed: "each name once in a namespace, for clusters, jobs, services and cron jobs together",
    fix: "rename one of them",
  };
}

function notWatched(path: readonly string[], namespace: string, watched: readonly string[]): SectionProblem {
  return {
    id: "ray.namespace-not-watched",
    path,
    got: `namespace ${namespace}, which the operator does not watch`,
    allowed: watched.join(", "),
    fix: `add ${namespace} to ray.operator.watchNamespaces, or move it`,
  };
}
