/** Access of our own code to an instance's API server. */

import type { ClusterAccess } from "#stacks/cluster/access";
import { clientCredentials } from "./credentials";
import type { Instance, Ports } from "./instance";

/** Address of the API server. */
export function serverUrl(ports: Ports): string {
  return `https://127.0.0.1:${ports["kube-apiserver"]}`;
}

/** Access with all permissions, as in the instance's kubeconfig. */
export function adminAccess(instance: Instance, ports: Ports): ClusterAccess {
  const { authority, certificate, key } = clientCredentials(instance, "admin");
  return {
    context: instance.name,
    server: serverUrl(ports),
    namespace: "default",
    tls: { ca: authority, cert: certificate, key, insecure: false },
    credentials: { type: "none" },
  };
}
