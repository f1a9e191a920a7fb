/** Network flows of a pipeline: those of its submitter and its workers. */

import type { IBeamRunner, PipelineArtifacts } from "#lib/kube/beam-runner";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { ANYWHERE, CLOUD_IDENTITY, type FlowProps, OUTSIDE, type PodsEnd } from "#lib/kube/network";
import { topicFlows } from "#lib/kube/topic-clients";
import type { IVectorStore } from "#lib/kube/vector-store";
import type { CompiledPipeline } from "./compile";
import type { WiredTopic } from "./topic-bindings";

/** Endpoints of a pipeline's network flows. */
export interface FlowPlaces {
  readonly name: string;
  readonly runner: IBeamRunner;
  readonly stores: readonly IVectorStore[];
  readonly topics: readonly Pick<WiredTopic, "topic">[];
  readonly submitter: PodsEnd;
  /** Storage of staged packages. @default none */
  readonly artifacts?: PipelineArtifacts | undefined;
  /** Ports that the submitter needs outside of the cluster, besides those of packages and object storage. */
  readonly ports: readonly number[];
}

/** URI schemes of object storage, and the cloud whose identity gives access. */
const OBJECT_STORAGE: Readonly<Record<string, keyof typeof CLOUD_IDENTITY | undefined>> = {
  s3: "aws",
  gs: "gcp",
  abfs: undefined,
  abfss: undefined,
  azfs: undefined,
};

/** Network flows of a pipeline, except those to its runner. Their names begin apart from those of a runner that has the same name. */
export function pipelineFlows(
  { name, runner, stores, topics, submitter, ports, artifacts }: FlowPlaces,
  compiled: CompiledPipeline,
): FlowProps[] {
  const { workers } = runner;
  const storage = compiled.schemes.filter((scheme) => Object.hasOwn(OBJECT_STORAGE, scheme));
  const clouds = [...new Set(storage.map((scheme) => OBJECT_STORAGE[scheme]))].filter((cloud) => cloud !== undefined);
  const needed = [...(storage.length > 0 || compiled.fetches ? [443] : []), ...ports];
  const outside = [...new Set(needed)].sort((a, b) => a - b);
  return [
    ...(outside.length > 0
      ? [{ name: `pipeline.${name}.outside`, from: submitter, to: OUTSIDE, ports: outside.map((port) => ({ port })) }]
      : []),
    ...(artifacts?.from ? bucketFlows(artifacts.from.bucket, `pipeline.${name}`, submitter) : []),
    ...servicesOf(compiled).map(({ to, port }) => ({ name: `pipeline.${name}.port-${port}`, from: submitter, to, ports: [{ port }] })),
    ...clouds.map((cloud) => ({ name: `pipeline.${name}.${cloud}-identity`, from: submitter, ...CLOUD_IDENTITY[cloud] })),
    // Worker egress is open except to addresses of the node and the instance metadata, so identity services need their own flow.
    ...clouds.map((cloud) => ({ name: `pipeline.${name}.workers-${cloud}-identity`, from: workers, ...CLOUD_IDENTITY[cloud] })),
    ...stores.map((store) => ({ name: `pipeline.${name}.workers-to-${store.name}`, from: workers, to: store.pods, ports: store.ports })),
    // A topic that is read and written needs one flow.
    ...[...new Set(topics.map(({ topic }) => topic))].flatMap((topic) => topicFlows(topic, `pipeline.${name}.workers`, workers)),
  ];
}

/** Flows of one name are the same: a bucket may have staged packages and data of the workers. */
export function eachOnce(flows: readonly FlowProps[]): FlowProps[] {
  return [...new Map(flows.map((flow) => [flow.name, flow])).values()];
}

/** Ports of services by name: a name has no addresses here. On port 80 the metadata of instances must stay closed. */
function servicesOf({ addresses }: CompiledPipeline) {
  const ports = new Set(addresses.map(({ port }) => port).filter((port) => port !== 443));
  return [...ports].sort((a, b) => a - b).map((port) => ({ port, to: port === 80 ? OUTSIDE : ANYWHERE }));
}
