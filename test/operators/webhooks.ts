/** Webhooks of an operator that runs as a plain process: its configurations call a port of this machine. */

import { KeyObject, webcrypto } from "node:crypto";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { isJsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Where an operator serves its webhooks. */
export interface WebhookServer {
  readonly port: number;
  /** Folder with `tls.crt` and `tls.key`. */
  readonly certificates: string;
  /** Contents of the Secret that an operator keeps them in. */
  readonly secret: Readonly<Record<"ca.crt" | "ca.key" | "tls.crt" | "tls.key", string>>;
}

/**
 * A certificate for this machine and for the Service of the chart, and a free port. The CA has its own name among the alternative names, and keys are RSA in
 * PKCS #1: Kueue renews any other CA, and both operators read no other key.
 */
export async function webhookServer(
  folder: string,
  { service, authority }: { readonly service: string; readonly authority: string },
): Promise<WebhookServer> {
  const root = await webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
  const leaf = await webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${authority}`,
    keys: root,
    signingAlgorithm: RSA,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new SubjectAlternativeNameExtension([{ type: "dns", value: authority }]),
    ],
  });
  const names = [{ type: "dns", value: service } as const, { type: "ip", value: "127.0.0.1" } as const];
  const server = await X509CertificateGenerator.create({
    subject: `CN=${service}`,
    issuer: `CN=${authority}`,
    publicKey: leaf.publicKey,
    signingKey: root.privateKey,
    signingAlgorithm: RSA,
    extensions: [new SubjectAlternativeNameExtension(names), new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth])],
  });
  const secret = {
    "ca.crt": ca.toString("pem"),
    "ca.key": pemOf(root.privateKey),
    "tls.crt": server.toString("pem"),
    "tls.key": pemOf(leaf.privateKey),
  };
  const certificates = join(folder, `certificates-${service}`);
  mkdirSync(certificates, { recursive: true });
  for (const [name, pem] of Object.entries(secret)) writeFileSync(join(certificates, name), pem);
  return { port: await freePort(), certificates, secret };
}

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) } as const;

function pemOf(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs1", format: "pem" }).toString();
}

/** Variables of an operator that takes no folder of certificates: controller-runtime looks for them in the folder for temporary files. */
export function temporaryCertificates({ certificates }: Pick<WebhookServer, "certificates">): Record<string, string> {
  const served = join(certificates, "k8s-webhook-server/serving-certs");
  mkdirSync(served, { recursive: true });
  for (const file of ["tls.crt", "tls.key"]) copyFileSync(join(certificates, file), join(served, file));
  return { TMPDIR: certificates };
}

/** A free port of this machine. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Webhook configurations and CRDs with the Services in them replaced by this machine's port. */
export function calledLocally(objects: readonly KubeObject[], { port, secret }: WebhookServer): KubeObject[] {
  const caBundle = Buffer.from(secret["ca.crt"]).toString("base64");
  const text = JSON.stringify(objects, (key, value: unknown) => {
    const service = key === "clientConfig" && isJsonObject(value) ? value["service"] : undefined;
    return isJsonObject(service) ? { url: `https://127.0.0.1:${port}${String(service["path"] ?? "/")}`, caBundle } : value;
  });
  return JSON.parse(text) as KubeObject[];
}
