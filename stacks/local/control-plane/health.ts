/** Health checks of the control plane's programs. */

import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getTls } from "node:https";
import { clientCredentials } from "./credentials";
import type { ControlPlanePart, Instance, Ports } from "./instance";

/** Timeout of an answer. */
const TIMEOUT_MS = 3000;

const PATHS: Readonly<Record<ControlPlanePart, string>> = {
  etcd: "/health",
  "kube-apiserver": "/readyz",
  "kube-controller-manager": "/healthz",
  "kube-scheduler": "/healthz",
  kwok: "/healthz",
};

/** Whether the program reports that it is ready. */
export function isReady(instance: Instance, part: ControlPlanePart, ports: Ports): Promise<boolean> {
  const at = { host: "127.0.0.1", port: ports[part], path: PATHS[part], timeout: TIMEOUT_MS };
  return new Promise((resolve) => {
    const answered = (answer: IncomingMessage): void => {
      answer.resume();
      resolve(answer.statusCode === 200);
    };
    const sent =
      part === "kwok"
        ? getPlain({ ...at, agent: false }, answered)
        : getTls({ ...at, agent: false, ...identityFor(instance, part) }, answered);
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(false));
  });
}

function identityFor(instance: Instance, part: ControlPlanePart): { readonly ca: string; readonly cert: string; readonly key: string } {
  const { authority, certificate, key } = clientCredentials(instance, part === "etcd" ? "etcd-client" : "admin");
  return { ca: authority, cert: certificate, key };
}
