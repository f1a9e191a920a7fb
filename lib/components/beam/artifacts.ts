/** Shared storage for packages that a submitter stages for the workers. */

import type { PipelineArtifacts } from "#lib/kube/beam-runner";
import { bucketUri } from "#lib/kube/bucket-clients";
import type { OwnRequirement } from "#lib/kube/requirement";
import type { BeamPipelineSettings } from "./schema";

/** The storage as the submitter and the runner see it. */
export function artifactsOf({ artifacts }: BeamPipelineSettings, namespace: string): PipelineArtifacts | undefined {
  if (artifacts === undefined || typeof artifacts === "string") return artifacts === undefined ? undefined : { uri: artifacts };
  const { bucket, path } = artifacts;
  return { uri: bucketUri(bucket.location, path), from: { bucket, access: bucket.enter(namespace) } };
}

/** What must exist for it: a bucket of the environment says itself what it needs. */
export function artifactsRequirements(artifacts: PipelineArtifacts | undefined, account: string): OwnRequirement[] {
  if (!artifacts) return [];
  const { uri, from } = artifacts;
  const byIdentity = !from || from.access.credentials.type === "identity";
  return [
    ...(from ? [] : [{ type: "bucket" as const, name: uri, purpose: "packages that the submitter stages for the workers" }]),
    ...(byIdentity
      ? [{ type: "cloud-identity" as const, name: `ServiceAccount ${account}`, purpose: `write ${uri}; the workers read it` }]
      : []),
  ];
}
