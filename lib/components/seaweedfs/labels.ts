/** Parts of a cluster, and the labels of their pods. */

/** Pods of a cluster by what they do. */
export const PARTS = ["master", "volume", "filer", "s3"] as const;

/** What pods of a cluster do. */
export type Part = (typeof PARTS)[number];

/** Labels that the operator puts on pods. Source: internal/controller/label. */
export function partLabels(name: string, part?: Part): Record<string, string> {
  return {
    "app.kubernetes.io/name": "seaweedfs",
    "app.kubernetes.io/instance": name,
    ...(part && { "app.kubernetes.io/component": part }),
  };
}
