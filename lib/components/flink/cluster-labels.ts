/** Labels of the pods that the operator makes. */

/** Labels that native mode puts on the pods of a cluster. */
export function clusterLabels(name: string, component?: "jobmanager" | "taskmanager"): Record<string, string> {
  return { app: name, type: "flink-native-kubernetes", ...(component && { component }) };
}
