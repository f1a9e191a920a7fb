/** Model storage: a folder of a bucket of the environment. */

import { Construct } from "constructs";
import type { BucketAccess, BucketFlow, BucketLocation, IBucket } from "#lib/kube/bucket";
import type { IModelStorage } from "#lib/kube/model-storage";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { readOnlyBucket } from "./checks";
import { modelStoragePin } from "./pin";
import { type ModelStorageProps, modelStorageSchema } from "./schema";

/** Name of a model storage in the environment. */
export interface ModelStoragePlace {
  readonly name: string;
}

/** Model storage. It creates no objects: they belong to its clients. */
export class ModelStorage extends Construct implements IModelStorage {
  public readonly name: string;
  public readonly bucket: IBucket;
  public readonly location: BucketLocation;
  public readonly flows: readonly BucketFlow[];
  private readonly clients = new Set<string>();

  public constructor(scope: Construct, id: string, props: ModelStorageProps & ModelStoragePlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, modelStoragePin.name);
    const { bucket, path } = settingsOf(this, modelStorageSchema, own);
    this.name = name;
    this.bucket = bucket;
    this.location = folderOf(bucket.location, path);
    // A pod that has the bucket, too, has policies of both; their names differ.
    this.flows = bucket.flows.map((flow) => ({ ...flow, name: `models-${flow.name}` }));
  }

  /** Does anything use it? */
  public get used(): boolean {
    return this.clients.size > 0;
  }

  public enter(namespace: string): BucketAccess {
    const access = this.bucket.enter(namespace);
    if (!this.used && access.credentials.type === "public") {
      addProblems(this, [readOnlyBucket(this.bucket.name, `${ownerOf(this).source}.bucket`)]);
    }
    this.clients.add(namespace);
    return access;
  }
}

function folderOf(location: BucketLocation, path: string | undefined): BucketLocation {
  const prefix = [location.prefix, path].filter((part) => part !== undefined).join("/");
  return prefix === "" ? location : { ...location, prefix };
}
