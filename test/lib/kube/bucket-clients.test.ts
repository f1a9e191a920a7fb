/** Buckets as their clients take them. */

import { Construct } from "constructs";
import fc from "fast-check";
import { secretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketCredentials, BucketLocation } from "#lib/kube/bucket";
import {
  bucketAnnotations,
  bucketEnvironment,
  bucketFlows,
  bucketHadoop,
  bucketTrust,
  bucketUri,
  bucketUris,
} from "#lib/kube/bucket-clients";
import { OUTSIDE, pods } from "#lib/kube/network";

const dependency = new Construct(undefined as never, "");
const word = fc.stringMatching(/^[a-z0-9]{3,20}$/);
const folder = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const endpoint = fc.constantFrom("http://store.objects.svc:8333", "https://s3.example.com");

const location: fc.Arbitrary<BucketLocation> = fc.oneof(
  fc.record(
    { api: fc.constant("s3" as const), bucket: word, prefix: folder, region: word, endpoint, pathStyle: fc.boolean() },
    { requiredKeys: ["api", "bucket", "region", "pathStyle"] },
  ),
  fc.record({ api: fc.constant("gcs" as const), bucket: word, prefix: folder }, { requiredKeys: ["api", "bucket"] }),
  fc.record(
    { api: fc.constant("azure" as const), account: word, bucket: word, prefix: folder },
    { requiredKeys: ["api", "account", "bucket"] },
  ),
);
const secret = fc.tuple(word, word).map(([name, key]) => secretRef(name, key));
const credentials: fc.Arbitrary<BucketCredentials> = fc.oneof(
  fc.record({
    type: fc.constant("identity" as const),
    annotations: fc.constantFrom<Record<string, string>>({}, { "eks.amazonaws.com/role-arn": "arn" }),
  }),
  fc.record({ type: fc.constant("access-key" as const), accessKeyId: secret, secretAccessKey: secret }),
  fc.record({ type: fc.constant("account-key" as const), accountKey: secret }),
  fc.constant({ type: "public" as const }),
);
const access: fc.Arbitrary<BucketAccess> = fc
  .tuple(credentials, fc.option(secret, { nil: undefined }))
  .map(([each, ca]) => ({ credentials: each, dependency, ...(ca && { ca }) }));

test("URIs of a bucket read back as its bucket and path", () => {
  fc.assert(
    fc.property(location, fc.option(folder, { nil: "" }), (place, below) => {
      const path = [place.prefix, below].filter((part) => part).join("/");

      for (const [scheme, uri] of Object.entries(bucketUris(place, below))) {
        const { protocol, pathname, host, username } = new URL(uri);
        expect({ protocol, path: pathname.slice(1) }).toEqual({ protocol: `${scheme}:`, path });
        expect(place.api === "azure" ? username : host).toBe(place.bucket);
      }
      expect(Object.values(bucketUris(place, below))).toContain(bucketUri(place, below));
    }),
  );
});

test("no value is a secret: keys are references, and properties hold none", () => {
  fc.assert(
    fc.property(location, access, (place, given) => {
      const variables = bucketEnvironment(place, given, "/ca.crt");
      const keys = Object.keys(variables).filter((name) => /KEY/.test(name));

      expect(keys.filter((name) => typeof variables[name] === "string")).toEqual([]);
      for (const [name, value] of Object.entries(bucketHadoop(place, given))) {
        if (name.startsWith("fs.azure.account.key.")) expect(value).toMatch(/^\$\{env\.[A-Z_]+\}$/);
      }
    }),
  );
});

test("SDKs and Hadoop are sent to the same endpoint", () => {
  fc.assert(
    fc.property(location, access, (place, given) => {
      expect(bucketEnvironment(place, given)["AWS_ENDPOINT_URL_S3"]).toBe(bucketHadoop(place, given)["fs.s3a.endpoint"]);
    }),
  );
});

test("names the CA to SDKs where it is mounted", () => {
  const place = { api: "s3", bucket: "data", region: "eu-central-1", endpoint: "https://s3.example.com", pathStyle: true } as const;
  const given = { credentials: { type: "public" } as const, dependency, ca: secretRef("store-ca", "ca.pem") };

  const trust = bucketTrust(given);

  expect(bucketEnvironment(place, given, trust?.file)).toEqual({
    AWS_REGION: "eu-central-1",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_S3: "https://s3.example.com",
    AWS_CA_BUNDLE: "/etc/beamstack/bucket-ca/ca.crt",
  });
  expect(trust).toMatchObject({ volume: { secret: { secretName: "store-ca", items: [{ key: "ca.pem", path: "ca.crt" }] } } });
  expect(bucketTrust({ credentials: { type: "public" }, dependency })).toBeUndefined();
});

test("gives the provider of web identities by the AWS SDK of the client's Hadoop", () => {
  const place = { api: "s3", bucket: "data", region: "eu-central-1", pathStyle: false } as const;
  const given = { credentials: { type: "identity", annotations: { "eks.amazonaws.com/role-arn": "arn" } }, dependency } as const;

  expect(bucketHadoop(place, given, { awsSdk: 1 })["fs.s3a.aws.credentials.provider"]).toMatch(/^com\.amazonaws\.auth\./);
  expect(bucketHadoop(place, given)["fs.s3a.aws.credentials.provider"]).toMatch(/^software\.amazon\.awssdk\./);
  expect(bucketAnnotations(given)).toEqual({ "eks.amazonaws.com/role-arn": "arn" });
});

test("a flow of a bucket starts at its clients", () => {
  const from = pods("flink", { app: "main" });
  const flows = [{ name: "store", to: OUTSIDE, ports: [{ port: 443 }] }];

  expect(bucketFlows({ name: "state", flows }, "flink.main", from)).toEqual([
    { name: "flink.main-to-bucket.state.store", from, to: OUTSIDE, ports: [{ port: 443 }] },
  ]);
});
