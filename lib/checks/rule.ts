/** What a rule over finished objects is, and what it finds. */

import type { ReleaseChart, ReleaseObject } from "#lib/release/release";
import type { CheckContext } from "./context";
import type { ReleaseView } from "./view";

/** One place of one object that breaks a rule. */
export interface Finding {
  readonly object: ReleaseObject | ReleaseChart;
  /** Path in the object, such as `spec.template.spec.containers[0].image`; empty for the object as a whole. */
  readonly at: string;
  /** What is there. */
  readonly got: string;
  /** What would be accepted, where it differs from find to find. @default the rule's */
  readonly allowed?: string;
  /** @default the rule's */
  readonly fix?: string;
}

/** One rule. Its id is the name of its file. */
export interface Rule {
  readonly id: string;
  /** Checks of public tools that ask for the same, by their own ids. */
  readonly mirrors: readonly string[];
  readonly allowed: string;
  readonly fix: string;
  /** Does the rule hold only where an environment is for production? @default false */
  readonly productionOnly?: boolean;
  readonly find: (view: ReleaseView, context: CheckContext) => Finding[];
}
