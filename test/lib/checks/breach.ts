/** How tests say what breaks a rule. */

import type { Release } from "#lib/release/release";

/** What a rule finds in releases that break it, and releases it has nothing to say of. */
export interface Breaches {
  /** A text that the first finding has in `got`, and the release. */
  readonly breaks: readonly (readonly [string, Release])[];
  readonly keeps: readonly Release[];
}
