/** Containers write to volumes only. */

import { mapAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** Where an image must write into its own files, an emptyDir over that folder does it. */
export const readOnlyRoot = containerRule(
  {
    id: "read-only-root",
    mirrors: ["CKV_K8S_22", "KSV-0014", "C-0017"],
    allowed: "readOnlyRootFilesystem: true",
    fix: "set securityContext.readOnlyRootFilesystem: true and mount an emptyDir where the image writes",
  },
  ({ container }) => {
    const given = mapAt(container, "securityContext")["readOnlyRootFilesystem"];
    return given === true ? [] : [{ at: "securityContext.readOnlyRootFilesystem", got: `${given ?? "nothing"}` }];
  },
);
