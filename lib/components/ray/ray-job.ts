/** Jobs: a driver with a Ray cluster of its own, once or on a schedule. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { stringify } from "yaml";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { rayClusterSpec } from "./cluster-spec";
import { submitterFlow } from "./flows";
import { DIGEST_LENGTH, rayCronJobProblems, rayJobProblems } from "./job-checks";
import { type RayNamePlace, RayNodes } from "./nodes";
import { rayPin } from "./pin";
import { type PodContext, submitterTemplate } from "./pods";
import { runtimeEnv } from "./runtime-env";
import {
  type RayCronJobProps,
  type RayCronJobSettings,
  type RayJobProps,
  type RayJobSettings,
  rayCronJobSchema,
  rayJobSchema,
} from "./schema";

/**
 * A job that runs once. KubeRay ignores changes of a job that has ended, so that a digest of the spec is part of the name: a changed job is
 * another one, and replaces the former.
 */
export class RayJob extends Construct {
  /** Name of the RayJob. */
  public readonly name: string;
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: RayJobProps & RayNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, rayPin.name);
    const settings = settingsOf(this, rayJobSchema, own, { checks: (each, path) => rayJobProblems(name, each, path) });
    const { namespace, queue, submission } = settings;
    const entry = queue?.enter(namespace);
    const nodes = new RayNodes(this, "Nodes", { name, kind: "rayjob", settings, operator, entry, flows: submitFlows(submission) });
    const spec = jobSpec(settings, nodes.context);
    this.name = `${name}-${digest(spec).slice(0, DIGEST_LENGTH)}`;
    this.namespace = namespace;
    const job = new ApiObject(this, "Resource", {
      apiVersion: "ray.io/v1",
      kind: "RayJob",
      metadata: { name: this.name, namespace, labels: { ...entry?.labels } },
      spec,
    });
    job.node.addDependency(nodes, ...(entry ? [entry.dependency] : []));
  }
}

/** A job that runs on a schedule. */
export class RayCronJob extends Construct {
  /** Name of the RayCronJob. */
  public readonly name: string;
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: RayCronJobProps & RayNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, rayPin.name);
    const settings = settingsOf(this, rayCronJobSchema, own, { checks: (each, path) => rayCronJobProblems(name, each, path) });
    const { namespace, schedule, timeZone, suspend, submission } = settings;
    this.name = name;
    this.namespace = namespace;
    const nodes = new RayNodes(this, "Nodes", { name, kind: "raycronjob", settings, operator, flows: submitFlows(submission) });
    const job = new ApiObject(this, "Resource", {
      apiVersion: "ray.io/v1",
      kind: "RayCronJob",
      metadata: { name, namespace },
      spec: { schedule, ...(timeZone !== undefined && { timeZone }), suspend, jobTemplate: jobSpec(settings, nodes.context) },
    });
    job.node.addDependency(nodes);
  }
}

const SUBMISSION = { "k8s-job": "K8sJobMode", http: "HTTPMode" } as const;

function submitFlows(submission: RayJobSettings["submission"]) {
  return (place: Parameters<typeof submitterFlow>[0]) => (submission === "k8s-job" ? [submitterFlow(place)] : []);
}

/** `spec` of a RayJob. */
export function jobSpec(settings: RayJobSettings | RayCronJobSettings, context: PodContext): JsonObject {
  const { entrypoint, submission, retries, entrypointCpus, entrypointGpus, deadline, startDeadline } = settings;
  const environment = runtimeEnv(settings.runtimeEnv);
  return {
    entrypoint,
    ...(entrypointCpus !== undefined && { entrypointNumCpus: entrypointCpus }),
    ...(entrypointGpus !== undefined && { entrypointNumGpus: entrypointGpus }),
    ...(environment && { runtimeEnvYAML: stringify(environment, { sortMapEntries: true }) }),
    submissionMode: SUBMISSION[submission],
    ...(submission === "k8s-job" && { submitterPodTemplate: submitterTemplate(context) }),
    backoffLimit: retries,
    ...(deadline && { activeDeadlineSeconds: deadline.seconds }),
    ...(startDeadline && { preRunningDeadlineSeconds: startDeadline.seconds }),
    ...deletion(settings),
    rayClusterSpec: rayClusterSpec(context),
  };
}

const POLICY = { "delete-workers": "DeleteWorkers", "delete-cluster": "DeleteCluster" } as const;

/** KubeRay takes rules or `shutdownAfterJobFinishes`, not both. */
function deletion({ deletion: rules, ttl }: Pick<RayJobSettings, "deletion" | "ttl">): JsonObject {
  if (!rules) return { shutdownAfterJobFinishes: true, ttlSecondsAfterFinished: ttl?.seconds ?? 0 };
  return {
    deletionStrategy: {
      deletionRules: rules.map(({ policy, on, after }) => ({
        policy: POLICY[policy],
        condition: { jobStatus: on.toUpperCase(), ttlSeconds: after?.seconds ?? 0 },
      })),
    },
  };
}
