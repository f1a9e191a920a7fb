/** The result of a synth: plain JSON, the only thing both sinks read. */

import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { GroupKind, KubeObject } from "#lib/kube/object";
import type { ChartPin } from "#lib/kube/pin";
import type { Stage } from "#lib/kube/stage";

/**
 * What `destroy` does with an object: `delete` it; `retain` it because it holds data or definitions, or belongs to a namespace
 * that does; or leave it to `cascade`, which is to go with its namespace.
 */
export type Retention = "delete" | "retain" | "cascade";

/** What both objects and Helm releases say of themselves. */
export interface Entry {
  /** Stable id, see `objectId`; `helm/Release/<namespace>/<name>` for a Helm release. */
  readonly id: string;
  readonly stage: Stage;
  readonly component: string;
  /** Path in the environment file that asked for it. */
  readonly source: string;
  /** Position in the order of creation: an entry depends only on entries of lower levels. */
  readonly level: number;
}

/** One object of a release. */
export interface ReleaseObject extends Entry {
  readonly retention: Retention;
  /** The finished object: labels, annotations, mirrored images and digest included. Sinks add nothing. */
  readonly manifest: KubeObject;
}

/** One Helm release of a release. */
export interface ReleaseChart extends Entry {
  readonly name: string;
  readonly namespace: string;
  readonly chart: ChartPin;
  readonly values: JsonObject;
  readonly provides: readonly GroupKind[];
}

/** `from` exists only after `to`; destroy goes the other way round. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Why, in a word or two: `namespace`, `definition`, `service account`, `operator`, `declared`. */
  readonly reason: string;
}

/** An image and the objects that run it. */
export interface ImageUse {
  readonly image: string;
  readonly usedBy: readonly string[];
}

/** What a patch changed. */
export interface Deviation {
  /** Id of the object or Helm release. */
  readonly id: string;
  /** The JSON merge patch. */
  readonly merge: JsonObject;
  /** Why. */
  readonly reason: string;
}

/** Everything one environment is, at one version of this program. */
export interface Release {
  readonly environment: string;
  /** Sorted by id. */
  readonly objects: readonly ReleaseObject[];
  /** Sorted by id. */
  readonly helmReleases: readonly ReleaseChart[];
  /** Sorted by from, then to. */
  readonly edges: readonly Edge[];
  /** Sorted by image. */
  readonly images: readonly ImageUse[];
  /** Warnings; a release with errors does not exist. */
  readonly problems: readonly Problem[];
  /** What patches changed. @default nothing */
  readonly deviations?: readonly Deviation[];
  /** Digest of all of the above. */
  readonly digest: string;
}
