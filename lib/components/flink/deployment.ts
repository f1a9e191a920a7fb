/** The spec of a FlinkDeployment: what session clusters and applications share. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import type { FlinkLine } from "#lib/beam/matrix";
import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { imageFor } from "#lib/kube/images";
import { priorityOf } from "#lib/kube/ownership";
import { clusterLabels } from "./cluster-labels";
import { flinkConfiguration } from "./configuration";
import { LOG_FILE, logConfiguration } from "./logging";
import { FlinkPermissions } from "./permissions";
import { FLINK_RELEASES, flinkPin } from "./pin";
import { jobManagerPod, taskManagerPod } from "./pods";
import type { FlinkPodSettings } from "./schema";
import { storesOf } from "./state";

/** A deployment. */
export interface DeploymentProps {
  readonly name: string;
  readonly settings: FlinkPodSettings;
  readonly line: FlinkLine;
  /** Image of the Beam workers. @default none beside the TaskManagers */
  readonly workerImage?: string;
  /** Keys of Flink's configuration besides those that both have. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** Kind of an object with the spec of a deployment, and that spec's place in it. */
export interface DeploymentKind {
  readonly kind: "FlinkDeployment" | "FlinkBlueGreenDeployment";
  readonly spec: (deployment: JsonObject) => JsonObject;
}

/** Adds the object, the ServiceAccounts of its pods, and what it depends on. */
export function addDeployment(scope: Construct, props: DeploymentProps, { kind, spec }: DeploymentKind): ApiObject {
  const { name, settings } = props;
  const { namespace, highAvailability, serviceAccountAnnotations: annotations = {}, jobManager, taskManager } = settings;
  const accounts = new FlinkPermissions(scope, "Permissions", { name, namespace, annotations, highAvailability });
  const deployment = new ApiObject(scope, "Resource", {
    apiVersion: "flink.apache.org/v1beta1",
    kind,
    metadata: { name, namespace },
    spec: spec(deploymentSpec(scope, props, accounts)),
  });
  const pools = [jobManager.pool, taskManager.pool].filter((pool) => pool !== undefined);
  const buckets = storesOf(settings).flatMap(({ from }) => (from ? [from.access.dependency] : []));
  deployment.node.addDependency(accounts, ...pools, ...buckets);
  return deployment;
}

function deploymentSpec(scope: Construct, props: DeploymentProps, accounts: FlinkPermissions): JsonObject {
  const { name, settings, line, workerImage, configuration } = props;
  const { jobManager, taskManager, logging } = settings;
  const given = settings.image ?? flinkPin.images[line];
  const image = movedImage(scope, given);
  const pod = {
    name,
    settings,
    image,
    release: releaseOf(given, line),
    priority: priorityOf(scope),
    ...(workerImage !== undefined && { workerImage }),
  };
  return {
    image,
    imagePullPolicy: "IfNotPresent",
    flinkVersion: `v${line.replace(".", "_")}`,
    mode: "native",
    serviceAccount: accounts.jobManager,
    flinkConfiguration: {
      ...settings.flinkConfiguration,
      ...flinkConfiguration(settings, { cluster: name, taskManagerServiceAccount: accounts.taskManager }),
      ...configuration,
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
  };
}

/** A wrong image was already reported; other problems must still be found. */
export function movedImage(scope: Construct, reference: string): string {
  return parseImage(reference) ? imageFor(scope, reference) : reference;
}

/** Flink release in an image: from its tag, else the pinned one of the line. */
function releaseOf(image: string, line: FlinkLine): string {
  return /^\d+\.\d+\.\d+/.exec(parseImage(image)?.tag ?? "")?.[0] ?? FLINK_RELEASES[line];
}

/** Pods of a cluster that are kept while nodes are drained. */
export interface KeptPods {
  /** Name of the cluster, which its pods have as label. */
  readonly name: string;
  readonly namespace: string;
  /** JobManagers. */
  readonly jobManagers: number;
  /** TaskManagers. */
  readonly taskManagers: number;
}

/**
 * The owner of TaskManager pods is the JobManager's Deployment, whose replica count is not theirs, so their budget must use `minAvailable`.
 * For a single pod a budget would only block the drain of its node.
 */
export function addDisruptionBudgets(scope: Construct, { name, namespace, jobManagers, taskManagers }: KeptPods): void {
  const add = (component: "jobmanager" | "taskmanager", limit: k8s.PodDisruptionBudgetSpec): void => {
    new k8s.KubePodDisruptionBudget(scope, `DisruptionBudget-${component}`, {
      metadata: { name: `${name}-${component}`, namespace },
      spec: { ...limit, selector: { matchLabels: clusterLabels(name, component) } },
    });
  };
  if (jobManagers > 1) add("jobmanager", { maxUnavailable: k8s.IntOrString.fromNumber(1) });
  if (taskManagers > 1) add("taskmanager", { minAvailable: k8s.IntOrString.fromNumber(taskManagers - 1) });
}
