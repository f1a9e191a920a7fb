/** A Flink session cluster that runs Beam pipelines: a FlinkDeployment with a Beam worker pool beside every TaskManager. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { beamSdkImage } from "#lib/beam/matrix";
import { parseImage } from "#lib/core/image-ref";
import {
  type BeamSdkVersion,
  type Checkpointing,
  type FlinkLine,
  type IBeamRunner,
  type PythonVersion,
  WORKER_POOL_PORT,
} from "#lib/kube/beam-runner";
import { imageFor } from "#lib/kube/images";
import { allow } from "#lib/kube/network";
import type { INodePool } from "#lib/kube/node-pool";
import { setOwner } from "#lib/kube/ownership";
import type { PriorityName } from "#lib/kube/priority";
import { addProblems } from "#lib/kube/problems";
import { flinkClusterProblems } from "./checks";
import { flinkConfiguration, METRICS_PORT } from "./configuration";
import { ExistingFlinkCluster, type ExistingFlinkClusterProps } from "./existing-cluster";
import { clusterFlows, clusterLabels, REST_PORT } from "./flows";
import { LOG_FILE, logConfiguration } from "./logging";
import { FlinkPermissions } from "./permissions";
import { FLINK_RELEASES, flinkPin } from "./pin";
import { jobManagerPod, storesOf, taskManagerPod } from "./pods";
import type { FlinkClusterSettings } from "./props";
import { type ResolvedSettings, resolveSettings } from "./settings";
import { directory } from "./storage";

/** Props of a cluster in constructs: node pools are objects. */
export type FlinkClusterProps = FlinkClusterSettings<INodePool>;

/** Name of a cluster, which line asked for it, and where its operator is. */
export interface FlinkClusterPlace {
  readonly name: string;
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
  /** Namespace of the operator. @default "flink" */
  readonly operatorNamespace?: string;
  /** Priority class of the cluster's pods, which must exist. @default none */
  readonly priority?: PriorityName;
}

/** A session cluster. Pipelines depend on the construct itself. */
export class FlinkCluster extends Construct implements IBeamRunner {
  /** A cluster that something else made, to run pipelines on. */
  public static fromExisting(scope: Construct, id: string, props: ExistingFlinkClusterProps): IBeamRunner {
    return new ExistingFlinkCluster(scope, id, props);
  }

  /** Name of the FlinkDeployment. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly restAddress: string;
  public readonly restPodLabels: Readonly<Record<string, string>>;
  /** Labels of every pod of the cluster. */
  public readonly podLabels: Readonly<Record<string, string>>;
  /** Port of the Prometheus reporter of every pod. */
  public readonly metricsPort = METRICS_PORT;
  public readonly flinkVersion: FlinkLine;
  public readonly beamSdk: BeamSdkVersion;
  public readonly python: PythonVersion;
  public readonly workerPoolPort = WORKER_POOL_PORT;
  public readonly workerImage: string;
  public readonly workerPodLabels: Readonly<Record<string, string>>;
  public readonly checkpoints?: Checkpointing;
  /** Where savepoints go; absent where nothing outlives the pods. */
  public readonly savepointDirectory?: string;

  public constructor(scope: Construct, id: string, props: FlinkClusterProps & FlinkClusterPlace) {
    super(scope, id);
    const { name, source, operatorNamespace = "flink", priority, ...own } = props;
    setOwner(this, flinkPin.name, source);
    addProblems(this, flinkClusterProblems(name, own, source ?? this.node.path));
    const settings = resolveSettings(own);
    const { beamSdk, flinkVersion, python } = settings.versions;
    this.name = name;
    this.namespace = settings.namespace;
    this.restAddress = `${name}-rest.${this.namespace}:${REST_PORT}`;
    this.restPodLabels = clusterLabels(name, "jobmanager");
    this.podLabels = clusterLabels(name);
    this.beamSdk = beamSdk;
    this.flinkVersion = flinkVersion;
    this.python = python;
    this.workerImage = this.image(settings.worker.image ?? beamSdkImage(beamSdk, python));
    this.workerPodLabels = clusterLabels(name, "taskmanager");
    if (settings.checkpoints) this.checkpoints = settings.checkpoints;
    if (settings.savepointStorage) this.savepointDirectory = directory(settings.savepointStorage, `${name}/savepoints`);
    this.addDeployment(settings, priority);
    this.addDisruptionBudgets(settings);
    allow(this, clusterFlows({ name, namespace: this.namespace, operatorNamespace, stores: storesOf(settings) }));
  }

  private addDeployment(settings: ResolvedSettings<INodePool>, priority: PriorityName | undefined): void {
    const { name, namespace } = this;
    const { highAvailability, serviceAccountAnnotations: annotations = {} } = settings;
    const accounts = new FlinkPermissions(this, "Permissions", { name, namespace, annotations, highAvailability });
    const image = settings.image ?? flinkPin.images[this.flinkVersion];
    const pod = { name, settings, priority, release: releaseOf(image, this.flinkVersion), workerImage: this.workerImage };
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
    deployment.node.addDependency(accounts, ...pools);
  }

  /** A text that is no image has been reported; it must not stop the other problems from being found. */
  private image(reference: string): string {
    return parseImage(reference) ? imageFor(this, reference) : reference;
  }

  /**
   * TaskManager pods belong to the JobManager's Deployment, whose replica count says nothing of them: only `minAvailable` counts pods alone.
   * Where one pod of a kind is all there is, a budget could only block the drain of its node.
   */
  private addDisruptionBudgets({ jobManager, taskManager }: ResolvedSettings<INodePool>): void {
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

/** The release that an image holds: what its tag says, else the pinned one of the line. */
function releaseOf(image: string, line: FlinkLine): string {
  return /^\d+\.\d+\.\d+/.exec(parseImage(image)?.tag ?? "")?.[0] ?? FLINK_RELEASES[line];
}
