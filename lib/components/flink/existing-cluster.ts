/** A session cluster that something else made: what pipelines must know of it, and no object of its own. */

import { Construct } from "constructs";
import { type BeamOnFlink, beamSdkImage } from "#lib/beam/matrix";
import {
  type BeamSdkVersion,
  type Checkpointing,
  type FlinkLine,
  type IBeamRunner,
  type PythonVersion,
  WORKER_POOL_PORT,
} from "#lib/kube/beam-runner";
import { addProblems } from "#lib/kube/problems";
import { existingClusterProblems } from "./checks";
import { clusterLabels, REST_PORT } from "./flows";

/** What must be said of a cluster that exists. */
export interface ExistingFlinkClusterProps {
  /** Name of its FlinkDeployment. */
  readonly name: string;
  /** @default "flink" */
  readonly namespace?: string;
  /** Versions that really run there. */
  readonly versions: BeamOnFlink;
  /** Image of its worker pool. @default the SDK image of the versions */
  readonly workerImage?: string;
  /** Checkpoints that streams make there. @default none unless a stream asks for them itself */
  readonly checkpoints?: Checkpointing;
}

/** See `FlinkCluster.fromExisting`. */
export class ExistingFlinkCluster extends Construct implements IBeamRunner {
  public readonly namespace: string;
  public readonly restAddress: string;
  public readonly restPodLabels: Readonly<Record<string, string>>;
  public readonly flinkVersion: FlinkLine;
  public readonly beamSdk: BeamSdkVersion;
  public readonly python: PythonVersion;
  public readonly workerPoolPort = WORKER_POOL_PORT;
  public readonly workerImage: string;
  public readonly workerPodLabels: Readonly<Record<string, string>>;
  public readonly checkpoints?: Checkpointing;

  public constructor(scope: Construct, id: string, props: ExistingFlinkClusterProps) {
    super(scope, id);
    const { name, namespace = "flink", versions } = props;
    addProblems(this, existingClusterProblems({ name, namespace, versions }, this.node.path));
    this.namespace = namespace;
    this.restAddress = `${name}-rest.${namespace}:${REST_PORT}`;
    this.restPodLabels = clusterLabels(name, "jobmanager");
    this.flinkVersion = versions.flinkVersion;
    this.beamSdk = versions.beamSdk;
    this.python = versions.python;
    this.workerPodLabels = clusterLabels(name, "taskmanager");
    if (props.checkpoints) this.checkpoints = props.checkpoints;
    this.workerImage = props.workerImage ?? beamSdkImage(versions.beamSdk, versions.python);
  }
}
