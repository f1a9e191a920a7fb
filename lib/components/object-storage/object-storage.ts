/** A bucket outside of the cluster: that of a cloud, or of another store with the S3 API. */

import { Construct } from "constructs";
import type { BucketAccess, BucketCredentials, BucketFlow, BucketLocation, IBucket } from "#lib/kube/bucket";
import { CLOUD_IDENTITY, endOfHost, OUTSIDE } from "#lib/kube/network";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { bucketProblems, clientProblems } from "./checks";
import { objectStoragePin } from "./pin";
import { type ExternalBucketProps, type ExternalBucketSettings, externalBucketSchema } from "./schema";

/** Name of a bucket in the environment. */
export interface BucketPlace {
  readonly name: string;
}

/** A bucket outside of the cluster. It creates no objects: they belong to its clients. */
export class ExternalBucket extends Construct implements IBucket {
  public readonly name: string;
  public readonly location: BucketLocation;
  public readonly flows: readonly BucketFlow[];
  private readonly settings: ExternalBucketSettings;
  private readonly clients = new Set<string>();

  public constructor(scope: Construct, id: string, props: ExternalBucketProps & BucketPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, objectStoragePin.name);
    this.settings = settingsOf(this, externalBucketSchema, own as ExternalBucketProps, { checks: bucketProblems });
    this.name = name;
    this.location = locationOf(this.settings);
    this.flows = flowsOf(this.settings);
  }

  /** Does anything use the bucket? */
  public get used(): boolean {
    return this.clients.size > 0;
  }

  public enter(namespace: string): BucketAccess {
    if (!this.clients.has(namespace)) {
      this.clients.add(namespace);
      const place = { id: "object-storage.client-without-secrets", path: `${ownerOf(this).source}.namespaces` };
      addProblems(this, clientProblems(this.settings, namespace, place));
    }
    const ca = this.settings.type === "s3-compatible" ? this.settings.ca : undefined;
    return { credentials: credentialsOf(this.settings), ...(ca && { ca }), dependency: this };
  }
}

function locationOf(settings: ExternalBucketSettings): BucketLocation {
  const prefix = settings.prefix === undefined ? {} : { prefix: settings.prefix };
  switch (settings.type) {
    case "s3":
      return { api: "s3", bucket: settings.bucket, ...prefix, region: settings.region, pathStyle: false };
    case "s3-compatible": {
      const { bucket, region, endpoint, pathStyle } = settings;
      return { api: "s3", bucket, ...prefix, region, endpoint, pathStyle };
    }
    case "gcs":
      return { api: "gcs", bucket: settings.bucket, ...prefix };
    case "azure-blob":
      return { api: "azure", account: settings.account, bucket: settings.container, ...prefix };
  }
}

/** Sources of the annotations: EKS, "IAM roles for service accounts"; GKE, "Workload Identity Federation"; Azure Workload Identity. */
function credentialsOf(settings: ExternalBucketSettings): BucketCredentials {
  switch (settings.type) {
    case "s3":
      return { type: "identity", annotations: settings.role === undefined ? {} : { "eks.amazonaws.com/role-arn": settings.role } };
    case "gcs": {
      const { serviceAccount } = settings;
      return { type: "identity", annotations: serviceAccount === undefined ? {} : { "iam.gke.io/gcp-service-account": serviceAccount } };
    }
    case "azure-blob": {
      const { credentials } = settings;
      if (credentials.type === "account-key") return credentials;
      return { type: "identity", annotations: { "azure.workload.identity/client-id": credentials.clientId } };
    }
    case "s3-compatible":
      return settings.credentials;
  }
}

/** Buckets of clouds are reached over HTTPS, as are the services that turn the token of a ServiceAccount into credentials. */
function flowsOf(settings: ExternalBucketSettings): BucketFlow[] {
  const https = { name: "store", to: OUTSIDE, ports: [{ port: 443 }] };
  switch (settings.type) {
    case "s3":
      return [https, { name: "identity", ...CLOUD_IDENTITY.aws }];
    case "gcs":
      return [https, { name: "identity", ...CLOUD_IDENTITY.gcp }];
    case "azure-blob":
      return [https];
    case "s3-compatible": {
      const { protocol, hostname, port } = new URL(settings.endpoint);
      const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
      return [{ name: "store", to: endOfHost(hostname), ports: [{ port: number }] }];
    }
  }
}
