/** Helm values of KServe: what differs from the chart's own. */

import type { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { imageFor, repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import { kservePin } from "./pin";
import type { KserveLlmOperatorSettings, KserveOperatorSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(300) }, limits: { cpu: 0.5, memory: Size.mebibytes(512) } };

/** Helm values of the chart, which has none for replicas, a priority class or a disruption budget. */
export function kserveOperatorValues(scope: Construct, { resources }: KserveOperatorSettings, { image }: OperatorContext): JsonObject {
  const { images } = kservePin;
  const of = (reference: string) => split(imageFor(scope, reference));
  return {
    kserve: {
      controller: {
        ...split(image),
        imagePullPolicy: "IfNotPresent",
        rbacProxyImage: imageFor(scope, images.rbacProxy),
        resources: partResources(resources, DEFAULTS),
        deploymentMode: "Standard",
        // Services are closed to the outside; the section gateway opens them.
        gateway: { disableIstioVirtualHost: true, disableIngressCreation: true },
      },
      agent: of(images.agent),
      router: of(images.router),
      storage: of(images.storage),
      security: { autoMountServiceAccountToken: false },
    },
  };
}

/** Helm values of the chart of the second controller. What both share, such as the configuration and the issuer, is of the first one's release. */
export function kserveLlmOperatorValues({ replicas, resources }: KserveLlmOperatorSettings, { image }: OperatorContext): JsonObject {
  return {
    kserve: {
      createSharedResources: false,
      llmisvc: {
        // The owner of a gateway's controller installs the CRDs that it serves.
        createGIECRDs: false,
        controller: {
          ...split(image),
          imagePullPolicy: "IfNotPresent",
          replicas,
          resources: partResources(resources, DEFAULTS),
          // The chart's own, 127.0.0.1, is for a proxy in the pod, which it does not have. The endpoint asks for a token itself.
          metricsBindAddress: "",
        },
      },
    },
  };
}

function split(image: string): { readonly image: string; readonly tag: string } {
  const { repository, tag } = repositoryAndTag(image);
  return { image: repository, tag };
}
