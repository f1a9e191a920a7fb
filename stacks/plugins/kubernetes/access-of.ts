/** The cluster that a provider configuration points at. */

import { existsSync } from "node:fs";
import type { ClusterAccess } from "#stacks/cluster/access";
import { type KubeconfigChoice, loadKubeconfig, parseKubeconfig } from "#stacks/cluster/kubeconfig";

/** Access by the text of a kubeconfig, or the path of one; empty: the usual places. */
export function accessOf(kubeconfig: string, choice: KubeconfigChoice): ClusterAccess {
  if (kubeconfig === "") return loadKubeconfig(undefined, choice);
  return isKubeconfigPath(kubeconfig) ? loadKubeconfig(kubeconfig.trim(), choice) : parseKubeconfig(kubeconfig, choice);
}

/** Contents or a path, as pulumi-kubernetes takes it: a text of one line that is a file's name is a path. */
export function isKubeconfigPath(kubeconfig: string): boolean {
  const line = kubeconfig.trim();
  return !line.includes("\n") && (line.startsWith("~/") || existsSync(line));
}
