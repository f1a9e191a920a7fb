/** A Flink session cluster that runs Beam pipelines: a FlinkDeployment with a Beam worker pool in every TaskManager pod. */

import { Construct } from "constructs";
import { beamSdkImage, type FlinkLine, jobServerImage } from "#lib/beam/matrix";
import type { Problem } from "#lib/core/problem";
import type { BeamSdkVersion, IBeamRunner, PipelineAsk, PythonVersion, Submission } from "#lib/kube/beam-runner";
import type { IBucket } from "#lib/kube/bucket";
import { bucketFlows } from "#lib/kube/bucket-clients";
import type { BucketSet } from "#lib/kube/bucket-set";
import { featureStoreFlow } from "#lib/kube/feature-store";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, MetricsTarget, Monitoring } from "#lib/kube/monitoring";
import { allow, type PodsEnd, pods } from "#lib/kube/network";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { collectionMounts } from "#lib/kube/transform-collection";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { bucketStorageProblems, withBuckets } from "./bucket-storage";
import { flinkClusterProblems } from "./checks";
import { clusterLabels } from "./cluster-labels";
import { METRICS_PORT, sessionConfiguration } from "./configuration";
import { addDeployment, addDisruptionBudgets, movedImage } from "./deployment";
import { ExistingFlinkCluster, type ExistingFlinkClusterProps } from "./existing-cluster";
import { clusterFlows, REST_PORT } from "./flows";
import { flinkPin } from "./pin";
import { pipelineProblems } from "./pipeline-checks";
import { type FlinkClusterProps, type FlinkClusterSettings, flinkClusterSchema } from "./schema";
import { savepointStorageOf, storesOf } from "./state";
import { directory } from "./storage";
import { storageRequirements } from "./storage-requirements";
import { restAddressOf, submissionTo } from "./submission";
import { withWorkerBuckets, workerBucketSet, workerBuckets, workerDataProblems } from "./worker-data";

/** Name of a cluster and namespace of its operator. */
export interface FlinkClusterPlace {
  readonly name: string;
  /** Namespace of the operator. @default "flink" */
  readonly operatorNamespace?: string;
}

/** A session cluster. Pipelines depend on the construct. */
export class FlinkCluster extends Construct implements IBeamRunner, IMonitored, IWebInterface {
  /** A cluster that was created elsewhere, to run pipelines on. */
  public static fromExisting(scope: Construct, id: string, props: ExistingFlinkClusterProps): IBeamRunner {
    return new ExistingFlinkCluster(scope, id, props);
  }

  /** Name of the FlinkDeployment. */
  public readonly name: string;
  public readonly namespace: string;
  /** Host and port of Flink's REST API inside the cluster. */
  public readonly restAddress: string;
  public readonly beamSdk: BeamSdkVersion;
  public readonly python: PythonVersion;
  public readonly workerImage: string;
  public readonly workers: PodsEnd;
  public readonly buckets: readonly IBucket[];
  public readonly submitterBuckets: BucketSet;
  public readonly monitoring: Monitoring;
  /** The web UI of the JobManager. */
  public readonly webInterface: WebInterface;
  /** Directory of savepoints; absent without durable storage. */
  public readonly savepointDirectory?: string;
  private readonly flinkVersion: FlinkLine;
  private readonly settings: FlinkClusterSettings;

  public constructor(scope: Construct, id: string, props: FlinkClusterProps & FlinkClusterPlace) {
    super(scope, id);
    const { name, operatorNamespace = "flink", ...own } = props;
    setOwner(this, flinkPin.name);
    const given = settingsOf(this, flinkClusterSchema, own, {
      checks: (each, path) => [
        ...bucketStorageProblems(each, path),
        ...flinkClusterProblems(name, withBuckets(each), path),
        ...workerDataProblems(withBuckets(each), path),
      ],
    });
    const settings = withWorkerBuckets(withBuckets(given));
    const { beamSdk, flinkVersion, python } = settings.versions;
    const { namespace } = settings;
    this.settings = settings;
    this.name = name;
    this.namespace = namespace;
    this.restAddress = restAddressOf({ name, namespace });
    this.beamSdk = beamSdk;
    this.flinkVersion = flinkVersion;
    this.python = python;
    this.workerImage = movedImage(this, settings.worker.image ?? beamSdkImage(beamSdk, python));
    this.workers = pods(namespace, clusterLabels(name, "taskmanager"));
    this.monitoring = { targets: [clusterTarget(name, namespace)] };
    this.webInterface = {
      service: `${name}-rest`,
      namespace,
      port: REST_PORT,
      pods: pods(namespace, clusterLabels(name, "jobmanager")),
      ports: [{ port: REST_PORT }],
      authentication: "none",
    };
    const savepoints = savepointStorageOf(settings);
    if (savepoints) this.savepointDirectory = directory(savepoints, `${name}/savepoints`);
    const { jobManager, taskManager } = settings;
    const deployment = {
      name,
      settings,
      line: flinkVersion,
      workerImage: this.workerImage,
      configuration: sessionConfiguration(taskManager),
    };
    addDeployment(this, deployment, { kind: "FlinkDeployment", spec: (spec) => spec });
    addDisruptionBudgets(this, { name, namespace, jobManagers: jobManager.replicas, taskManagers: taskManager.replicas });
    const stores = storesOf(settings);
    const { featureStore, collections, models } = settings.worker;
    this.buckets = workerBuckets(settings.worker);
    this.submitterBuckets = workerBucketSet(settings.worker, namespace);
    this.node.addDependency(
      ...(featureStore ? [featureStore] : []),
      ...collectionMounts(collections, namespace).dependencies,
      ...this.submitterBuckets.dependencies,
      ...models.map((model) => model.enter(namespace).dependency),
    );
    allow(this, [
      ...clusterFlows({ name, namespace, operatorNamespace, stores }),
      ...(featureStore ? [featureStoreFlow(featureStore, `flink.${name}`, this.workers)] : []),
      ...this.buckets.flatMap((bucket) => bucketFlows(bucket, `flink.${name}.workers`, this.workers)),
    ]);
    addRequirements(
      this,
      stores.flatMap((store) => storageRequirements(store, { name, namespace, settings })),
    );
  }

  public submission(ask: PipelineAsk, jobName: string, submitter: PodsEnd): Submission {
    const { name, namespace, beamSdk, flinkVersion } = this;
    const { checkpoints, worker } = this.settings;
    const target = {
      name,
      namespace,
      checkpoints,
      workerEnv: worker.env,
      buckets: this.buckets,
      jobServerImage: imageFor(this, jobServerImage(beamSdk, flinkVersion)),
    };
    return submissionTo(target, ask, { jobName, submitter });
  }

  public pipelineProblems(ask: PipelineAsk, path: string): Problem[] {
    return pipelineProblems({ name: this.name, settings: this.settings, source: ownerOf(this).source }, ask, path);
  }
}

/** Labels of series: `app` is the cluster's name, `component` is jobmanager or taskmanager. */
export function clusterTarget(name: string, namespace: string): MetricsTarget {
  return {
    name: `flink-${namespace}.${name}`,
    pods: pods(namespace, clusterLabels(name)),
    port: METRICS_PORT,
    path: "/",
    podLabels: ["app", "component"],
  };
}
