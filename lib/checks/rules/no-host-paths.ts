/** No pod mounts a folder of its node. */

import { listAt, mapAt } from "../json-at";
import { podRule } from "../pod-rule";

/** Sockets of container runtimes are host paths too. */
export const noHostPaths = podRule(
  {
    id: "no-host-paths",
    mirrors: ["CKV_K8S_27", "KSV-0006", "KSV-0023", "C-0048", "PSS baseline"],
    allowed: "volumes other than hostPath",
    fix: "use an emptyDir or a PersistentVolumeClaim",
  },
  ({ spec }) =>
    listAt(spec, "volumes").flatMap((volume, position) =>
      volume["hostPath"] === undefined ? [] : [{ at: `volumes[${position}].hostPath`, got: `${mapAt(volume, "hostPath")["path"]}` }],
    ),
);
