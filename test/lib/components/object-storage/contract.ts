/** Buckets outside of the cluster in the contract suite: one entry for each type. They create no objects, so each has a client. */

import type { Construct } from "constructs";
import { ExternalBucket, type ExternalBucketProps, externalBucketSchema, objectStoragePin } from "#lib/components/object-storage/index";
import { secretRef } from "#lib/core/secret-ref";
import { type ContractEntry, contractEntry } from "../../../contract/entry";
import { BucketClient } from "./client";

type Of<T extends ExternalBucketProps["type"]> = Extract<ExternalBucketProps, { type: T }>;

function entryOf<T extends ExternalBucketProps["type"]>(type: T, rest: Pick<ContractEntry<Of<T>>, "smallest" | "variants" | "refused">) {
  return contractEntry<Of<T>>({
    title: `ExternalBucket ${type}`,
    pin: objectStoragePin,
    schema: externalBucketSchema,
    build: (scope: Construct, props) => {
      new BucketClient(scope, "Client", new ExternalBucket(scope, "Subject", { ...(props as ExternalBucketProps), name: "subject" }));
    },
    ...rest,
  });
}

const s3 = entryOf("s3", {
  smallest: { type: "s3", bucket: "data", region: "eu-central-1" },
  variants: {
    type: { bucket: "other" },
    bucket: { bucket: "other" },
    region: { region: "us-east-1" },
    prefix: { prefix: "team/flink" },
    role: { role: "arn:aws:iam::123456789012:role/clients" },
  },
  refused: { "spec.wrong-value": { role: "clients" } },
});

const gcs = entryOf("gcs", {
  smallest: { type: "gcs", bucket: "data" },
  variants: {
    type: { bucket: "other" },
    bucket: { bucket: "other" },
    prefix: { prefix: "team" },
    serviceAccount: { serviceAccount: "clients@project.iam.gserviceaccount.com" },
  },
  refused: { "spec.wrong-value": { bucket: "UPPER" } },
});

const identity = { type: "identity", clientId: "00000000-0000-0000-0000-000000000001" } as const;
const accountKey = { type: "account-key", accountKey: secretRef("azure", "key") } as const;

const azure = entryOf("azure-blob", {
  smallest: { type: "azure-blob", account: "account1", container: "data", credentials: identity },
  variants: {
    type: { container: "other" },
    account: { account: "account2" },
    container: { container: "other" },
    prefix: { prefix: "team" },
    credentials: { credentials: { ...identity, clientId: "00000000-0000-0000-0000-000000000002" } },
    namespaces: { namespaces: ["clients"], credentials: accountKey },
  },
  refused: {
    "spec.wrong-value": { account: "UPPER" },
    "object-storage.secrets-without-namespaces": { credentials: accountKey },
    "object-storage.namespaces-without-secrets": { namespaces: ["clients"] },
    "object-storage.client-without-secrets": { credentials: accountKey, namespaces: ["others"] },
  },
});

const accessKey = { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "key") } as const;

const compatible = entryOf("s3-compatible", {
  smallest: { type: "s3-compatible", endpoint: "https://s3.example.com", bucket: "data", credentials: { type: "public" } },
  variants: {
    type: { bucket: "other" },
    endpoint: { endpoint: "http://store.objects.svc:9000" },
    bucket: { bucket: "other" },
    prefix: { prefix: "team" },
    region: { region: "region-1" },
    pathStyle: { pathStyle: false },
    credentials: { credentials: accessKey, namespaces: ["clients"] },
    ca: { ca: secretRef("ca", "ca.crt"), namespaces: ["clients"] },
    namespaces: { ca: secretRef("ca", "ca.crt"), namespaces: ["clients", "others"] },
  },
  refused: {
    "spec.wrong-value": { endpoint: "s3.example.com" },
    "object-storage.ca-without-tls": { endpoint: "http://s3.example.com", ca: secretRef("ca", "ca.crt"), namespaces: ["clients"] },
  },
});

/** What the contract suite tries. */
export const entries = [s3, gcs, azure, compatible];
