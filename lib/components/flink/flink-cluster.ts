/** A Flink session cluster that runs Beam pipelines: a FlinkDeployment with a Beam worker pool in every TaskManager pod. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { beamSdkImage, type FlinkLine, jobServerImage } from "#lib/beam/matrix";
import { parseImage } from "#lib/core/image-ref";
import type { Problem } from "#lib/core/problem";
import type { BeamSdkVersion, IBeamRunner, PipelineAsk, PythonVersion, Submission } from "#lib/kube/beam-runner";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, MetricsTarget, Monitoring } from "#lib/kube/monitoring";
import { allow, type PodsEnd, pods } from "#lib/kube/network";
import { ownerOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { bucketStorageProblems, withBuckets } from "./bucket-storage";
import { flinkClusterProblems } from "./checks";
import { clusterLabels } from "./cluster-labels";
import { flinkConfiguration, METRICS_PORT } from "./configuration";
import { ExistingFlinkCluster, type ExistingFlinkClusterProps } from "./existing-cluster";
import { clusterFlows } from "./flows";
import { LOG_FILE, logConfiguration } from "./logging";
import { FlinkPermissions } from "./permissions";
import { FLINK_RELEASES, flinkPin } from "./pin";
import { pipelineProblems } from "./pipeline-checks";
import { jobManagerPod, taskManagerPod } from "./pods";
import { type FlinkClusterProps, type FlinkClusterSettings, flinkClusterSchema } from "./schema";
import { savepointStorageOf, storesOf } from "./state";
import { directory } from "./storage";
import { storageRequirements } from "./storage-requirements";
import { restAddressOf, submissionTo } from "./submission";

/** Name of a cluster and namespace of its operator. */
export interface FlinkClusterPlace {
  readonly name: string;
  /** Namespace of the operator. @default "flink" */
  readonly operatorNamespace?: string;
}

/** A session cluster. Pipelines depend on the construct. */
export class FlinkCluster extends Construct implements IBeamRunner, IMonitored {
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
  public readonly monitoring: Monitoring;
  /** Directory of savepoints; absent without durable storage. */
  public readonly savepointDirectory?: string;
  private readonly flinkVersion: FlinkLine;
  private readonly settings: FlinkClusterSettings;

  public constructor(scope: Construct, id: string, props: FlinkClusterProps & FlinkClusterPlace) {
    super(scope, id);
    const { name, operatorNamespace = "flink", ...own } = props;
    setOwner(this, flinkPin.name);
    const given = settingsOf(this, flinkClusterSchema, own, {
      checks: (each, path) => [...bucketStorageProblems(each, path), ...flinkClusterProblems(name, withBuckets(each), path)],
    });
    const settings = withBuckets(given);
    const { beamSdk, flinkVersion, python } = settings.versions;
    const { namespace } = settings;
    this.settings = settings;
    this.name = name;
    this.namespace = namespace;
    this.restAddress = restAddressOf({ name, namespace });
    this.beamSdk = beamSdk;
    this.flinkVersion = flinkVersion;
    this.python = python;
    this.workerImage = this.image(settings.worker.image ?? beamSdkImage(beamSdk, python));
    this.workers = pods(namespace, clusterLabels(name, "taskmanager"));
    this.monitoring = { targets: [clusterTarget(name, namespace)] };
    const savepoints = savepointStorageOf(settings);
    if (savepoints) this.savepointDirectory = directory(savepoints, `${name}/savepoints`);
    this.addDeployment(settings);
    this.addDisruptionBudgets(settings);
    const stores = storesOf(settings);
    allow(this, clusterFlows({ name, namespace, operatorNamespace, stores }));
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
      jobServerImage: imageFor(this, jobServerImage(beamSdk, flinkVersion)),
    };
    return submissionTo(target, ask, { jobName, submitter });
  }

  public pipelineProblems(ask: PipelineAsk, path: string): Problem[] {
    return pipelineProblems({ name: this.name, settings: this.settings, source: ownerOf(this).source }, ask, path);
  }

  private addDeployment(settings: FlinkClusterSettings): void {
    const { name, namespace } = this;
    const { highAvailability, serviceAccountAnnotations: annotations = {} } = settings;
    const accounts = new FlinkPermissions(this, "Permissions", { name, namespace, annotations, highAvailability });
    const image = settings.image ?? flinkPin.images[this.flinkVersion];
    const pod = {
      name,
      settings,
      priority: priorityOf(this),
      release: releaseOf(image, this.flinkVersion),
      image: this.image(image),
      workerImage: this.workerImage,
    };
    const { jobManager, taskManager, logging } = settings;
    const deployment = new ApiObject(this, "Resource", {
      apiVersion: "flink.apache.org/v1beta1",
      kind: "FlinkDeployment",
      metadata: { name, namespace },
      spec: {
        image: this.image(image),
        imagePullPolicy: "IfNotPresent",
        flinkVersion: `v${this.flinkVersion.replace(".", "_")}`,
        mode: "native",
        serviceAccount: accounts.jobManager,
        flinkConfiguration: {
          ...settings.flinkConfiguration,
          ...flinkConfiguration(settings, { cluster: name, taskManagerServiceAccount: accounts.taskManager }),
        },
        ...(logging && { logConfiguration: { [LOG_FILE]: logConfiguration(logging) } }),
        jobManager: {
          replicas: jobManager.replicas,
          resource: { cpu: jobManager.cpu, memory: jobManager.memory.toFlink() },
          podTemplate: jobManagerPod(pod),
        },
        taskManager: {
          resource: {
            cpu: taskManager.cpu,
            memory: taskManager.memory.toFlink(),
            ...(taskManager.scratch && { ephemeralStorage: `${taskManager.scratch}` }),
          },
          podTemplate: taskManagerPod(pod),
        },
      },
    });
    const pools = [jobManager.pool, taskManager.pool].filter((pool) => pool !== undefined);
    const buckets = storesOf(settings).flatMap(({ from }) => (from ? [from.access.dependency] : []));
    deployment.node.addDependency(accounts, ...pools, ...buckets);
  }

  /** A wrong image was already reported; other problems must still be found. */
  private image(reference: string): string {
    return parseImage(reference) ? imageFor(this, reference) : reference;
  }

  /**
   * The owner of TaskManager pods is the JobManager's Deployment, whose replica count is not theirs, so their budget must use `minAvailable`.
   * For a single pod a budget would only block the drain of its node.
   */
  private addDisruptionBudgets({ jobManager, taskManager }: FlinkClusterSettings): void {
    if (jobManager.replicas > 1) this.addDisruptionBudget("jobmanager", { maxUnavailable: k8s.IntOrString.fromNumber(1) });
    const kept = taskManager.replicas - 1;
    if (kept > 0) this.addDisruptionBudget("taskmanager", { minAvailable: k8s.IntOrString.fromNumber(kept) });
  }

  private addDisruptionBudget(component: "jobmanager" | "taskmanager", limit: k8s.PodDisruptionBudgetSpec): void {
    new k8s.KubePodDisruptionBudget(this, `DisruptionBudget-${component}`, {
      metadata: { name: `${this.name}-${component}`, namespace: this.namespace },
      spec: { ...limit, selector: { matchLabels: clusterLabels(this.name, component) } },
    });
  }
}

/** Flink release in an image: from its tag, else the pinned one of the line. */
function releaseOf(image: string, line: FlinkLine): string {
  return /^\d+\.\d+\.\d+/.exec(parseImage(image)?.tag ?? "")?.[0] ?? FLINK_RELEASES[line];
}

/** Labels of series: `app` is the cluster's name, `component` is jobmanager or taskmanager. */
function clusterTarget(name: string, namespace: string): MetricsTarget {
  return {
    name: `flink-${namespace}.${name}`,
    pods: pods(namespace, clusterLabels(name)),
    port: METRICS_PORT,
    path: "/",
    podLabels: ["app", "component"],
  };
}
