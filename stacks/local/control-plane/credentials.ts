/** Certificates, keys and kubeconfigs of an instance, created once and kept for its lifetime. */

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readIfThere, writePrivate } from "../files";
import { Authority, type CertifiedKey, type Subject, signingKeys } from "./certificate";
import type { Instance } from "./instance";

/** Address of the `kubernetes` Service: the first one of the service range. */
const SERVICE_ADDRESS = "10.98.0.1";

const SERVER_HOSTS = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
  "127.0.0.1",
  SERVICE_ADDRESS,
];

/** Users of the API server. The two Kubernetes programs use the names that the built-in roles are bound to. */
const CLIENTS = {
  admin: { commonName: "kubernetes-admin", organization: "system:masters" },
  "kube-controller-manager": { commonName: "system:kube-controller-manager" },
  "kube-scheduler": { commonName: "system:kube-scheduler" },
  kwok: { commonName: "kwok", organization: "system:masters" },
} as const satisfies Record<string, Subject>;

/** A client of the API server. */
export type ClientName = keyof typeof CLIENTS;

/** Credentials of a client, all PEM. */
export interface ClientCredentials extends CertifiedKey {
  readonly authority: string;
}

/** Creates the instance's certificates and keys, all or none, unless they exist. */
export async function ensureCredentials(instance: Instance): Promise<void> {
  if (existsSync(instance.certs)) return;
  const draft = `${instance.certs}.tmp`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const authority = await Authority.create(`beamstack-iac ${instance.name}`);
  writePair(draft, "ca", authority);
  writePair(draft, "server", await authority.server("kube-apiserver", SERVER_HOSTS));
  writePair(draft, "etcd-client", await authority.client({ commonName: "kube-apiserver-etcd-client" }));
  for (const [name, subject] of Object.entries(CLIENTS)) writePair(draft, name, await authority.client(subject));
  const signing = signingKeys();
  writePrivate(join(draft, "service-account.key"), signing.privateKey);
  writePrivate(join(draft, "service-account.pub"), signing.publicKey);
  renameSync(draft, instance.certs);
}

/** The credentials of a client of this instance. */
export function clientCredentials(instance: Instance, client: ClientName | "etcd-client"): ClientCredentials {
  const read = (file: string): string => readIfThere(join(instance.certs, file)) ?? "";
  return { authority: read("ca.crt"), certificate: read(`${client}.crt`), key: read(`${client}.key`) };
}

/** Path of the kubeconfig of one of the instance's own programs. */
export function programKubeconfig(instance: Instance, client: Exclude<ClientName, "admin">): string {
  return join(instance.certs, `${client}.kubeconfig`);
}

/** Writes the kubeconfigs: the user's own, and one for each program that is a client. */
export function writeKubeconfigs(instance: Instance, server: string): void {
  write(instance.kubeconfig, kubeconfig(instance, "admin", server));
  for (const client of ["kube-controller-manager", "kube-scheduler", "kwok"] as const)
    write(programKubeconfig(instance, client), kubeconfig(instance, client, server));
}

function kubeconfig(instance: Instance, client: ClientName, server: string): string {
  const { authority, certificate, key } = clientCredentials(instance, client);
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const context = `beamstack-iac-${instance.name}`;
  return `apiVersion: v1
kind: Config
current-context: ${context}
clusters:
  - name: ${context}
    cluster:
      server: ${server}
      certificate-authority-data: ${base64(authority)}
users:
  - name: ${context}
    user:
      client-certificate-data: ${base64(certificate)}
      client-key-data: ${base64(key)}
contexts:
  - name: ${context}
    context:
      cluster: ${context}
      user: ${context}
`;
}

function write(path: string, text: string): void {
  if (readIfThere(path) !== text) writePrivate(path, text);
}

function writePair(folder: string, name: string, pair: CertifiedKey): void {
  writePrivate(join(folder, `${name}.crt`), pair.certificate);
  writePrivate(join(folder, `${name}.key`), pair.key);
}
