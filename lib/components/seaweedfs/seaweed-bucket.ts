/** A bucket of a SeaweedFS cluster, with an identity of its own and an access key in the namespace of each client. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketAsk, BucketFlow, BucketLocation, IBucket, IObjectStore } from "#lib/kube/bucket";
import { setOwner } from "#lib/kube/ownership";
import { seaweedfsPin } from "./pin";

const API_VERSION = "seaweed.seaweedfs.com/v1";

/** Keys of the Secrets that the operator writes. Source: api/v1/s3credentials_types.go. */
const ACCESS_KEY = "accessKey";
const SECRET_KEY = "secretKey";

/** The cluster of a bucket. */
interface BucketStore extends IObjectStore {
  readonly namespace: string;
  readonly flows: readonly BucketFlow[];
  readonly ca?: SecretRef;
}

/** Props of a {@link SeaweedBucket}. */
export interface SeaweedBucketProps {
  readonly ask: BucketAsk;
  readonly store: BucketStore;
  readonly location: BucketLocation;
}

/** A bucket. It stays in the store when its object is deleted, and is taken over by an object of the same name. */
export class SeaweedBucket extends Construct implements IBucket {
  public readonly name: string;
  public readonly location: BucketLocation;
  public readonly flows: readonly BucketFlow[];
  private readonly store: BucketStore;
  private readonly resource: ApiObject;
  private readonly clients = new Map<string, BucketAccess>();

  public constructor(scope: Construct, id: string, { ask, store, location }: SeaweedBucketProps) {
    super(scope, id);
    setOwner(this, seaweedfsPin.name);
    this.name = ask.name;
    this.location = location;
    this.flows = store.flows;
    this.store = store;
    const identity = this.add("Identity", "S3Identity", store.namespace, {
      spec: { seaweedRef: { name: store.name }, account: { displayName: `bucket ${ask.name}` } },
    });
    this.resource = this.add("Resource", "Bucket", store.namespace, { spec: bucketSpec(ask, store) });
    this.resource.node.addDependency(identity);
    identity.node.addDependency(store);
  }

  public enter(namespace: string): BucketAccess {
    const known = this.clients.get(namespace);
    if (known) return known;
    const made = this.addClient(namespace);
    this.clients.set(namespace, made);
    return made;
  }

  /** The operator creates a Secret in the namespace of its S3Credentials only, and lets these refer to a cluster elsewhere if a grant says so. */
  private addClient(namespace: string): BucketAccess {
    const { store, name } = this;
    const secret = `bucket-${name}`;
    const credentials = this.add(
      `Credentials-${namespace}`,
      "S3Credentials",
      namespace,
      {
        spec: {
          seaweedRef: { name: store.name, namespace: store.namespace },
          identityRef: { name },
          secretRef: { name: secret, accessKeyField: ACCESS_KEY, secretKeyField: SECRET_KEY },
        },
      },
      secret,
    );
    credentials.node.addDependency(this.resource);
    if (namespace !== store.namespace) credentials.node.addDependency(this.addGrant(namespace));
    return {
      credentials: { type: "access-key", accessKeyId: secretRef(secret, ACCESS_KEY), secretAccessKey: secretRef(secret, SECRET_KEY) },
      ...(store.ca && { ca: store.ca }),
      dependency: credentials,
    };
  }

  private addGrant(namespace: string): ApiObject {
    const { store, name } = this;
    const group = "seaweed.seaweedfs.com";
    return this.add(
      `Grant-${namespace}`,
      "ResourceReferenceGrant",
      store.namespace,
      {
        spec: { from: [{ group, kind: "S3Credentials", namespace }], to: [{ group, kind: "Seaweed", name: store.name }] },
      },
      `${name}.${namespace}`,
    );
  }

  private add(id: string, kind: string, namespace: string, body: JsonObject, name = this.name): ApiObject {
    return new ApiObject(this, id, { apiVersion: API_VERSION, kind, metadata: { name, namespace }, ...body });
  }
}

function bucketSpec({ name, bucket, quota, versioning }: BucketAsk, store: BucketStore): JsonObject {
  return {
    name: bucket,
    clusterRef: { name: store.name },
    reclaimPolicy: "Retain",
    // What an earlier run left behind holds the data of this bucket.
    adoptExisting: true,
    versioning: versioning ? "Enabled" : "Off",
    access: [{ user: name, actions: ["Read", "Write", "List", "Tagging"] }],
    ...(quota && { quota: { size: `${quota}`, enforce: true } }),
  };
}
