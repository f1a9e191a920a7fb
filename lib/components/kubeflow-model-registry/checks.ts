/** Rules on the props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import type { KubeflowModelRegistrySettings } from "./schema";

/** Deployment `<name>-ui` is a label of 63; a Service starts with a letter. */
const NAME = /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/;

/** Problems of a server; `path` is its path in the file. */
export function serverProblems(name: string, { ui }: KubeflowModelRegistrySettings, path: string): Problem[] {
  return [...(NAME.test(name) ? [] : [badName(name, path)]), ...(ui ? nobody(ui, `${path}.ui`) : [])];
}

function badName(name: string, path: string): Problem {
  return {
    id: "kubeflow-model-registry.server-name",
    path,
    got: `the name ${show(name)}`,
    allowed: "1 to 40 of a-z, 0-9 and -, a letter first, no - at the end",
    fix: "rename the server",
  };
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
