/** Who a program of a pod is for the API server: the token of the pod's account, with the roles of a release and no others. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "#lib/core/json";
import type { RealOperator } from "./real-operator";

/** An account of a namespace. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** Path of a kubeconfig with the token of an account. */
export async function accountConfig(operators: RealOperator, account: Account): Promise<string> {
  const { name } = account;
  const { token, authority } = await accountToken(operators, account);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: operators.server(), "certificate-authority-data": Buffer.from(authority).toString("base64") } }],
    users: [{ name, user: { token } }],
  };
  const path = join(operators.folder, `${name}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Folder with the files that Kubernetes mounts into the pods of an account. */
export async function accountFolder(operators: RealOperator, account: Account): Promise<string> {
  const { token, authority } = await accountToken(operators, account);
  const folder = join(operators.folder, `account-${account.name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "token"), token);
  writeFileSync(join(folder, "ca.crt"), authority);
  return folder;
}

async function accountToken(operators: RealOperator, { name, namespace }: Account) {
  const metadata = { name: `${name}-token`, namespace, annotations: { "kubernetes.io/service-account.name": name } };
  const secret = { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/service-account-token" };
  await operators.client().apply(secret, { fieldManager: "test" });
  const live = await operators.until(secret, (seen) => valueAt(seen, ["data", "token"]) !== undefined);
  const read = (key: string) => Buffer.from(String(valueAt(live, ["data", key])), "base64").toString();
  return { token: read("token"), authority: read("ca.crt") };
}
