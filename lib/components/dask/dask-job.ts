/** A job: a program with a Dask cluster of its own, which ends with it. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { jobProblems } from "./checks";
import { type DaskNamePlace, DaskPods } from "./instance";
import { daskPin } from "./pin";
import { runnerTemplate, schedulerTemplate, workerTemplate } from "./pods";
import { type DaskJobProps, daskJobSchema } from "./schema";

/** A job. */
export class DaskJob extends Construct {
  /** Name of the section's job; that of the DaskJob has a digest. */
  public readonly name: string;
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: DaskJobProps & DaskNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, daskPin.name);
    const settings = settingsOf(this, daskJobSchema, own as DaskJobProps, { checks: (each, path) => jobProblems(name, each, path) });
    const { namespace, workers, runner } = settings;
    this.name = name;
    this.namespace = namespace;
    if (!isSound(this)) return;
    const pods = new DaskPods(this, "Pods", { name, kind: "job", settings, operator, pools: [runner.pool] });
    const specOf = (cluster: string) => ({
      cluster: {
        spec: { idleTimeout: 0, scheduler: schedulerTemplate(pods.context, cluster), worker: workerTemplate(pods.context, workers) },
      },
      job: runnerTemplate(pods.context, settings),
    });
    // The cluster has the name of the job.
    const unique = pods.nameFor(name, specOf(name));
    const job = new ApiObject(this, "Resource", {
      apiVersion: "kubernetes.dask.org/v1",
      kind: "DaskJob",
      metadata: { name: unique, namespace },
      spec: specOf(unique),
    });
    job.node.addDependency(pods);
  }
}
