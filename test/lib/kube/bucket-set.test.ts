/** Several buckets in the pods of one application. */

import { secretRef } from "#lib/core/secret-ref";
import { bucketSet, bucketSetProblems } from "#lib/kube/bucket-set";
import { bucketWith } from "../../fixtures/bucket";

const problems = {
  differ: (path: string) => ({ id: "any.buckets-differ", path }),
  identityTwice: (path: string) => ({ id: "any.identity-twice", path }),
  variable: (path: string) => ({ id: "any.variable-of-bucket", path }),
};
const user = { problems, namespace: "ns", serviceAccountAnnotations: {}, variables: [] } as const;
const idsOf = (...args: Parameters<typeof bucketSetProblems>) => bucketSetProblems(...args).map(({ id, path }) => ({ id, path }));
const identity = { credentials: { type: "identity", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/data" } } } as const;

test("buckets of one store share their variables, and are dependencies of the pods", () => {
  const set = bucketSet([bucketWith("raw"), bucketWith("clean")], "ns");

  expect(set.environment).toMatchObject({ AWS_ENDPOINT_URL_S3: "http://s3.data:8333", AWS_ACCESS_KEY_ID: secretRef("keys", "id") });
  expect(set.dependencies).toHaveLength(2);
  expect(idsOf([bucketWith("raw"), bucketWith("clean")], user, "x")).toEqual([]);
});

test.each([
  ["another endpoint", { location: { endpoint: "http://other.data:8333" } }],
  ["no endpoint", { location: { endpoint: undefined } }],
  [
    "other keys",
    { access: { credentials: { type: "access-key" as const, accessKeyId: secretRef("a", "id"), secretAccessKey: secretRef("a", "key") } } },
  ],
])("a second bucket with %s is refused: a variable holds one value", (_what, other) => {
  expect(idsOf([bucketWith("raw"), bucketWith("clean", other)], user, "x")).toEqual([{ id: "any.buckets-differ", path: "x.buckets[1]" }]);
});

test("buckets of different clouds live side by side", () => {
  const gcs = bucketWith("clean", { location: { api: "gcs" }, access: { credentials: { type: "public" } } });

  expect(idsOf([bucketWith("raw"), gcs], user, "x")).toEqual([]);
});

test("an identity of the bucket is that of the account, and a second one is refused", () => {
  const bucket = bucketWith("raw", { access: identity });
  const own = { ...user, serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/other" } };

  expect(bucketSet([bucket], "ns").annotations).toEqual(identity.credentials.annotations);
  expect(idsOf([bucket], own, "x").map(({ id }) => id)).toEqual(["any.identity-twice"]);
});

test("variables of a bucket are its own", () => {
  const variables = [
    { name: "AWS_REGION", path: "x.env.AWS_REGION" },
    { name: "MODE", path: "x.env.MODE" },
  ];

  expect(idsOf([bucketWith("raw")], { ...user, variables }, "x")).toEqual([{ id: "any.variable-of-bucket", path: "x.env.AWS_REGION" }]);
});
