/** X.509 certificates (RFC 5280) of the local control plane: a root, servers, clients; all keys on P-256. */

import { generateKeyPairSync, KeyObject, webcrypto } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Extension, JsonName } from "@peculiar/x509";

/** A certificate with its key, both PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

/** The subject of a certificate: Kubernetes reads the user from `CN` and the group from `O`. */
export interface Subject {
  readonly commonName: string;
  /** @default none */
  readonly organization?: string;
}

/** A certificate authority. */
export class Authority implements CertifiedKey {
  private constructor(
    private readonly subject: Subject,
    private readonly keys: webcrypto.CryptoKeyPair,
    /** The root certificate, PEM. */
    public readonly certificate: string,
  ) {}

  /** Creates an authority. */
  public static async create(commonName: string): Promise<Authority> {
    const { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator } =
      x509();
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: nameOf({ commonName }),
      ...validity(),
      keys,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority({ commonName }, keys, `${certificate.toString("pem")}\n`);
  }

  /** The root's private key, PEM. */
  public get key(): string {
    return exportKey(this.keys.privateKey);
  }

  /** A server certificate for these host names and IPv4 addresses; it is valid for clients too. */
  public server(commonName: string, hosts: readonly string[]): Promise<CertifiedKey> {
    const { ExtendedKeyUsage, SubjectAlternativeNameExtension } = x509();
    const names = hosts.map((value) => ({ type: isIPv4(value) ? ("ip" as const) : ("dns" as const), value }));
    return this.leaf(
      { commonName },
      [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth],
      [new SubjectAlternativeNameExtension(names)],
    );
  }

  /** A client certificate. */
  public client(subject: Subject): Promise<CertifiedKey> {
    return this.leaf(subject, [x509().ExtendedKeyUsage.clientAuth], []);
  }

  private async leaf(subject: Subject, usages: string[], more: readonly Extension[]): Promise<CertifiedKey> {
    const library = x509();
    const keys = await newKeys();
    const certificate = await library.X509CertificateGenerator.create({
      subject: nameOf(subject),
      issuer: nameOf(this.subject),
      ...validity(),
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new library.BasicConstraintsExtension(false, undefined, true),
        new library.KeyUsagesExtension(library.KeyUsageFlags.digitalSignature, true),
        new library.ExtendedKeyUsageExtension(usages),
        await library.AuthorityKeyIdentifierExtension.create(this.keys.publicKey),
        ...more,
      ],
    });
    return { certificate: `${certificate.toString("pem")}\n`, key: exportKey(keys.privateKey) };
  }
}

/** A key pair for service account tokens: the private key for the issuer, the public key for verifiers. */
export function signingKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync("ec", {
    namedCurve: KEY.namedCurve,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

const KEY = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

/** Backdated by a day, so that it stays valid if a clock is set back. */
const BACKDATED_MS = 86_400_000;
const VALID_YEARS = 10;

/** Loaded on demand: it takes 0.1 s, and an instance creates its certificates once. */
function x509(): typeof import("@peculiar/x509") {
  return require("@peculiar/x509");
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = new Date(Date.now() - BACKDATED_MS);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + VALID_YEARS);
  return { notBefore, notAfter };
}

function nameOf({ commonName, organization }: Subject): JsonName {
  return [...(organization === undefined ? [] : [{ O: [organization] }]), { CN: [commonName] }];
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
}

function exportKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
}
