/** Rules on the props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { nameProblems } from "#lib/kube/name-problems";
import type { KubeflowModelRegistrySettings } from "./schema";

/** Deployment `<name>-ui` is a label of 63; a Service starts with a letter. */
const NAME = { thing: "server", most: 40 };

/** Problems of a server; `path` is its path in the file. */
export function serverProblems(name: string, { ui }: KubeflowModelRegistrySettings, path: string): Problem[] {
  return [...nameProblems(name, NAME, { id: "kubeflow-model-registry.server-name", path }), ...(ui ? nobody(ui, `${path}.ui`) : [])];
}

/** The UI asks Kubernetes whether the user may read Services of the namespace. Source: clients/ui/bff, middleware.go. */
function nobody({ users, groups }: NonNullable<KubeflowModelRegistrySettings["ui"]>, path: string): Problem[] {
  if (users.length + groups.length > 0) return [];
  return [
    {
      id: "kubeflow-model-registry.ui-for-nobody",
      path,
      got: "a UI without users and groups",
      allowed: "at least one: it shows nothing to anybody else",
      fix: "list users or groups, or remove ui",
    },
  ];
}
