/** Rules on cert-manager's props that types cannot forbid. */

import type { Problem } from "#lib/core/problem";
import { schemaProblems } from "#lib/core/schema";
import type { CertManagerProps } from "./props";
import { certManagerSchema } from "./schema";

/** Everything that is wrong with the props; `path` is where they stand. */
export function certManagerProblems(props: CertManagerProps, path: string): Problem[] {
  return schemaProblems(certManagerSchema, props, path);
}
