/** Rules over finished objects and their findings. */

import type { ReleaseChart, ReleaseFile, ReleaseObject } from "#lib/release/release";
import type { CheckContext } from "./context";
import type { ReleaseView } from "./view";

/** A violation of a rule in an object. */
export interface Finding {
  readonly object: ReleaseObject | ReleaseChart | ReleaseFile;
  /** Path in the object, such as `spec.template.spec.containers[0].image`; empty for the object as a whole. */
  readonly at: string;
  /** The value found. */
  readonly got: string;
  /** Allowed values, if they depend on the finding. @default the rule's */
  readonly allowed?: string;
  /** @default the rule's */
  readonly fix?: string;
}

/** One rule. Its id is the name of its file. */
export interface Rule {
  readonly id: string;
  /** Ids of the same check in public tools. */
  readonly mirrors: readonly string[];
  readonly allowed: string;
  readonly fix: string;
  /** Is it a production rule? @default false */
  readonly productionOnly?: boolean;
  /** Of its violations: a warning leaves the release as it is. @default "error" */
  readonly severity?: "warning";
  readonly find: (view: ReleaseView, context: CheckContext) => Finding[];
}
