/** A runner and a store for tests: nothing but the seams. */

import { Construct } from "constructs";
import { secretRef } from "#lib/core/secret-ref";
import type { BeamSdkVersion, Checkpointing, FlinkLine, IBeamRunner, PythonVersion } from "#lib/kube/beam-runner";
import { pods } from "#lib/kube/network";
import type { IVectorStore } from "#lib/kube/vector-store";

/** Flink at an address, without any object. */
export class FakeRunner extends Construct implements IBeamRunner {
  public readonly restAddress: string = "main-rest.flink:8081";
  public readonly namespace: string = "flink";
  public readonly restPodLabels = { app: "main", component: "jobmanager" };
  public readonly flinkVersion: FlinkLine = "2.2";
  public readonly beamSdk: BeamSdkVersion = "2.77.0";
  public readonly python: PythonVersion = "3.11";
  public readonly workerPoolPort = 50_000;
  public readonly workerPodLabels = { app: "main", component: "taskmanager" };
  public readonly workerImage = "apache/beam_python3.11_sdk:2.77.0";

  public constructor(
    scope: Construct,
    id: string,
    public readonly checkpoints?: Checkpointing,
  ) {
    super(scope, id);
  }
}

/** Documents at an address. */
export class FakeStore extends Construct implements IVectorStore {
  public readonly name = "documents";
  public readonly namespace = "search";
  public readonly url = "https://documents.search:9200";
  public readonly user = "elastic";
  public readonly passwordSecret = secretRef("documents-user", "elastic");
  public readonly caSecret = secretRef("documents-certs", "ca.crt");
  public readonly pods = pods("search", { app: "documents" });
  public readonly ports = [{ port: 9200 }];
}
