/** Runners of Beam in the contract suite: with a pipeline, because a runner makes no objects. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { BeamPipeline, type BeamPipelineProps } from "#lib/components/beam/index";
import {
  BeamRunner,
  type BeamRunnerProps,
  beamRunnersPin,
  type DaskRunnerProps,
  type DirectRunnerProps,
  daskRunnerSchema,
  directRunnerSchema,
  type PrismRunnerProps,
  prismRunnerSchema,
  type SparkRunnerProps,
  sparkRunnerSchema,
} from "#lib/components/beam-runners/index";
import { DaskCluster, DaskOperator } from "#lib/components/dask/index";
import { NodePool } from "#lib/components/node-pools/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";

const CHAIN = "pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [1, 2]}\n    - type: LogForTesting\n";

/** What a pipeline asks for beside its runner. */
type Asks = Partial<BeamPipelineProps>;

const build =
  (asks: Asks = {}) =>
  (scope: Construct, props: BeamRunnerProps): void => {
    const runner = new BeamRunner(scope, "Subject", { ...props, name: "main" });
    new BeamPipeline(scope, "Pipeline", { definition: CHAIN, ...asks, runner, name: "numbers" });
  };

const elsewhere = new Chart(new App(), "elsewhere");
const pool = new NodePool(elsewhere, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });
const daskOperator = new DaskOperator(elsewhere, "Operator");
const daskCluster = (name: string, image?: string) =>
  new DaskCluster(elsewhere, name, { name, operator: daskOperator, ...(image && { image }) });
const graph = daskCluster("graph", "ghcr.io/dask/dask:2026.3.0-py3.11");

const versions = { beamSdk: { beamSdk: "2.76.0" }, python: { python: "3.12" } } as const;
const pod = { cpu: { cpu: 2 }, memory: { memory: Size.gibibytes(4) }, scratch: { scratch: Size.gibibytes(5) }, pool: { pool } } as const;
const place = { namespace: { namespace: "batch" }, image: { image: "registry.example.com/team/beam:1.0.0" } } as const;
const models = (name: string) => Object.assign(bucketWith(name), { bucket: bucketWith(name) });
const data = { buckets: { buckets: [bucketWith("rows")] }, models: { models: [models("models")] } };
const far = bucketWith("far", { location: { endpoint: "http://other.data:8333" } });
const refused = { "beam-runners.fits-no-machine": { cpu: 64, pool }, "spec.wrong-value": { cpu: 0 } } as const;

const direct = contractEntry<DirectRunnerProps>({
  title: "BeamRunner, direct",
  pin: beamRunnersPin,
  schema: directRunnerSchema,
  build: build(),
  smallest: { type: "direct" },
  variants: { type: { cpu: 3 }, ...versions, ...place, ...data, ...pod },
  refused: { ...refused, "beam-runners.buckets-differ": { buckets: [bucketWith("rows"), far] } },
});

const prism = contractEntry<PrismRunnerProps>({
  title: "BeamRunner, prism",
  pin: beamRunnersPin,
  schema: prismRunnerSchema,
  build: build(),
  smallest: { type: "prism" },
  variants: { type: { cpu: 3 }, ...versions, ...place, ...data, ...pod, location: { location: "/opt/prism" } },
  refused: { ...refused, "spec.wrong-value": { location: "prism" } },
});

const spark = contractEntry<SparkRunnerProps>({
  title: "BeamRunner, spark",
  pin: beamRunnersPin,
  schema: sparkRunnerSchema,
  build: build({ parallelism: 2 }),
  smallest: { type: "spark" },
  variants: { type: { cpu: 3 }, ...versions, ...place, ...data, ...pod, workers: { workers: { cpu: 2 } } },
  refused,
});

const dask = contractEntry<DaskRunnerProps>({
  title: "BeamRunner, dask",
  pin: beamRunnersPin,
  schema: daskRunnerSchema,
  build: build({ parallelism: 2 }),
  smallest: { type: "dask", cluster: graph },
  variants: { type: { cpu: 3 }, ...pod, cluster: { cluster: daskCluster("other", "ghcr.io/dask/dask:2026.3.0-py3.12") } },
  refused: { ...refused, "beam-runners.image-without-beam": { cluster: daskCluster("plain") } },
});

/** A pipeline that asks for what its runner cannot do. */
const asking = contractEntry<DirectRunnerProps>({
  title: "BeamRunner, with a pipeline that it cannot run",
  pin: beamRunnersPin,
  schema: directRunnerSchema,
  build: (scope, props) => build(props.cpu === 2 ? { restarts: 3 } : {})(scope, props),
  smallest: { type: "direct" },
  variants: { type: { cpu: 3 }, ...versions, ...place, ...data, ...pod, cpu: { cpu: 3 } },
  refused: { "beam-runners.not-supported": { cpu: 2 } },
});

/** What the contract suite tries. */
export const entries = [direct, prism, spark, dask, asking];
