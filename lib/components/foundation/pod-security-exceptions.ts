/** Everything whose namespace does without the Pod Security level "restricted", and why: the one list of such exceptions. */

import type { PodSecurityException } from "./props";

/** Exceptions by what needs them; its namespace keeps to "restricted" where it is not installed. */
export const POD_SECURITY_EXCEPTIONS = {
  nodeExporter: {
    level: "privileged",
    reason: "node-exporter reads /proc, /sys and the network of its node: host paths, host network, host processes",
  },
} as const satisfies Readonly<Record<string, PodSecurityException>>;
