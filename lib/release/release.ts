/** The result of synth: plain JSON, the only input of both sinks. */

import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { GroupKind, KubeObject } from "#lib/kube/object";
import type { ChartPin } from "#lib/kube/pin";
import type { Requirement } from "#lib/kube/requirement";
import type { Stage } from "#lib/kube/stage";

/**
 * What `destroy` does with an object: `delete` it; `retain` it because it holds data, is a CRD, or is in a namespace with data; or
 * `cascade`: it is deleted with its namespace.
 */
export type Retention = "delete" | "retain" | "cascade";

/** Common fields of objects and Helm releases. */
export interface Entry {
  /** Stable id, see `objectId`; `helm/Release/<namespace>/<name>` for a Helm release. */
  readonly id: string;
  readonly stage: Stage;
  readonly component: string;
  /** Path in the environment file that it comes from. */
  readonly source: string;
  /** Position in the order of creation: an entry depends only on entries of lower levels. */
  readonly level: number;
}

/** One object of a release. */
export interface ReleaseObject extends Entry {
  readonly retention: Retention;
  /** The finished object, with labels, annotations, mirrored images and digest. Sinks do not change it. */
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

/** A file that a tree carries as it is, such as an encrypted Secret: nothing but what reads the tree can apply it. */
export interface ReleaseFile extends Entry {
  /** Path in the folder of environment files. */
  readonly file: string;
  readonly text: string;
  /** The Secret that comes out of it. */
  readonly secret: { readonly name: string; readonly namespace: string; readonly keys: readonly string[] };
  /** Command that writes the Secret to its output; the path of the file follows. */
  readonly decrypt: string;
}

/** `from` is created after `to`, and destroyed before it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Reason, in a word or two: `namespace`, `definition`, `service account`, `operator`, `declared`. */
  readonly reason: string;
}

/** An image and the objects that run it. */
export interface ImageUse {
  readonly image: string;
  readonly usedBy: readonly string[];
}

/** A recorded patch. */
export interface Deviation {
  /** Id of the object or Helm release. */
  readonly id: string;
  /** The JSON merge patch. */
  readonly merge: JsonObject;
  /** Why. */
  readonly reason: string;
}

/** An environment at one version of this program. */
export interface Release {
  readonly environment: string;
  /** Sorted by id. */
  readonly objects: readonly ReleaseObject[];
  /** Sorted by id. */
  readonly helmReleases: readonly ReleaseChart[];
  /** Files that a tree carries as they are. Sorted by id. @default none */
  readonly files?: readonly ReleaseFile[];
  /** Sorted by from, then to. */
  readonly edges: readonly Edge[];
  /** Sorted by image. */
  readonly images: readonly ImageUse[];
  /** Warnings; a release with errors does not exist. */
  readonly problems: readonly Problem[];
  /** Recorded patches. @default none */
  readonly deviations?: readonly Deviation[];
  /** What the release needs and does not create. Sorted by type, namespace and name. */
  readonly requires: readonly Requirement[];
  /** Digest of all of the above but `requires`, which follows from it. */
  readonly digest: string;
}
