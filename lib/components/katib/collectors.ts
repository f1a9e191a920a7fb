/** How the metrics of a trial are read: `spec.metricsCollectorSpec` of an experiment. */

import type { JsonObject } from "#lib/core/json";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { resources } from "#lib/kube/resources";
import type { ExperimentSettings } from "./schema";

/** The server that takes metrics. */
export interface KatibServer {
  /** Host and port of its API, by gRPC. */
  readonly dbManagerAddress: string;
}

const DB_MANAGER_VARIABLE = "KATIB_DB_MANAGER";

/** `image` is that of a custom collector, as the environment's registry has it. */
export function collectorSpec({ metrics }: ExperimentSettings, server: KatibServer, image: string | undefined): JsonObject {
  switch (metrics.type) {
    case "stdout":
      return { collector: { kind: "StdOut" }, ...(metrics.formats && { source: { filter: { metricsFormat: [...metrics.formats] } } }) };
    case "file":
      return {
        collector: { kind: "File" },
        source: { fileSystemPath: { kind: "File", path: metrics.path, format: metrics.format.toUpperCase() } },
      };
    case "tensorflow-event":
      return { collector: { kind: "TensorFlowEvent" }, source: { fileSystemPath: { kind: "Directory", path: metrics.path } } };
    case "push":
      return { collector: { kind: "Push" } };
    case "custom":
      return {
        collector: { kind: "Custom", customCollector: container({ ...metrics, image: image ?? metrics.image }, server) },
        source: { fileSystemPath: { kind: "File", path: metrics.path } },
      };
  }
}

/** Variables of a program that pushes metrics: the SDK's default address is that of another namespace. Source: Katib SDK v0.19.0, constants.py. */
export function reportVariables({ metrics }: Pick<ExperimentSettings, "metrics">, server: KatibServer): Readonly<Record<string, string>> {
  return metrics.type === "push" ? { [DB_MANAGER_VARIABLE]: server.dbManagerAddress } : {};
}

type Custom = Extract<ExperimentSettings["metrics"], { readonly type: "custom" }>;

/** Katib shares the folder with the container of this name. Source: Katib v0.19.0, pkg/metricscollector/v1beta1/common/const.go. */
function container({ image, args, cpu, memory }: Custom, { dbManagerAddress }: KatibServer): JsonObject {
  return {
    name: "metrics-collector",
    image,
    imagePullPolicy: "IfNotPresent",
    ...(args.length > 0 && { args: [...args] }),
    env: [
      { name: "KATIB_TRIAL_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.labels['katib.kubeflow.org/trial']" } } },
      { name: DB_MANAGER_VARIABLE, value: dbManagerAddress },
    ],
    resources: resources({ cpu, memory }),
    securityContext: restrictedContainerSecurity(),
  };
}
