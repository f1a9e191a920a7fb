/** Which cluster an environment means, in the words of a kubeconfig. */

import { resolve } from "node:path";
import type { Core } from "#lib/environment/spec";
import { inClusterKubeconfig } from "../cluster/in-cluster";
import { instanceNamed } from "../local/control-plane/instance";
import { projectOf } from "../project";

/** A context of a kubeconfig. */
export interface ClusterChoice {
  /** Path of the kubeconfig, or its text as JSON. @default the files in KUBECONFIG, else the one in the home directory */
  readonly kubeconfig?: string;
  /** Name of the context. @default the kubeconfig's current one */
  readonly context?: string;
  /** How people call it. */
  readonly title: string;
  /**
   * What tells this cluster from others for the provider.
   *
   * @default address and certificate authority: another name of the context changes nothing
   */
  readonly identifier?: string;
  /** Time for its first answer, in milliseconds. @default six seconds */
  readonly answerMs?: number;
}

/** A control plane whose processes run is not away: the machine is busy, or was suspended. */
const EMBEDDED_ANSWER_MS = 60_000;

/** The cluster of an environment; an embedded one has its environment's name. @throws KubeconfigError for that of a pod outside of one */
export function clusterOf(environment: Pick<Core, "name" | "cluster">): ClusterChoice {
  const { cluster, name } = environment;
  if (cluster.type === "context")
    return { kubeconfig: inProject(cluster.kubeconfig), context: cluster.context, title: `of context ${cluster.context}` };
  // The provider would take a kubeconfig in the home directory before the pod's account.
  if (cluster.type === "in-cluster") return { kubeconfig: inClusterKubeconfig(), title: "of this pod" };
  // Each start may have other ports.
  const identifier = `embedded/${name}`;
  return { kubeconfig: instanceNamed(name).kubeconfig, title: identifier, identifier, answerMs: EMBEDDED_ANSWER_MS };
}

/** The command, the program and the provider run in different folders. */
function inProject(kubeconfig: string | undefined): string | undefined {
  return kubeconfig === undefined || kubeconfig.startsWith("~/") ? kubeconfig : resolve(projectOf().root, kubeconfig);
}
