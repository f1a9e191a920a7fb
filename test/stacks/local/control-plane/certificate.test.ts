import { createPrivateKey, createPublicKey, createSign, createVerify, X509Certificate } from "node:crypto";
import { KeyUsageFlags, KeyUsagesExtension, X509Certificate as Parsed } from "@peculiar/x509";
import { Authority, signingKeys } from "#stacks/local/control-plane/certificate";

let authority: Authority;
let root: X509Certificate;

beforeAll(async () => {
  authority = await Authority.create("test authority");
  root = new X509Certificate(authority.certificate);
});

test("the root signs itself and may sign others", () => {
  expect(root.ca).toBe(true);
  expect(root.checkIssued(root)).toBe(true);
  expect(root.verify(root.publicKey)).toBe(true);
  expect(root.checkPrivateKey(createPrivateKey(authority.key))).toBe(true);
});

test("a server's certificate is good for its names and addresses and no others", async () => {
  const { certificate, key } = await authority.server("kube-apiserver", ["localhost", "127.0.0.1"]);
  const leaf = new X509Certificate(certificate);

  expect(leaf.checkIssued(root) && leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  expect([leaf.checkHost("localhost"), leaf.checkIP("127.0.0.1")]).toEqual(["localhost", "127.0.0.1"]);
  expect([leaf.checkHost("example.com"), leaf.checkIP("127.0.0.2")]).toEqual([undefined, undefined]);
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test("a client's certificate names its user and group", async () => {
  const { certificate } = await authority.client({ commonName: "kubernetes-admin", organization: "system:masters" });
  const leaf = new X509Certificate(certificate);

  expect(leaf.subject).toBe("O=system:masters\nCN=kubernetes-admin");
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(leaf.issuer).toBe("CN=test authority");
});

test("the root may only sign certificates and revocation lists, a leaf may only sign", async () => {
  const leaf = await authority.client({ commonName: "a" });

  const usages = [authority.certificate, leaf.certificate].map((pem) => new Parsed(pem).getExtension(KeyUsagesExtension));

  expect(usages.map((usage) => usage?.usages)).toEqual([KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, KeyUsageFlags.digitalSignature]);
  expect(usages.map((usage) => usage?.critical)).toEqual([true, true]);
});

test("certificates hold for ten years from yesterday", () => {
  const [from, until] = [root.validFrom, root.validTo].map((text) => new Date(text));

  expect(from?.getTime()).toBeLessThan(Date.now() - 86_000_000);
  expect(until?.getUTCFullYear()).toBe((from?.getUTCFullYear() ?? 0) + 10);
});

test("two certificates never share a serial number, and none is negative or longer than 20 bytes", async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => authority.client({ commonName: "a" })));
  const serials = made.map(({ certificate }) => new X509Certificate(certificate).serialNumber);

  expect(new Set(serials).size).toBe(20);
  // RFC 5280, 4.1.2.2.
  expect(serials.filter((serial) => !/^[0-9A-F]{1,40}$/.test(serial) || /^0+$/.test(serial))).toEqual([]);
});

test("service account keys sign and verify", () => {
  const { privateKey, publicKey } = signingKeys();
  const signature = createSign("sha256").update("token").sign(privateKey);

  expect(createVerify("sha256").update("token").verify(createPublicKey(publicKey), signature)).toBe(true);
});
