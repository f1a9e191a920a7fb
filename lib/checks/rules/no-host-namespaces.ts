/** No pod sees the network or the processes of its node. */

import { podRule } from "../pod-rule";

const FIELDS = ["hostNetwork", "hostPID", "hostIPC"];

/** All three are off unless asked for. */
export const noHostNamespaces = podRule(
  {
    id: "no-host-namespaces",
    mirrors: ["CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19", "KSV-0008", "KSV-0009", "KSV-0010", "C-0038", "C-0041", "PSS baseline"],
    allowed: "no hostNetwork, hostPID, hostIPC",
    fix: "remove the field",
  },
  ({ spec }) => FIELDS.filter((field) => spec[field] === true).map((field) => ({ at: field, got: "true" })),
);
