/** The cluster that this process runs in: a pod's service account, as client-go 0.34 finds it (`rest.InClusterConfig`). */

import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { KubeconfigError } from "./access";

/** Where the kubelet puts what a pod's service account has. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Name of the context. */
const IN_CLUSTER = "in-cluster";

/**
 * A kubeconfig for the cluster around this pod. It names files and has no secret: the token is read from its file, which the
 * kubelet rotates.
 *
 * @param folder with `token`, `ca.crt` and `namespace`; replaced in tests
 * @throws KubeconfigError where this is no pod with a service account
 */
export function inClusterKubeconfig(folder: string = SERVICE_ACCOUNT, env: NodeJS.ProcessEnv = process.env): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) {
    throw new KubeconfigError(
      "this process runs in no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; choose a cluster of type context",
    );
  }
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": IN_CLUSTER,
    clusters: [{ name: IN_CLUSTER, cluster: { server, "certificate-authority": join(folder, "ca.crt") } }],
    users: [{ name: IN_CLUSTER, user: { tokenFile: join(folder, "token") } }],
    contexts: [
      { name: IN_CLUSTER, context: { cluster: IN_CLUSTER, user: IN_CLUSTER, namespace: env["POD_NAMESPACE"] || namespaceIn(folder) } },
    ],
  });
}

function namespaceIn(folder: string): string {
  try {
    return readFileSync(join(folder, "namespace"), "utf8").trim();
  } catch {
    return "";
  }
}
