/** Helm values of Sealed Secrets: what differs from the chart's own. Its container is restricted by default. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedPodSecurity } from "#lib/kube/hardening";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { SealedSecretsOperatorSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.05, memory: Size.mebibytes(64) }, limits: { cpu: 0.5, memory: Size.mebibytes(256) } };

/** Helm values of the chart. */
export function sealedSecretsValues({ resources }: SealedSecretsOperatorSettings, { image, priority }: OperatorContext): JsonObject {
  const { registry, repository, tag } = parseImage(image) ?? {};
  return {
    image: { registry, repository, tag },
    resources: partResources(resources, DEFAULTS),
    podSecurityContext: { enabled: true, ...restrictedPodSecurity() },
    ...(priority && { priorityClassName: priority }),
    // Everybody whom the API server knows could ask whether a ciphertext can be read. `kubeseal --cert` needs no way to the controller.
    rbac: { serviceProxier: { create: false } },
  };
}
