/** A session cluster that was created elsewhere: a reference without objects. */

import { Construct } from "constructs";
import { type BeamOnFlink, beamSdkImage, jobServerImage } from "#lib/beam/matrix";
import type { Problem } from "#lib/core/problem";
import type { BeamSdkVersion, IBeamRunner, PipelineAsk, PythonVersion, Submission } from "#lib/kube/beam-runner";
import { imageFor } from "#lib/kube/images";
import { type PodsEnd, pods } from "#lib/kube/network";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { existingClusterProblems } from "./checks";
import { clusterLabels } from "./cluster-labels";
import { artifactScheme, needsJava, notShared } from "./pipeline-checks";
import { type FlinkTarget, submissionTo } from "./submission";

/** A cluster that exists. */
export interface ExistingFlinkClusterProps {
  /** Name of its FlinkDeployment. */
  readonly name: string;
  /** @default "flink" */
  readonly namespace?: string;
  /** Versions that the cluster runs. */
  readonly versions: BeamOnFlink;
  /** Image of its worker pool. @default the SDK image of the versions */
  readonly workerImage?: string;
  /** Checkpoints of streaming pipelines there. @default none */
  readonly checkpoints?: FlinkTarget["checkpoints"];
}

/** See `FlinkCluster.fromExisting`. */
export class ExistingFlinkCluster extends Construct implements IBeamRunner {
  public readonly namespace: string;
  public readonly beamSdk: BeamSdkVersion;
  public readonly python: PythonVersion;
  public readonly workerImage: string;
  public readonly workers: PodsEnd;
  private readonly target: FlinkTarget;

  public constructor(scope: Construct, id: string, props: ExistingFlinkClusterProps) {
    super(scope, id);
    const { name, namespace = "flink", versions, checkpoints } = props;
    addProblems(this, existingClusterProblems({ name, namespace, versions }, ownerOf(this).source));
    this.namespace = namespace;
    this.beamSdk = versions.beamSdk;
    this.python = versions.python;
    this.workers = pods(namespace, clusterLabels(name, "taskmanager"));
    this.workerImage = props.workerImage ?? beamSdkImage(versions.beamSdk, versions.python);
    this.target = { name, namespace, checkpoints, jobServerImage: imageFor(this, jobServerImage(versions.beamSdk, versions.flinkVersion)) };
  }

  public submission(ask: PipelineAsk, jobName: string, submitter: PodsEnd): Submission {
    return submissionTo(this.target, ask, { jobName, submitter });
  }

  /** Its slots and its storage are not known. */
  public pipelineProblems(ask: PipelineAsk, path: string): readonly Problem[] {
    return [...artifactScheme(ask, path), ...needsJava(ask, path), ...notShared({ name: this.target.name }, ask, path)];
  }
}
