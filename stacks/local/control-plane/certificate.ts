/** X.509 certificates (RFC 5280) of the local control plane: a root, servers, clients; all keys on P-256. */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import { bitString, element, integer, octetString, oid, sequence, setOf, TRUE, time, utf8 } from "./der";

/** A certificate with its key, both PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

/** Who a certificate speaks of: Kubernetes reads the user from `CN` and the group from `O`. */
export interface Subject {
  readonly commonName: string;
  /** @default none */
  readonly organization?: string;
}

/** A root that signs the others. */
export class Authority implements CertifiedKey {
  private constructor(
    private readonly subject: Subject,
    private readonly pair: KeyPair,
    /** The root certificate, PEM. */
    public readonly certificate: string,
  ) {}

  /** A new root. */
  public static create(commonName: string): Authority {
    const subject = { commonName };
    const pair = newKeyPair();
    const extensions = [
      extension(OIDS.basicConstraints, sequence(TRUE), true),
      // Bits 5 and 6: keyCertSign, cRLSign.
      extension(OIDS.keyUsage, bitString(Buffer.from([0b0000_0110]), 1), true),
      extension(OIDS.subjectKeyIdentifier, octetString(keyIdentifier(pair)), false),
    ];
    return new Authority(subject, pair, build({ subject, issuer: subject, subjectPair: pair, issuerPair: pair, extensions }));
  }

  /** The root's private key, PEM. */
  public get key(): string {
    return exportKey(this.pair.privateKey);
  }

  /** A certificate for a server that is reached under these host names and IPv4 addresses; it may act as a client too. */
  public server(commonName: string, hosts: readonly string[]): CertifiedKey {
    const names = hosts.map((host) =>
      isIPv4(host) ? element(0x87, Buffer.from(host.split(".").map(Number))) : element(0x82, Buffer.from(host, "ascii")),
    );
    return this.leaf({ commonName }, [OIDS.serverAuth, OIDS.clientAuth], [extension(OIDS.subjectAltName, sequence(...names), false)]);
  }

  /** A certificate that a client shows. */
  public client(subject: Subject): CertifiedKey {
    return this.leaf(subject, [OIDS.clientAuth], []);
  }

  private leaf(subject: Subject, usages: readonly string[], more: readonly Buffer[]): CertifiedKey {
    const pair = newKeyPair();
    const extensions = [
      extension(OIDS.basicConstraints, sequence(), true),
      // Bit 0: digitalSignature.
      extension(OIDS.keyUsage, bitString(Buffer.from([0b1000_0000]), 7), true),
      extension(OIDS.extendedKeyUsage, sequence(...usages.map(oid)), false),
      extension(OIDS.authorityKeyIdentifier, sequence(element(0x80, keyIdentifier(this.pair))), false),
      ...more,
    ];
    const certificate = build({ subject, issuer: this.subject, subjectPair: pair, issuerPair: this.pair, extensions });
    return { certificate, key: exportKey(pair.privateKey) };
  }
}

/** A key pair that signs service account tokens: the private part as the issuer reads it, the public one as verifiers do. */
export function signingKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = newKeyPair();
  return { privateKey: exportKey(privateKey), publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

const OIDS = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/** Backdated by a day, so that a clock that is set back does not shut its owner out. */
const BACKDATED_MS = 86_400_000;
const VALID_YEARS = 10;

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

interface Content {
  readonly subject: Subject;
  readonly issuer: Subject;
  readonly subjectPair: KeyPair;
  readonly issuerPair: KeyPair;
  readonly extensions: readonly Buffer[];
}

function build(content: Content): string {
  const from = new Date(Date.now() - BACKDATED_MS);
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + VALID_YEARS);
  const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
  const signed = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    name(content.issuer),
    sequence(time(from), time(until)),
    name(content.subject),
    content.subjectPair.publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, sequence(...content.extensions)),
  );
  const signature = sign("sha256", signed, content.issuerPair.privateKey);
  return pem("CERTIFICATE", sequence(signed, algorithm, bitString(signature)));
}

/** 16 random bytes whose first is neither zero nor negative, as DER wants the shortest form. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function name(subject: Subject): Buffer {
  const organization = subject.organization ? [attribute(OIDS.organization, subject.organization)] : [];
  return sequence(...organization, attribute(OIDS.commonName, subject.commonName));
}

function attribute(type: string, value: string): Buffer {
  return setOf(sequence(oid(type), utf8(value)));
}

function extension(type: string, value: Buffer, critical: boolean): Buffer {
  return sequence(oid(type), ...(critical ? [TRUE] : []), octetString(value));
}

function newKeyPair(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** Any unique octets will do (RFC 5280, 4.2.1.2); ours are the start of the public key's SHA-256. */
function keyIdentifier(pair: KeyPair): Buffer {
  return createHash("sha256")
    .update(pair.publicKey.export({ type: "spki", format: "der" }))
    .digest()
    .subarray(0, 20);
}

function exportKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
