/** Rules on workspaces that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSet, bucketSetProblems } from "#lib/kube/bucket-set";
import { nameProblems } from "#lib/kube/name-problems";
import { acceleratorProblems } from "#lib/kube/placement";
import { queueProblems } from "#lib/kube/queue";
import { variablesOfProps } from "#lib/kube/variable-problems";
import { bucketsOf, namespaceOf, placeVariables, variablesOf } from "./clients";
import { editorOf, tokenOf } from "./editors";
import { FRAMEWORKS } from "./frameworks";
import type { WorkspaceSettings } from "./schema";

/** StatefulSet and Service `<name>`, pod `<name>-0` with a label of 63 for its revision, `<name>-<10 characters>`. */
const NAME = { thing: "workspace", most: 40 };

/** Problems of a workspace; `path` is its path in the file. */
export function workspaceProblems(name: string, settings: WorkspaceSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, NAME, { id: "workspaces.name", path }),
    ...acceleratorProblems(settings, { id: "workspaces.no-accelerators", path: `${path}.accelerators` }),
    ...frameworkProblems(settings, path),
    ...idleProblems(settings, path),
    ...admissionProblems(settings, path),
    ...clientProblems(name, settings, path),
  ];
}

/** A framework without CUDA computes on the CPU, whatever the pod has. */
function frameworkProblems({ editor, accelerators }: WorkspaceSettings, path: string): Problem[] {
  if (editor.type !== "jupyterlab" || editor.image !== undefined || accelerators === 0 || FRAMEWORKS[editor.framework].cuda) return [];
  const cuda = Object.entries(FRAMEWORKS).flatMap(([name, facts]) => (facts.cuda ? [name] : []));
  return [
    {
      id: "workspaces.framework-without-cuda",
      path: `${path}.editor.framework`,
      got: `${editor.framework}, which computes on the CPU, with ${accelerators} accelerators`,
      allowed: `with accelerators one of ${cuda.join(", ")}, or an image of your own`,
      fix: "choose a framework with CUDA, or remove accelerators",
    },
  ];
}

/** Source: code-server 4.139, src/node/cli.ts; a Jupyter server looks once a minute whether it is idle. */
function idleProblems({ stopAfter }: WorkspaceSettings, path: string): Problem[] {
  if (stopAfter.seconds > 60) return [];
  return [
    {
      id: "workspaces.stops-too-soon",
      path: `${path}.stopAfter`,
      got: `${stopAfter}`,
      allowed: "more than 60 seconds",
      fix: "set a longer time, such as Duration.hours(4)",
    },
  ];
}

function admissionProblems({ queue, pool, cpu, memory, accelerators }: WorkspaceSettings, path: string): Problem[] {
  if (!queue) return [];
  const pods = [{ count: 1, cpu, memory, accelerators, ...(pool && { pool: pool.name }) }];
  return [
    ...queueProblems(pods, queue, { id: "workspaces.exceeds-queue", path: `${path}.queue` }),
    ...(queue.admitsStatefulSets === true
      ? []
      : [
          {
            id: "workspaces.queue-without-stateful-sets",
            path: `${path}.queue`,
            got: `queue ${queue.name}, which admits jobs only`,
            allowed: "a queue that admits StatefulSets",
            fix: "set kueue.operator.statefulSets to true, or remove queue",
          },
        ]),
  ];
}

/** Variables of buckets and other props; a user's variable of the same name would be lost. */
function clientProblems(name: string, settings: WorkspaceSettings, path: string): Problem[] {
  const differ = (at: string) => ({ id: "workspaces.buckets-differ", path: at });
  const variable = (at: string) => ({ id: "workspaces.reserved-variable", path: at });
  const namespace = namespaceOf(name, settings);
  const variables = Object.keys(settings.env).map((each) => ({ name: each, path: joinPath(`${path}.env`, [each]) }));
  const problems = { differ, identityTwice: differ, variable };
  const buckets = bucketsOf(settings);
  const owners = {
    ...variablesOf(settings, namespace),
    editor: editorOf(settings, tokenOf(name)).env,
    "the workspace": placeVariables(name, namespace),
  };
  return [
    ...bucketSetProblems(buckets, { problems, namespace, serviceAccountAnnotations: {}, variables }, path),
    // Models in buckets set those of the buckets, too.
    ...variablesOfProps(
      variables.filter((each) => !(each.name in bucketSet(buckets, namespace).environment)),
      owners,
      variable,
    ),
  ];
}
