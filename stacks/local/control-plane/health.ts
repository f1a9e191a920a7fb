/** Whether a program of the control plane answers that it is well. */

import { get } from "node:http";
import { Api } from "./api";
import { clientCredentials } from "./credentials";
import type { ControlPlanePart, Instance, Ports } from "./instance";

/** Does the program say that it is ready? */
export async function isReady(instance: Instance, part: ControlPlanePart, ports: Ports): Promise<boolean> {
  if (part === "kwok") return answersOk(ports.kwok);
  const api = new Api(ports[part], clientCredentials(instance, part === "etcd" ? "etcd-client" : "admin"));
  try {
    return (await api.call({ method: "GET", path: HEALTH_PATHS[part] })).status === 200;
  } catch {
    return false;
  } finally {
    api.close();
  }
}

const HEALTH_PATHS = {
  etcd: "/health",
  "kube-apiserver": "/readyz",
  "kube-controller-manager": "/healthz",
  "kube-scheduler": "/healthz",
} as const;

function answersOk(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/healthz", timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
