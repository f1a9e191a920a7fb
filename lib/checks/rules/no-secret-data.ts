/** No secret value is part of a release: it would be in Git, in the state and in the output. */

import { mapAt } from "../json-at";
import type { Rule } from "../rule";

/** A Secret may be named, never made. */
export const noSecretData: Rule = {
  id: "no-secret-data",
  mirrors: ["C-0012", "CIS 5.4.2"],
  allowed: "references to Secrets that exist or that another tool creates",
  fix: "remove data and stringData; create the Secret with External Secrets or by hand",
  find: ({ ofKind }) =>
    ofKind("core/Secret").flatMap((object) =>
      ["data", "stringData"]
        .filter((field) => Object.keys(mapAt(object.manifest, field)).length > 0)
        .map((field) => ({ object, at: field, got: Object.keys(mapAt(object.manifest, field)).join(", ") })),
    ),
};
