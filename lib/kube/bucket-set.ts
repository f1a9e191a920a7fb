/** Several buckets as all pods of one application take them. */

import type { IDependable } from "constructs";
import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath, show } from "#lib/core/schema";
import type { BucketAccess, IBucket } from "./bucket";
import { type BucketEnvironment, bucketAnnotations, bucketEnvironment, bucketTrust } from "./bucket-clients";
import type { GivenVariable } from "./variable-problems";

/** A bucket, and what clients in a namespace need for it. */
interface Entered {
  readonly bucket: IBucket;
  readonly access: BucketAccess;
}

/** What pods need for their buckets. */
export interface BucketSet {
  readonly entered: readonly Entered[];
  /** Environment variables of SDKs. */
  readonly environment: BucketEnvironment;
  /** Annotations of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
  /** How the CA of their endpoint gets into pods. @default clients trust it anyway */
  readonly trust?: NonNullable<ReturnType<typeof bucketTrust>>;
  /** The pods depend on them. */
  readonly dependencies: readonly IDependable[];
}

/** Buckets opened to a namespace. Variables of SDKs hold one value, so that {@link bucketSetProblems} refuses buckets of which they need two. */
export function bucketSet(buckets: readonly IBucket[], namespace: string): BucketSet {
  const entered = buckets.map((bucket) => ({ bucket, access: bucket.enter(namespace) }));
  const trust = entered.map(({ access }) => bucketTrust(access)).find((one) => one !== undefined);
  return {
    entered,
    environment: Object.assign({}, ...entered.map(environmentOf)) as BucketEnvironment,
    annotations: Object.assign({}, ...entered.map(({ access }) => bucketAnnotations(access))) as Record<string, string>,
    ...(trust && { trust }),
    dependencies: entered.map(({ access }) => access.dependency),
  };
}

function environmentOf({ bucket, access }: Entered): BucketEnvironment {
  return bucketEnvironment(bucket.location, access, bucketTrust(access)?.file);
}

/** Whose buckets they are. */
export interface BucketUser {
  /** Ids of the problems, at the path of each. */
  readonly problems: Readonly<Record<"differ" | "identityTwice" | "variable", (path: string) => ProblemPlace>>;
  readonly namespace: string;
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
  /** Environment variables that the user sets, and their paths. */
  readonly variables: readonly GivenVariable[];
  /** Path of each bucket. @default its index below `buckets` */
  readonly pathOf?: (index: number) => string;
}

/** Problems of the buckets of one application; `path` is that of its props. */
export function bucketSetProblems(buckets: readonly IBucket[], user: BucketUser, path: string): Problem[] {
  const { entered, environment } = bucketSet(buckets, user.namespace);
  const { pathOf = (index) => joinPath(`${path}.buckets`, [index]) } = user;
  return [
    ...entered.flatMap((each, index) => differing(each, entered.slice(0, index), user, pathOf(index))),
    ...entered.flatMap((each) => identityTwice(each, user, path)),
    ...user.variables.filter(({ name }) => name in environment).map(({ name, path: at }) => variableOfBucket(name, user, at)),
  ];
}

/** One variable cannot hold the endpoints or keys of two stores. */
function differing(each: Entered, former: readonly Entered[], { problems }: BucketUser, path: string): Problem[] {
  const own = { ...environmentOf(each), ...bucketAnnotations(each.access) };
  const other = former.find((one) => {
    const theirs: BucketEnvironment = { ...environmentOf(one), ...bucketAnnotations(one.access) };
    const names = [...Object.keys(own), ...Object.keys(theirs)].filter((name) => name in own && name in theirs);
    const differs = names.some((name) => text(own[name]) !== text(theirs[name])) || isCustom(own) !== isCustom(theirs);
    return one.bucket.location.api === each.bucket.location.api && differs;
  });
  if (!other) return [];
  return [
    {
      ...problems.differ(path),
      got: `bucket ${each.bucket.name}, whose endpoint or credentials are not those of ${other.bucket.name}`,
      allowed: "buckets of one store, with the same credentials",
      fix: "use the same store and credentials, or remove one of the two",
    },
  ];
}

function isCustom(environment: BucketEnvironment): boolean {
  return "AWS_ENDPOINT_URL_S3" in environment;
}

function text(value: BucketEnvironment[string] | undefined): string {
  return typeof value === "object" ? `${value.name}/${value.key}` : `${value}`;
}

/** A ServiceAccount has one identity. */
function identityTwice({ bucket, access }: Entered, { problems, serviceAccountAnnotations: own }: BucketUser, path: string): Problem[] {
  return Object.entries(bucketAnnotations(access))
    .filter(([key, value]) => own[key] !== undefined && own[key] !== value)
    .map(([key, value]) => ({
      ...problems.identityTwice(joinPath(`${path}.serviceAccountAnnotations`, [key])),
      got: show(own[key]),
      allowed: `${show(value)}, which the bucket ${bucket.name} says`,
      fix: "remove the annotation, or use the same identity for the bucket",
    }));
}

function variableOfBucket(name: string, { problems }: BucketUser, path: string): Problem {
  return {
    ...problems.variable(path),
    got: `the variable ${name}, which a bucket sets`,
    allowed: "other variables",
    fix: "remove it, or remove the bucket from buckets",
  };
}
