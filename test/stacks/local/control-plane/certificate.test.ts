import { createPrivateKey, createPublicKey, createSign, createVerify, X509Certificate } from "node:crypto";
import fc from "fast-check";
import { Authority, signingKeys } from "#stacks/local/control-plane/certificate";
import { integer, oid, time, utf8 } from "#stacks/local/control-plane/der";

const authority = Authority.create("test authority");
const root = new X509Certificate(authority.certificate);

test("the root signs itself and may sign others", () => {
  expect(root.ca).toBe(true);
  expect(root.checkIssued(root)).toBe(true);
  expect(root.verify(root.publicKey)).toBe(true);
  expect(root.checkPrivateKey(createPrivateKey(authority.key))).toBe(true);
});

test("a server's certificate is good for its names and addresses and no others", () => {
  const { certificate, key } = authority.server("kube-apiserver", ["localhost", "127.0.0.1"]);
  const leaf = new X509Certificate(certificate);

  expect(leaf.checkIssued(root) && leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  expect([leaf.checkHost("localhost"), leaf.checkIP("127.0.0.1")]).toEqual(["localhost", "127.0.0.1"]);
  expect([leaf.checkHost("example.com"), leaf.checkIP("127.0.0.2")]).toEqual([undefined, undefined]);
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
});

test("a client's certificate names its user and group", () => {
  const leaf = new X509Certificate(authority.client({ commonName: "kubernetes-admin", organization: "system:masters" }).certificate);

  expect(leaf.subject).toBe("O=system:masters\nCN=kubernetes-admin");
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(leaf.issuer).toBe("CN=test authority");
});

test("certificates hold for ten years from yesterday", () => {
  const [from, until] = [root.validFrom, root.validTo].map((text) => new Date(text));

  expect(from?.getTime()).toBeLessThan(Date.now() - 86_000_000);
  expect(until?.getUTCFullYear()).toBe((from?.getUTCFullYear() ?? 0) + 10);
});

test("two certificates never share a serial number", () => {
  const serials = Array.from({ length: 20 }, () => new X509Certificate(authority.client({ commonName: "a" }).certificate).serialNumber);

  expect(new Set(serials).size).toBe(20);
});

test("service account keys sign and verify", () => {
  const { privateKey, publicKey } = signingKeys();
  const signature = createSign("sha256").update("token").sign(privateKey);

  expect(createVerify("sha256").update("token").verify(createPublicKey(publicKey), signature)).toBe(true);
});

test.each([
  ["2.5.4.3", "0603550403"],
  ["1.2.840.10045.4.3.2", "06082a8648ce3d040302"],
])("the object identifier %s is encoded as X.690 says", (dotted, hex) => {
  expect(oid(dotted).toString("hex")).toBe(hex);
});

test("times change their form in 2050", () => {
  expect(time(new Date("2049-12-31T23:59:59Z")).toString("latin1").slice(2)).toBe("491231235959Z");
  expect(time(new Date("2050-01-01T00:00:00Z")).toString("latin1").slice(2)).toBe("20500101000000Z");
});

test("a high first bit does not make an integer negative", () => {
  expect(integer(Buffer.from([0x80])).toString("hex")).toBe("02020080");
});

test("lengths are encoded in the shortest form", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70_000 }), (length) => {
      const encoded = utf8("x".repeat(length));
      const octets = length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 4;
      expect(encoded).toHaveLength(1 + octets + length);
    }),
    { numRuns: 30 },
  );
});
