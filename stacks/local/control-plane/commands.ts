/** Command lines of the control plane's programs. All listen on loopback only and require client certificates. */

import { join } from "node:path";
import { programKubeconfig } from "./credentials";
import type { ControlPlanePart, Instance, Ports } from "./instance";

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Address of the simulated nodes, and what the API server advertises: Endpoints must not name a loopback address. */
const NODE_ADDRESS = "10.0.0.1";

/** The command lines of all programs of an instance. */
export function commands(
  instance: Instance,
  ports: Ports,
  programs: Readonly<Record<ControlPlanePart, string>>,
): Record<ControlPlanePart, Command> {
  const call = (part: ControlPlanePart, flags: Readonly<Record<string, string>>): Command => ({
    program: programs[part],
    arguments: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
  });
  return {
    etcd: call("etcd", etcd(instance, ports)),
    "kube-apiserver": call("kube-apiserver", apiServer(instance, ports)),
    "kube-controller-manager": call("kube-controller-manager", controllerManager(instance, ports)),
    "kube-scheduler": call("kube-scheduler", scheduler(instance, ports)),
    kwok: call("kwok", {
      kubeconfig: programKubeconfig(instance, "kwok"),
      "manage-all-nodes": "true",
      "enable-crds": "Stage",
      cidr: "10.244.0.1/16",
      "node-ip": NODE_ADDRESS,
      "node-lease-duration-seconds": "40",
      "server-address": `127.0.0.1:${ports.kwok}`,
      // It would log every heartbeat of every node.
      v: "WARN",
    }),
  };
}

function etcd(instance: Instance, ports: Ports): Record<string, string> {
  const client = `https://127.0.0.1:${ports.etcd}`;
  const peer = `https://127.0.0.1:${ports["etcd-peer"]}`;
  return {
    name: "local",
    "data-dir": instance.data,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `local=${peer}`,
    ...mutualTls(instance, ""),
    ...mutualTls(instance, "peer-"),
    "log-level": "warn",
    // A throw-away cluster: speed matters more than surviving a loss of power.
    "unsafe-no-fsync": "true",
  };
}

/** etcd has no other protection: without client certificates every user of this machine could read and write the cluster. */
function mutualTls(instance: Instance, prefix: "" | "peer-"): Record<string, string> {
  return {
    [`${prefix}cert-file`]: join(instance.certs, "server.crt"),
    [`${prefix}key-file`]: join(instance.certs, "server.key"),
    [`${prefix}client-cert-auth`]: "true",
    [`${prefix}trusted-ca-file`]: join(instance.certs, "ca.crt"),
  };
}

function apiServer(instance: Instance, ports: Ports): Record<string, string> {
  const cert = (file: string): string => join(instance.certs, file);
  return {
    "etcd-servers": `https://127.0.0.1:${ports.etcd}`,
    "etcd-cafile": cert("ca.crt"),
    "etcd-certfile": cert("etcd-client.crt"),
    "etcd-keyfile": cert("etcd-client.key"),
    "secure-port": String(ports["kube-apiserver"]),
    "bind-address": "127.0.0.1",
    "advertise-address": NODE_ADDRESS,
    ...serving(instance),
    "client-ca-file": cert("ca.crt"),
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    // A /24 is exhausted by 254 Services.
    "service-cluster-ip-range": "10.98.0.0/16",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-signing-key-file": cert("service-account.key"),
    "service-account-key-file": cert("service-account.pub"),
    "allow-privileged": "true",
    profiling: "false",
  };
}

function controllerManager(instance: Instance, ports: Ports): Record<string, string> {
  const cert = (file: string): string => join(instance.certs, file);
  return {
    ...kubernetesClient(instance, "kube-controller-manager", ports),
    "service-account-private-key-file": cert("service-account.key"),
    "root-ca-file": cert("ca.crt"),
    "cluster-signing-cert-file": cert("ca.crt"),
    "cluster-signing-key-file": cert("ca.key"),
    "use-service-account-credentials": "true",
    // Simulated nodes have no volumes; the controller manager's host-path provisioner still binds claims.
    "enable-hostpath-provisioner": "true",
  };
}

function scheduler(instance: Instance, ports: Ports): Record<string, string> {
  return kubernetesClient(instance, "kube-scheduler", ports);
}

/** Flags of both Kubernetes clients; each runs alone, so no leader election is needed. */
function kubernetesClient(instance: Instance, part: "kube-controller-manager" | "kube-scheduler", ports: Ports): Record<string, string> {
  return {
    kubeconfig: programKubeconfig(instance, part),
    "secure-port": String(ports[part]),
    "bind-address": "127.0.0.1",
    ...serving(instance),
    "leader-elect": "false",
    "kube-api-qps": "200",
    "kube-api-burst": "400",
    profiling: "false",
  };
}

function serving(instance: Instance): Record<string, string> {
  return { "tls-cert-file": join(instance.certs, "server.crt"), "tls-private-key-file": join(instance.certs, "server.key") };
}
