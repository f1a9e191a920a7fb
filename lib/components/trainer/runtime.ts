/** `spec` of the TrainingRuntime of a job: what its pods look like, and when they are started again. */

import type { JsonObject } from "#lib/core/json";
import { commandOf, hasLauncher, MPI_HOME, policyOf } from "./frameworks";
import { ANCESTOR_LABEL, LAUNCHER, NODE } from "./labels";
import { type PodContext, podTemplate, variablesOf } from "./pods";

/** The runtime of a job. */
export function runtimeSpec(context: PodContext): JsonObject {
  const { settings } = context;
  return { mlPolicy: policyOf(settings), template: { spec: jobSet(context) } };
}

function jobSet(context: PodContext): JsonObject {
  const { restarts, keep, framework } = context.settings;
  const command = commandOf(context.settings, Object.keys(variablesOf(context.name, context.settings)));
  const launched = hasLauncher(framework.type);
  return {
    failurePolicy: {
      maxRestarts: restarts,
      restartStrategy: "Recreate",
      rules: [{ name: "disruption", action: "RestartJobSetAndIgnoreMaxRestarts", onJobFailureReasons: ["PodFailurePolicy"] }],
    },
    network: { enableDNSHostnames: true, publishNotReadyAddresses: true },
    // Servers of SSH do not end by themselves.
    successPolicy: { operator: "All", ...(launched && { targetReplicatedJobs: [LAUNCHER] }) },
    ttlSecondsAfterFinished: keep.seconds,
    replicatedJobs: launched
      ? [
          job(NODE, podTemplate(context, sshServer()), {}),
          { ...job(LAUNCHER, podTemplate(context, { command }), TRAINER), dependsOn: [{ name: NODE, status: "Ready" }] },
        ]
      : [job(NODE, podTemplate(context, { command }), TRAINER)],
  };
}

const TRAINER = { [ANCESTOR_LABEL]: "trainer" } as const;

function job(name: string, template: JsonObject, labels: Readonly<Record<string, string>>): JsonObject {
  return {
    name,
    groupName: "default",
    replicas: 1,
    template: {
      ...(Object.keys(labels).length > 0 && { metadata: { labels: { ...labels } } }),
      spec: {
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
