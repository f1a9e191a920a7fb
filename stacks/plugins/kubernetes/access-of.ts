/** The cluster that a provider configuration points at. */

import { existsSync } from "node:fs";
import type { ClusterAccess } from "#stacks/cluster/access";
import { type KubeconfigChoice, loadKubeconfig, parseKubeconfig } from "#stacks/cluster/kubeconfig";

/** Access by the text of a kubeconfig, or the path of one; empty: the usual places. */
export function accessOf(kubeconfig: string, choice: KubeconfigChoice): ClusterAccess {
  if (kubeconfig === "") return loadKubeconfig(undefined, choice);
  // Contents or a path, as pulumi-kubernetes takes it: a text of one line that is a file's name is a path.
  const isPath = !kubeconfig.trim().includes("\n") && (kubeconfig.startsWith("~/") || existsSync(kubeconfig.trim()));
  return isPath ? loadKubeconfig(kubeconfig.trim(), choice) : parseKubeconfig(kubeconfig, choice);
}
