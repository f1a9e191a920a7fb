/** No container takes a port of its node. */

import { listAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** 0 means none. */
export const noHostPorts = containerRule(
  {
    id: "no-host-ports",
    mirrors: ["CKV_K8S_26", "KSV-0024", "C-0044", "PSS baseline"],
    allowed: "no hostPort",
    fix: "remove hostPort and reach the container through a Service",
  },
  ({ container }) =>
    listAt(container, "ports").flatMap(({ hostPort = 0 }, position) =>
      hostPort === 0 ? [] : [{ at: `ports[${position}].hostPort`, got: String(hostPort) }],
    ),
);
