/** Model storage in the contract suite. It creates no objects, so each has a client. */

import type { Construct } from "constructs";
import { ModelStorage, type ModelStorageProps, modelStoragePin, modelStorageSchema } from "#lib/components/model-storage/index";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { BucketClient } from "../object-storage/client";

const storage = contractEntry<ModelStorageProps>({
  title: "ModelStorage",
  pin: modelStoragePin,
  schema: modelStorageSchema,
  build: (scope: Construct, props) => {
    new BucketClient(scope, "Client", new ModelStorage(scope, "Subject", { ...props, name: "subject" }));
  },
  smallest: { bucket: bucketWith("models") },
  variants: { bucket: { bucket: bucketWith("others") }, path: { path: "team-a" } },
  refused: {
    "spec.wrong-value": { path: "/team-a" },
    "model-storage.read-only-bucket": { bucket: bucketWith("open", { access: { credentials: { type: "public" } } }) },
  },
});

/** What the contract suite tries. */
export const entries = [storage];
