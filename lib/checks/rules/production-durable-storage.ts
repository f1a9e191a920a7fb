/** In production, what holds data keeps it when its pod goes. */

import type { JsonObject } from "#lib/core/json";
import { type GroupKind, groupKind } from "#lib/kube/object";
import { listAt, mapAt } from "../json-at";
import type { Fault } from "../pod-rule";
import type { Finding, Rule } from "../rule";

/** For each kind that holds data: where its storage is named, and what of it would not last. */
const STORAGE: Readonly<Record<GroupKind, (spec: JsonObject) => Fault[]>> = {
  "elasticsearch.k8s.elastic.co/Elasticsearch": (spec) =>
    listAt(spec, "nodeSets").flatMap((nodes, position) =>
      fault(`nodeSets[${position}]`, temporaryVolumes(mapAt(mapAt(nodes, "podTemplate"), "spec"), "elasticsearch-data")),
    ),
  "monitoring.coreos.com/Prometheus": (spec) => fault("storage", prometheusStorage(mapAt(spec, "storage"))),
  "flink.apache.org/FlinkDeployment": (spec) => fault("flinkConfiguration", flinkState(mapAt(spec, "flinkConfiguration"))),
  "apps/StatefulSet": (spec) => fault("volumeClaimTemplates", listAt(spec, "volumeClaimTemplates").length > 0 ? undefined : "nothing"),
};

/** A claim, or a store outside of the pod. */
export const productionDurableStorage: Rule = {
  id: "production-durable-storage",
  mirrors: ["mission E2"],
  allowed: "a PersistentVolumeClaim or object storage",
  fix: "name the storage in the environment file",
  productionOnly: true,
  find: ({ release }) =>
    release.objects.flatMap((object): Finding[] => {
      const faults = STORAGE[groupKind(object.manifest)]?.(mapAt(object.manifest, "spec")) ?? [];
      return faults.map(({ at, got }) => ({ object, at: `spec.${at}`, got }));
    }),
};

function fault(at: string, got: string | undefined): Fault[] {
  return got === undefined ? [] : [{ at, got }];
}

/** ECK makes a claim unless the pod template has a volume of this name that is none. */
function temporaryVolumes(pod: JsonObject, name: string): string | undefined {
  const volume = listAt(pod, "volumes").find((candidate) => candidate["name"] === name);
  return volume?.["emptyDir"] === undefined ? undefined : `an emptyDir for ${name}`;
}

/** Prometheus without a claim template writes into an emptyDir. */
function prometheusStorage(storage: JsonObject): string | undefined {
  return storage["volumeClaimTemplate"] === undefined ? "an emptyDir" : undefined;
}

/** Flink keeps checkpoints in the JobManager's memory unless a directory is named. */
function flinkState(configuration: JsonObject): string | undefined {
  const folder = configuration["execution.checkpointing.dir"] ?? configuration["state.checkpoints.dir"];
  return folder === undefined ? "checkpoints in memory" : undefined;
}
