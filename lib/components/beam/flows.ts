/** Who a pipeline talks to: its submitter, and its part of the workers. */

import type { IBeamRunner } from "#lib/kube/beam-runner";
import { CLOUD_IDENTITY, type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import type { IVectorStore } from "#lib/kube/vector-store";
import type { CompiledPipeline } from "./compile";
import type { BeamPipelineProps } from "./props";

/** What the submitter must reach beyond Flink. */
export interface SubmitterReach {
  /** Object storage, or where packages come from. */
  readonly outside: boolean;
  /** The cloud that hands out the identity with which it reaches them. */
  readonly identity: keyof typeof CLOUD_IDENTITY | undefined;
}

/** Where a pipeline is in the network. */
export interface FlowPlaces extends SubmitterReach {
  readonly name: string;
  readonly runner: IBeamRunner;
  readonly stores: readonly IVectorStore[];
  readonly submitter: PodsEnd;
}

/** Schemes of object storage, and whose identity opens it. */
const OBJECT_STORAGE: Readonly<Record<string, SubmitterReach["identity"]>> = {
  s3: "aws",
  gs: "gcp",
  abfs: undefined,
  abfss: undefined,
  azfs: undefined,
};

/** What the submitter must reach, by where packages travel and what the file's providers fetch. */
export function reachOf({ artifacts = "" }: BeamPipelineProps, { fetches }: CompiledPipeline): SubmitterReach {
  const scheme = artifacts.slice(0, Math.max(artifacts.indexOf(":"), 0));
  return { outside: fetches || Object.hasOwn(OBJECT_STORAGE, scheme), identity: OBJECT_STORAGE[scheme] };
}

/** Every flow of a pipeline. */
export function pipelineFlows({ name, runner, stores, submitter, outside, identity }: FlowPlaces): FlowProps[] {
  const workers = pods(runner.namespace, runner.workerPodLabels);
  const rest = { to: pods(runner.namespace, runner.restPodLabels), ports: [{ port: Number(runner.restAddress.split(":").at(-1)) }] };
  return [
    { name: `${name}-to-flink`, from: submitter, ...rest },
    ...(outside ? [{ name: `${name}-outside`, from: submitter, to: OUTSIDE, ports: [{ port: 443 }] }] : []),
    ...(identity ? [{ name: `${name}-identity`, from: submitter, ...CLOUD_IDENTITY[identity] }] : []),
    ...stores.map((store) => ({ name: `${name}-workers-to-${store.name}`, from: workers, to: store.pods, ports: store.ports })),
  ];
}
