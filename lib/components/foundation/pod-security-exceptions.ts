/** Every namespace that does without the Pod Security level "restricted", and why: the one list of such exceptions. */

import type { PodSecurityException } from "./props";

/** Exceptions by namespace. */
export const POD_SECURITY_EXCEPTIONS: Readonly<Record<string, PodSecurityException>> = {
  monitoring: {
    level: "privileged",
    reason: "node-exporter reads /proc, /sys and the network of its node: host paths, host network, host processes",
  },
};
