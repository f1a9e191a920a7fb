/** How our own code talks to an instance's API server. */

import type { ClusterAccess } from "#stacks/cluster/access";
import { clientCredentials } from "./credentials";
import type { Instance, Ports } from "./instance";

/** Address of the API server. */
export function serverUrl(ports: Ports): string {
  return `https://127.0.0.1:${ports["kube-apiserver"]}`;
}

/** Access with all rights, as the instance's kubeconfig gives it. */
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
