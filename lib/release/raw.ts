/** Objects and Helm releases as the construct tree has them, before they are stamped. */

import type { KubeObject } from "#lib/kube/object";
import type { Stage } from "#lib/kube/stage";
import type { TreeFile } from "#lib/kube/tree-file";
import type { ReleaseChart } from "./release";

/** Owner and lifecycle stage of an entry. */
export interface Origin {
  readonly stage: Stage;
  readonly component: string;
  readonly source: string;
}

/** An object as the construct tree has it. */
export interface RawObject extends Origin {
  readonly manifest: KubeObject;
}

/** A Helm release as the construct tree has it. */
export type RawChart = Origin & Pick<ReleaseChart, "name" | "namespace" | "chart" | "values" | "provides">;

/** A file for trees as the construct tree has it. */
export type RawFile = Origin & TreeFile;

/** The id of a file. */
export function fileId({ secret: { name, namespace } }: Pick<RawFile, "secret">): string {
  return `file/Secret/${namespace}/${name}`;
}

/** The id of a Helm release. */
export function chartId(chart: Pick<ReleaseChart, "name" | "namespace">): string {
  return `helm/Release/${chart.namespace}/${chart.name}`;
}
