/** Section `karpenterAzure` of the environment file. */

import { section } from "#lib/environment/section";
import { KarpenterAzure, karpenterAzureCrds } from "./karpenter-azure";
import { karpenterAzurePin } from "./pin";
import { karpenterAzureSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Karpenter as AKS runs it (node auto-provisioning), which creates the nodes of pools of type `karpenter-azure`. @default not used */
    karpenterAzure: typeof karpenterAzureSchema;
  }
}

/** Karpenter on Azure. */
export const karpenterAzure = section({
  key: "karpenterAzure",
  stage: "compute",
  pin: karpenterAzurePin,
  crds: karpenterAzureCrds,
  schema: karpenterAzureSchema,
  gives: ["nodeProvisioner"],
  build(settings, site) {
    site.give("nodeProvisioner", "karpenter-azure", new KarpenterAzure(site.part([]), "Karpenter", settings));
  },
});
