/** A runner of Beam: pipelines run in the pods of their own Jobs, or on a Dask cluster. */

import { Construct } from "constructs";
import { beamSdkImage, DEFAULT_BEAM_SDK, DEFAULT_PYTHON } from "#lib/beam/matrix";
import type { Problem } from "#lib/core/problem";
import type { BeamSdkVersion, IBeamRunner, PipelineAsk, PythonVersion, Submission } from "#lib/kube/beam-runner";
import type { IBucket } from "#lib/kube/bucket";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { featureStoreFlow, featureStoreMount } from "#lib/kube/feature-store";
import { imageFor } from "#lib/kube/images";
import { OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { placement } from "#lib/kube/node-pool";
import { setOwner } from "#lib/kube/ownership";
import { modelMounts } from "#lib/kube/pretrained-model";
import { settingsOf } from "#lib/kube/props";
import { beamRunnerProblems, bucketsOf } from "./checks";
import { limitProblems } from "./limits";
import { beamRunnersPin, sparkJobServerImage } from "./pin";
import { type BeamRunnerProps, type BeamRunnerSettings, beamRunnerSchema } from "./schema";
import { CLIENT, onSpark } from "./spark";

/** Name of a runner. */
export interface BeamRunnerPlace {
  readonly name: string;
}

/** Label of the pods of a runner's pipelines. */
const RUNNER_LABEL = "beamstack-iac/beam-runner";

/** Tells the submitter that there is no Flink to ask: Beam's own result counts. */
const ENVIRONMENT = { BEAMSTACK_WITHOUT_FLINK: "1" } as const;

/** Versions with which the limits of Dask were measured. */
const ON_DASK = { beamSdk: DEFAULT_BEAM_SDK, python: DEFAULT_PYTHON } as const;

/** A runner. It creates no objects: they belong to its pipelines. */
export class BeamRunner extends Construct implements IBeamRunner {
  public readonly name: string;
  public readonly namespace: string;
  public readonly beamSdk: BeamSdkVersion;
  public readonly python: PythonVersion;
  public readonly workerImage: string;
  public readonly workers: PodsEnd;
  public readonly submitterLabels: Readonly<Record<string, string>>;
  public readonly submitterBuckets: BucketSet;
  public readonly buckets?: readonly IBucket[];
  private readonly settings: BeamRunnerSettings;

  public constructor(scope: Construct, id: string, props: BeamRunnerProps & BeamRunnerPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, beamRunnersPin.name);
    const settings = settingsOf(this, beamRunnerSchema, own as BeamRunnerProps, { checks: beamRunnerProblems });
    const { beamSdk, python } = settings.type === "dask" ? ON_DASK : settings;
    this.settings = settings;
    this.name = name;
    this.beamSdk = beamSdk;
    this.python = python;
    this.namespace = settings.type === "dask" ? settings.cluster.namespace : settings.namespace;
    this.workerImage = imageOf(settings) ?? beamSdkImage(beamSdk, python);
    this.submitterBuckets = bucketSet(bucketsOf(settings), this.namespace);
    // Those of a Dask cluster are its own.
    if (settings.type !== "dask") this.buckets = bucketsOf(settings);
    this.submitterLabels = { [RUNNER_LABEL]: name };
    this.workers = settings.type === "dask" ? settings.cluster.workers : pods(this.namespace, this.submitterLabels);
    for (const needed of [settings.pool, settings.type === "dask" ? settings.cluster : undefined])
      if (needed) this.node.addDependency(needed);
  }

  public submission(ask: PipelineAsk, jobName: string, submitter: PodsEnd): Submission {
    const { settings } = this;
    const { cpu, memory, scratch, pool } = settings;
    const { featureStore, models = [] } = ask;
    const features = featureStore && featureStoreMount(featureStore.enter(this.namespace));
    const loaded = modelMounts(models, this.namespace);
    const { options, volumes = [], ...rest } = this.engine(ask, submitter);
    const own = settings.type === "spark" ? CLIENT : { cpu, memory };
    return {
      sidecars: [],
      ...rest,
      environment: { ...ENVIRONMENT, ...features?.environment },
      volumes: [...volumes, ...(features ? [features.volume] : []), ...loaded.volumes],
      mounts: [...(features ? [features.mount] : []), ...loaded.mounts],
      flows: [
        ...(rest.flows ?? []),
        ...(featureStore ? [featureStoreFlow(featureStore, `pipeline.${ask.name}`, submitter)] : []),
        ...this.submitterBuckets.entered.flatMap(({ bucket }) => bucketFlows(bucket, `pipeline.${ask.name}`, submitter)),
      ],
      options: { ...options, job_name: jobName },
      pod: { resources: own, placement: placement(pool), scratch },
    };
  }

  public pipelineProblems(ask: PipelineAsk, path: string): Problem[] {
    return limitProblems(this.settings.type, ask, path);
  }

  private engine(ask: PipelineAsk, submitter: PodsEnd): Pick<Submission, "options"> & Partial<Submission> {
    const { settings } = this;
    switch (settings.type) {
      case "direct":
        return { options: directOptions(ask) };
      case "prism":
        return {
          options: { runner: "PrismRunner", environment_type: "LOOPBACK", prism_location: settings.location },
          flows: settings.location?.startsWith("/")
            ? []
            : [{ name: `pipeline.${ask.name}.prism`, from: submitter, to: OUTSIDE, ports: [{ port: 443 }] }],
        };
      case "spark":
        return onSpark(settings, ask, {
          jobServer: imageFor(this, sparkJobServerImage(settings.beamSdk)),
          workers: imageFor(this, this.workerImage),
          buckets: this.submitterBuckets,
          namespace: this.namespace,
        });
      case "dask":
        return {
          options: {
            runner: "apache_beam.runners.dask.dask_runner.DaskRunner",
            dask_client_address: settings.cluster.address,
            dask_npartitions: ask.parallelism,
          },
          flows: [
            {
              name: `pipeline.${ask.name}.to-dask`,
              from: submitter,
              to: settings.cluster.scheduler.pods,
              ports: settings.cluster.scheduler.ports,
            },
          ],
        };
    }
  }
}

/** Not `DirectRunner`: it first downloads Prism, and waits for a network that is closed. */
function directOptions({ parallelism }: PipelineAsk): Submission["options"] {
  const several = parallelism > 1;
  return {
    runner: "FnApiRunner",
    direct_num_workers: several ? parallelism : undefined,
    direct_running_mode: several ? "multi_processing" : undefined,
  };
}

function imageOf(settings: BeamRunnerSettings): string | undefined {
  return settings.type === "dask" ? settings.cluster.image : settings.image;
}
