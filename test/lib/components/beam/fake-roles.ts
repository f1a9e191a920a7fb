/** A runner that is not Flink and a store that is not Elasticsearch: the roles, and nothing but the roles. */

import { Construct } from "constructs";
import { secretRef } from "#lib/core/secret-ref";
import type { BeamSdkVersion, IBeamRunner, PipelineAsk, PythonVersion, Submission } from "#lib/kube/beam-runner";
import type { IndexPlan, IndexShape } from "#lib/kube/index-plan";
import { type PodsEnd, pods } from "#lib/kube/network";
import type { IVectorStore, StoreAuth } from "#lib/kube/vector-store";

/** Beam's own runner: the submitter runs the pipeline itself. */
export class DirectRunner extends Construct implements IBeamRunner {
  public readonly namespace = "batch";
  public readonly beamSdk: BeamSdkVersion = "2.77.0";
  public readonly python: PythonVersion = "3.11";
  public readonly workerImage = "apache/beam_python3.11_sdk:2.77.0";
  public readonly workers = pods("batch", { "app.kubernetes.io/name": "beam-submitter" });

  public submission({ parallelism }: PipelineAsk, jobName: string, _submitter: PodsEnd): Submission {
    return {
      options: { runner: "DirectRunner", job_name: jobName, direct_num_workers: parallelism },
      sidecars: [],
      volumes: [],
      environment: { BEAMSTACK_WITHOUT_FLINK: "1" },
      flows: [],
    };
  }

  public pipelineProblems({ upgrade }: PipelineAsk, path: string) {
    if (upgrade === "stateless") return [];
    return [{ id: "direct.no-savepoints", path: `${path}.upgrade`, got: upgrade, allowed: "stateless", fix: "remove upgrade" }];
  }
}

/** Documents at an address. */
export class FakeStore extends Construct implements IVectorStore {
  public readonly name = "documents";
  public readonly namespace = "search";
  public readonly endpoints = [{ protocol: "http", service: "documents", url: "http://documents.search.svc:6333" }] as const;
  public readonly pods = pods("search", { app: "documents" });
  public readonly ports = [{ port: 9200 }];

  public constructor(
    scope: Construct,
    id: string,
    public readonly auth: StoreAuth = { type: "api-key", key: secretRef("documents", "api-key") },
  ) {
    super(scope, id);
  }

  public indexPlan(shape: IndexShape): IndexPlan {
    const { index, alias, dimensions } = shape;
    return {
      type: "http",
      read: { method: "GET", path: `/${index}` },
      create: { method: "PUT", path: `/${index}`, body: { ...shape, expired: [...shape.expired] } },
      fixed: [{ path: ["dimensions"], value: dimensions }],
      serve: [{ method: "POST", path: `/${alias}`, body: { index } }],
      expire: [],
      search: { request: { method: "POST", path: `/${alias}/search` }, hits: [], fields: [] },
      keyHeader: "key",
      maxDimensions: 65_536,
    };
  }
}
