/** Who a pipeline talks to: its submitter, and its part of the workers. */

import type { IBeamRunner } from "#lib/kube/beam-runner";
import { CLOUD_IDENTITY, type FlowProps, OUTSIDE, type PodsEnd } from "#lib/kube/network";
import type { IVectorStore } from "#lib/kube/vector-store";
import type { CompiledPipeline } from "./compile";

/** Where a pipeline is in the network. */
export interface FlowPlaces {
  readonly name: string;
  readonly runner: IBeamRunner;
  readonly stores: readonly IVectorStore[];
  readonly submitter: PodsEnd;
}

/** Schemes of object storage, and the cloud whose identity opens it. */
const OBJECT_STORAGE: Readonly<Record<string, keyof typeof CLOUD_IDENTITY | undefined>> = {
  s3: "aws",
  gs: "gcp",
  abfs: undefined,
  abfss: undefined,
  azfs: undefined,
};

/** Every flow of a pipeline but those to its runner. */
export function pipelineFlows({ name, runner, stores, submitter }: FlowPlaces, compiled: CompiledPipeline): FlowProps[] {
  const { workers } = runner;
  const storage = compiled.schemes.filter((scheme) => Object.hasOwn(OBJECT_STORAGE, scheme));
  const clouds = [...new Set(storage.map((scheme) => OBJECT_STORAGE[scheme]))].filter((cloud) => cloud !== undefined);
  return [
    ...(storage.length > 0 || compiled.fetches ? [{ name: `${name}-outside`, from: submitter, to: OUTSIDE, ports: [{ port: 443 }] }] : []),
    ...clouds.map((cloud) => ({ name: `${name}-${cloud}-identity`, from: submitter, ...CLOUD_IDENTITY[cloud] })),
    // The way of workers to the outside is open but for the one address at which this cloud hands out identities.
    ...(clouds.includes("gcp") ? [{ name: `${name}-workers-gcp-identity`, from: workers, ...CLOUD_IDENTITY.gcp }] : []),
    ...stores.map((store) => ({ name: `${name}-workers-to-${store.name}`, from: workers, to: store.pods, ports: store.ports })),
  ];
}
