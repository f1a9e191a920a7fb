/** A runner for tests: nothing but the seam. */

import { Construct } from "constructs";
import type { BeamSdkVersion, FlinkLine, IBeamRunner, PythonVersion } from "#lib/kube/beam-runner";

/** Flink at an address, without any object. */
export class FakeRunner extends Construct implements IBeamRunner {
  public readonly restAddress: string = "main-rest.flink:8081";
  public readonly namespace: string = "flink";
  public readonly restPodLabels = { app: "main", component: "jobmanager" };
  public readonly flinkVersion: FlinkLine = "2.2";
  public readonly beamSdk: BeamSdkVersion = "2.77.0";
  public readonly python: PythonVersion = "3.11";
  public readonly workerPoolPort = 50_000;
  public readonly workerImage = "apache/beam_python3.11_sdk:2.77.0";
}
