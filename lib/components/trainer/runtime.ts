/** The TrainingRuntime of a job: what its pods look like, and when they are started again; and the job that uses it. */

import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import { DIGEST_LENGTH } from "./checks";
import { commandOf, FRAMEWORKS, hasLauncher, MPI_HOME, policyOf, processesOf } from "./frameworks";
import { ANCESTOR_LABEL, LAUNCHER, NODE } from "./labels";
import { type PodContext, podTemplate, variablesOf } from "./pods";
import type { TrainJobSettings } from "./schema";

/** Version of Trainer's kinds. */
export const API_VERSION = "trainer.kubeflow.org/v1alpha1";

/** Name of a job and of its runtime: a digest of what cannot be changed is part of it. */
export function jobName(context: PodContext): string {
  const runtime = runtimeSpec(context);
  return `${context.name}-${digest({ runtime, ...limits(context.settings) }).slice(0, DIGEST_LENGTH)}`;
}

/** A runtime, and what it is made from. */
export interface TrainingRuntimeProps {
  readonly name: string;
  readonly context: PodContext;
  /** Labels of its jobs, by which budgets find their queue. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The TrainingRuntime of jobs. */
export function trainingRuntime(scope: Construct, { name, context, labels }: TrainingRuntimeProps): ApiObject {
  const { namespace, framework } = context.settings;
  return new ApiObject(scope, "Runtime", {
    apiVersion: API_VERSION,
    kind: "TrainingRuntime",
    metadata: { name, namespace, labels: { ...labels, "trainer.kubeflow.org/framework": FRAMEWORKS[framework.type].label } },
    spec: runtimeSpec(context),
  });
}

/** `spec` of a TrainJob; `args` follow the command of the runtime. */
export function jobSpec(settings: TrainJobSettings, runtime: string, args: readonly string[] = []): JsonObject {
  const several = FRAMEWORKS[settings.framework.type].processes === "several";
  return {
    runtimeRef: { apiGroup: "trainer.kubeflow.org", kind: "TrainingRuntime", name: runtime },
    // Without it, the operator sets no variables. Source: Kubeflow Trainer v2.3.0, plugins/torch/torch.go.
    trainer: {
      numNodes: settings.nodes,
      ...(several && { numProcPerNode: processesOf(settings) }),
      ...(args.length > 0 && { args: [...args] }),
    },
    managedBy: "trainer.kubeflow.org/trainjob-controller",
    ...limits(settings),
  };
}

function limits({ deadline }: TrainJobSettings): JsonObject {
  return deadline ? { activeDeadlineSeconds: deadline.seconds } : {};
}

function runtimeSpec(context: PodContext): JsonObject {
  const { settings } = context;
  return { mlPolicy: policyOf(settings), template: { spec: jobSet(context) } };
}

function jobSet(context: PodContext): JsonObject {
  const { restarts, framework, nodes } = context.settings;
  const command = commandOf(context.settings, Object.keys(variablesOf(context.name, context.settings)));
  const launched = hasLauncher(framework.type);
  // No ttlSecondsAfterFinished: a failed TrainJob whose JobSet is gone gets another one. Source: Kubeflow Trainer v2.3.0, trainjob_controller.go, Reconcile.
  return {
    failurePolicy: {
      maxRestarts: restarts,
      restartStrategy: "Recreate",
      rules: [{ name: "disruption", action: "RestartJobSetAndIgnoreMaxRestarts", onJobFailureReasons: ["PodFailurePolicy"] }],
    },
    network: { enableDNSHostnames: true, publishNotReadyAddresses: true },
    // Servers of SSH do not end by themselves.
    successPolicy: { operator: "All", ...(launched && { targetReplicatedJobs: [LAUNCHER] }) },
    replicatedJobs: launched
      ? [
          job(NODE, podTemplate(context, sshServer()), { pods: nodes - 1 }),
          { ...job(LAUNCHER, podTemplate(context, { command }), { labels: TRAINER }), dependsOn: [{ name: NODE, status: "Ready" }] },
        ]
      : [job(NODE, podTemplate(context, { command }), { labels: TRAINER })],
  };
}

const TRAINER = { [ANCESTOR_LABEL]: "trainer" } as const;

interface JobFacts {
  /** @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default what the policy says */
  readonly pods?: number;
}

function job(name: string, template: JsonObject, { labels, pods }: JobFacts): JsonObject {
  return {
    name,
    groupName: "default",
    replicas: 1,
    template: {
      ...(labels && { metadata: { labels: { ...labels } } }),
      spec: {
        ...(pods !== undefined && { parallelism: pods, completions: pods }),
        // A failed pod fails the job, so that JobSet starts all of them again; one that the cluster took away fails it for another reason.
        backoffLimit: 0,
        podFailurePolicy: { rules: [{ action: "FailJob", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] },
        template,
      },
    },
  };
}

/** Source: Kubeflow Trainer v2.3.0, manifests/base/runtimes/deepspeed_distributed.yaml; the root file system is read-only. */
function sshServer(): JsonObject {
  return {
    command: ["/usr/sbin/sshd"],
    args: ["-De", "-f", `${MPI_HOME}/.sshd_config`, "-o", "PidFile=none"],
    readinessProbe: { tcpSocket: { port: 2222 }, initialDelaySeconds: 5 },
  };
}
